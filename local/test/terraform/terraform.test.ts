import { existsSync, statSync } from 'node:fs';
import { startStandInProviders, type StandInProviders } from '../../terraform';
import { AnswerServer, storageKey, SUBSCRIPTION } from './answer-server';
import { production } from './configurations';
import { TerraformFolder } from './terraform';

const SECRETS = { apns_token: 'MARKER-APNS-TOKEN', fcm_private_key: 'MARKER-FCM-KEY' };
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-relay`;
const HUB = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns-lab/notificationHubs/hub-lab`;
const ACS = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-lab`;

let azure: AnswerServer;
let providers: StandInProviders;
let folder: TerraformFolder;

async function begin(): Promise<void> {
  azure = await AnswerServer.start();
  azure.intercept = functionsAreThere;
  providers = await startStandInProviders({ environment: azure.environment });
  folder = new TerraformFolder(providers.reattach);
}

async function end(): Promise<void> {
  folder.remove();
  await providers.close();
  await azure.close();
}

const functionsAreThere: AnswerServer['intercept'] = ({ method, path }) =>
  method === 'GET' && path.includes('/functions/')
    ? { status: 200, body: { id: path, name: 'f', type: 'Microsoft.Web/sites/functions', properties: {} } }
    : undefined;

/** Configuration of a few resources, all in one group. */
function small(resources: object, more: object = {}): object {
  return {
    terraform: {
      required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
    },
    provider: { azurerm: { features: {} }, azapi: {} },
    resource: resources,
    ...more,
  };
}

function writes(): string[] {
  return azure
    .take()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    // Terraform breaks its messages into lines.
    return (error as Error).message.replace(/\s+/g, ' ');
  }
  throw new Error('expected a failure');
}

describe('a deployed production shape', () => {
  beforeAll(async () => {
    await begin();
    folder.write(production('a'));
    await folder.init();
    await folder.apply(SECRETS);
    azure.take();
  });
  afterAll(end);

  it('plans no changes', async () => {
    expect(await folder.plan(SECRETS)).toContain('No changes');
  });

  it('has no secret that a person supplied in plan or state', async () => {
    await folder.plan({ ...SECRETS, apns_token: 'MARKER-ANOTHER' }, '-out=plan');
    const plan = await folder.run(['show', '-json', 'plan']);
    expect(JSON.parse(plan).resource_changes.length).toBeGreaterThan(10);
    for (const secret of ['MARKER-APNS', 'MARKER-FCM', 'MARKER-ANOTHER', 'SENT-RULE-']) {
      expect(plan).not.toContain(secret);
      expect(folder.state()).not.toContain(secret);
    }
  });

  it('has in state what azurerm writes there: keys that Azure was asked for', () => {
    for (const secret of [storageKey('key1'), 'SENT-LAW-PK', 'SENT-AI-IKEY', 'SENT-SITECRED']) {
      expect(folder.state()).toContain(secret);
    }
  });

  it('is linked with the string that the ephemeral listKeys gave', () => {
    expect(azure.get(ACS)?.properties.notificationHubId).toBe(HUB);
  });

  it('writes the hub alone when a credential is rotated', async () => {
    await folder.apply({ ...SECRETS, apns_token: 'MARKER-ROTATED' });
    expect(writes().filter((write) => !/(listKeys|list|sharedKeys|getFullUrl)$/.test(write))).toEqual([
      `PUT ${HUB}`,
    ]);
    expect(azure.get(HUB)?.properties.apnsCredential.properties.token).toBe('MARKER-ROTATED');
    await folder.apply(SECRETS);
    azure.take();
  });

  it('links again, and does nothing else, when the key was regenerated', async () => {
    azure.keyGeneration = 2;
    expect(await folder.plan(SECRETS)).toContain('azapi_resource_action.link will be updated');
    azure.take();
    await folder.apply(SECRETS);
    const made = azure.take().filter(({ method, body }) => method !== 'GET' && body !== undefined);
    expect(made.map(({ path }) => path)).toEqual([`${ACS}/linkNotificationHub`]);
    expect(made[0]!.body.connectionString).toContain('SENT-RULE-PK-2');
  });

  it('fails the plan by the postcondition when the resource is linked elsewhere', async () => {
    azure.get(ACS)!.properties.notificationHubId = '/another';
    expect(await failure(folder.plan(SECRETS))).toContain('linked to another hub');
    azure.get(ACS)!.properties.notificationHubId = HUB;
  });

  it('puts right what was changed behind its back', async () => {
    const account = azure.get(`${GROUP}/providers/Microsoft.Storage/storageAccounts/strelaylab`)!;
    account.properties.allowSharedKeyAccess = true;
    azure.get(HUB)!.tags = { t: 'by hand' };
    expect(await folder.plan(SECRETS)).toContain('2 to change');
    await folder.apply(SECRETS);
    expect(azure.get(HUB)!.tags).toEqual({ t: 'a' });
    expect(azure.get(account.id as string)!.properties.allowSharedKeyAccess).toBe(false);
  });

  it('creates again what was deleted behind its back', async () => {
    azure.resources.delete(HUB.toLowerCase());
    azure.resources.delete(`${HUB}/authorizationRules/acs-send`.toLowerCase());
    await folder.apply(SECRETS);
    expect(azure.get(HUB)).toBeDefined();
    expect(await folder.plan(SECRETS)).toContain('No changes');
  });
});

describe('the stand-in providers', () => {
  beforeEach(begin);
  afterEach(end);

  it('replace a resource whose location changes', async () => {
    const group = (location: string) =>
      small({ azurerm_resource_group: { rg: { name: 'rg-relay', location } } });
    folder.write(group('West Europe'));
    await folder.init();
    await folder.apply();
    expect(await folder.plan()).toContain('No changes');
    folder.write(group('northeurope'));
    expect(await folder.plan()).toContain('forces replacement');
  });

  it('replace an azapi_resource by replace_triggers_refs and _external_values, as azapi 2.12 does', async () => {
    const acs = (dataLocation: string, more: object) =>
      small({
        azapi_resource: {
          acs: {
            type: 'Microsoft.Communication/communicationServices@2025-05-01',
            name: 'acs-lab',
            parent_id: GROUP,
            location: 'global',
            body: { properties: { dataLocation } },
            response_export_values: [],
            ...more,
          },
        },
      });
    folder.write(acs('Europe', {}));
    await folder.init();
    await folder.apply();
    const replaced = async (configuration: object) => {
      folder.write(configuration);
      return (await folder.plan()).includes('must be replaced');
    };
    const refs = { replace_triggers_refs: ['properties.dataLocation'] };
    expect(await replaced(acs('Africa', {}))).toBe(false);
    expect(await replaced(acs('Africa', refs))).toBe(true);
    expect(await replaced(acs('Europe', refs))).toBe(false);
    // A value that was not there before, as after an import, replaces nothing.
    const value = (text: string) => ({ replace_triggers_external_values: [text] });
    expect(await replaced(acs('Europe', value('one')))).toBe(false);
    await folder.apply();
    expect(await replaced(acs('Europe', value('two')))).toBe(true);
    expect(await replaced(acs('Europe', {}))).toBe(false);
  });

  it('keep what a broken create left behind, so that the next run converges', async () => {
    const configuration = small({
      azurerm_resource_group: { rg: { name: 'rg-relay', location: 'westeurope' } },
      azurerm_application_insights: {
        ai: {
          name: 'ai-lab',
          resource_group_name: '${azurerm_resource_group.rg.name}',
          location: 'westeurope',
          application_type: 'web',
        },
      },
    });
    let broken = true;
    azure.intercept = ({ method, path }) =>
      broken && method === 'PUT' && path.endsWith('/currentbillingfeatures')
        ? { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'not allowed' } } }
        : undefined;
    folder.write(configuration);
    await folder.init();
    expect(await failure(folder.apply())).toContain('ERROR CODE: AuthorizationFailed');
    broken = false;
    await folder.apply();
    expect(await folder.plan()).toContain('No changes');
  });

  it('say that a resource is there already instead of taking it over', async () => {
    azure.resources.set(GROUP.toLowerCase(), {
      id: GROUP,
      name: 'rg-relay',
      type: 'x',
      location: 'westeurope',
      properties: {},
    });
    folder.write(small({ azurerm_resource_group: { rg: { name: 'rg-relay', location: 'westeurope' } } }));
    await folder.init();
    expect(await failure(folder.apply())).toContain(`a resource with the ID "${GROUP}" already exists`);
  });

  it('import a system topic that somebody else made', async () => {
    const id = `${GROUP}/providers/Microsoft.EventGrid/systemTopics/evgt-lab`;
    azure.resources.set(id.toLowerCase(), {
      id,
      name: 'evgt-lab',
      type: 'Microsoft.EventGrid/systemTopics',
      location: 'global',
      properties: { source: ACS, topicType: 'Microsoft.Communication.CommunicationServices' },
    });
    folder.write(
      small(
        {
          azurerm_eventgrid_system_topic: {
            topic: {
              name: 'evgt-lab',
              resource_group_name: 'rg-relay',
              location: 'global',
              source_resource_id: ACS,
              topic_type: 'Microsoft.Communication.CommunicationServices',
            },
          },
        },
        { import: [{ to: 'azurerm_eventgrid_system_topic.topic', id }] },
      ),
    );
    await folder.init();
    expect(await folder.apply()).toContain('1 imported, 0 added, 0 changed, 0 destroyed');
    expect(writes()).toEqual([]);
    expect(await folder.plan()).toContain('No changes');
  });

  it('merge an azapi_update_resource into what is there', async () => {
    azure.resources.set(ACS.toLowerCase(), {
      id: ACS,
      name: 'acs-lab',
      type: 'Microsoft.Communication/communicationServices',
      location: 'global',
      properties: { dataLocation: 'Europe', disableLocalAuth: false },
    });
    folder.write(
      small({
        azapi_update_resource: {
          acs: {
            type: 'Microsoft.Communication/communicationServices@2025-05-01',
            resource_id: ACS,
            body: { properties: { disableLocalAuth: true } },
            response_export_values: { data: 'properties.dataLocation' },
          },
        },
        terraform_data: { out: { input: '${azapi_update_resource.acs.output.data}' } },
      }),
    );
    await folder.init();
    await folder.apply();
    expect(azure.get(ACS)!.properties).toMatchObject({ dataLocation: 'Europe', disableLocalAuth: true });
    const put = azure.requests.find(({ method }) => method === 'PUT')!;
    expect(Object.keys(put.body).sort()).toEqual(['location', 'name', 'properties']);
    expect(
      JSON.parse(folder.state()).resources.find((r: { type: string }) => r.type === 'terraform_data')
        .instances[0].attributes.output.value,
    ).toBe('Europe');
    expect(await folder.plan()).toContain('No changes');
    await folder.destroy();
    expect(azure.get(ACS)).toBeDefined();
  });

  it('perform an action on destroy only when it says so', async () => {
    folder.write(
      small({
        azapi_resource_action: {
          last: {
            type: 'Microsoft.Communication/communicationServices@2025-05-01',
            resource_id: ACS,
            action: 'linkNotificationHub',
            when: 'destroy',
            body: { resourceId: HUB },
            response_export_values: [],
          },
        },
      }),
    );
    azure.resources.set(ACS.toLowerCase(), { id: ACS, name: 'acs-lab', type: 'x', properties: {} });
    await folder.init();
    await folder.apply();
    expect(writes()).toEqual([]);
    await folder.destroy();
    expect(writes()).toEqual([`POST ${ACS}/linkNotificationHub`]);
  });

  it('try again while an error is one of those that retry names', async () => {
    let tries = 0;
    azure.intercept = ({ method, path }) =>
      method === 'POST' && path.endsWith('/linkNotificationHub') && ++tries < 3
        ? { status: 409, body: { error: { code: 'HubNotReady', message: 'wait' } } }
        : undefined;
    azure.resources.set(ACS.toLowerCase(), { id: ACS, name: 'acs-lab', type: 'x', properties: {} });
    const link = (error: string) =>
      small({
        azapi_resource_action: {
          link: {
            type: 'Microsoft.Communication/communicationServices@2025-05-01',
            resource_id: ACS,
            action: 'linkNotificationHub',
            body: { resourceId: HUB },
            response_export_values: [],
            retry: { error_message_regex: [error], interval_seconds: 0 },
          },
        },
      });
    folder.write(link('SomethingElse'));
    await folder.init();
    expect(await failure(folder.apply())).toContain('HubNotReady');
    tries = 0;
    folder.write(link('HubNotReady'));
    await folder.apply();
    expect(tries).toBe(3);
  });

  it('never converge on AzureWebJobsStorage in app_settings, as azurerm does not (azurerm#33211)', async () => {
    const configuration = production('a') as {
      resource: { azurerm_function_app_flex_consumption: { fn: { app_settings: Record<string, string> } } };
    };
    configuration.resource.azurerm_function_app_flex_consumption.fn.app_settings['AzureWebJobsStorage'] = '';
    folder.write(configuration);
    await folder.init();
    await folder.apply(SECRETS);
    expect(await folder.plan(SECRETS)).toContain('+ "AzureWebJobsStorage"');
  });

  it('serve two runs at once, each with its own configuration', async () => {
    const other = new TerraformFolder(providers.reattach);
    const tags = (run: string) => ({
      provider: { azurerm: { features: {} }, azapi: { default_tags: { run } } },
    });
    const resource = (name: string) => ({
      azapi_resource: {
        acs: {
          type: 'Microsoft.Communication/communicationServices@2025-05-01',
          name,
          parent_id: GROUP,
          location: 'global',
          body: { properties: { dataLocation: 'Europe' } },
          response_export_values: [],
        },
      },
    });
    try {
      folder.write(small(resource('one'), tags('first')));
      other.write(small(resource('two'), tags('second')));
      await Promise.all([folder.init(), other.init()]);
      await Promise.all([folder.apply(), other.apply()]);
      const tagsOf = (name: string) => azure.get(ACS.replace('acs-lab', name))!.tags;
      expect([tagsOf('one'), tagsOf('two')]).toEqual([{ run: 'first' }, { run: 'second' }]);
    } finally {
      other.remove();
    }
  });

  it('name a resource type that they do not have', async () => {
    folder.write(small({ azurerm_linux_virtual_machine: { vm: {} } }));
    await folder.init();
    expect(await failure(folder.plan())).toContain(
      'does not support resource type "azurerm_linux_virtual_machine"',
    );
  });

  const located = { resource_group_name: 'rg-relay', location: 'westeurope' };
  const storageAccount = {
    ...located,
    name: 'strelaylab',
    account_tier: 'Standard',
    account_replication_type: 'LRS',
  };
  const functionApp = {
    ...located,
    name: 'fn-relay-lab',
    service_plan_id: `${GROUP}/providers/Microsoft.Web/serverFarms/asp`,
    storage_container_type: 'blobContainer',
    storage_container_endpoint: 'https://strelaylab.blob.core.windows.net/packages',
    storage_authentication_type: 'SystemAssignedIdentity',
    runtime_name: 'node',
    runtime_version: '22',
    site_config: {},
  };

  it.each<[string, object, string]>([
    [
      'a block',
      { azurerm_storage_account: { st: { ...storageAccount, static_website: {} } } },
      'static_website of azurerm_storage_account is refused by the stand-in azurerm provider, ' +
        'which does not send it: leave it out, or deploy with --providers real',
    ],
    [
      'an argument with another in its place',
      { azurerm_storage_container: { c: { name: 'packages', storage_account_name: 'strelaylab' } } },
      'storage_account_name of azurerm_storage_container is refused by the stand-in azurerm provider, ' +
        'which does not send it: set storage_account_id',
    ],
    [
      'an argument that Azure would not take either',
      { azurerm_function_app_flex_consumption: { fn: { ...functionApp, zip_deploy_file: 'relay.zip' } } },
      'zip_deploy_file of azurerm_function_app_flex_consumption is refused by the stand-in azurerm provider, which does not send it: ' +
        'Flex Consumption takes no code that way, publish it as PushRelay does (docs/providers.md)',
    ],
    [
      'a block within a block',
      {
        azurerm_function_app_flex_consumption: {
          fn: { ...functionApp, site_config: { app_service_logs: {} } },
        },
      },
      'site_config.app_service_logs of azurerm_function_app_flex_consumption is refused by the stand-in azurerm provider',
    ],
  ])('refuse %s that they send nothing for, and say what to do', async (_, resources, message) => {
    folder.write(small(resources));
    await folder.init();
    expect(await failure(folder.plan())).toContain(message);
  });

  it.each<[string, object, Record<string, string>, string]>([
    [
      'the older way to register nothing beside the newer one, in the environment',
      { resource_provider_registrations: 'none' },
      { ARM_SKIP_PROVIDER_REGISTRATION: 'true' },
      '`skip_provider_registration` cannot be set at the same time as `resource_provider_registrations`',
    ],
    [
      'the same in the provider block',
      { skip_provider_registration: true },
      { ARM_RESOURCE_PROVIDER_REGISTRATIONS: 'none' },
      '`skip_provider_registration` cannot be set at the same time as `resource_provider_registrations`',
    ],
    [
      'a set of resource providers that there is not',
      {},
      { ARM_RESOURCE_PROVIDER_REGISTRATIONS: 'some' },
      "`resource_provider_registrations` takes one of core, extended, all, none, legacy; got 'some'",
    ],
  ])('refuse as the real azurerm does: %s', async (_, block, variables, message) => {
    const started = await startStandInProviders({ environment: { ...azure.environment, ...variables } });
    const other = new TerraformFolder(started.reattach);
    try {
      other.write(
        small(
          { azurerm_resource_group: { rg: { name: 'rg-relay', location: 'westeurope' } } },
          { provider: { azurerm: { features: {}, ...block }, azapi: {} } },
        ),
      );
      await other.init();
      expect(await failure(other.plan())).toContain(message);
    } finally {
      other.remove();
      await started.close();
    }
  });

  it('say which credentials are missing', async () => {
    const bare = await startStandInProviders({
      environment: { HTTPS_PROXY: azure.environment['HTTPS_PROXY'] },
    });
    const without = new TerraformFolder(bare.reattach);
    try {
      without.write(small({ azurerm_resource_group: { rg: { name: 'rg-relay', location: 'westeurope' } } }));
      await without.init();
      expect(await failure(without.plan())).toContain('misses ARM_TENANT_ID (or tenant_id)');
    } finally {
      without.remove();
      await bare.close();
    }
  });

  it('leave no socket behind', async () => {
    const more = await startStandInProviders({ environment: azure.environment });
    const path = (JSON.parse(more.reattach) as Record<string, { Addr: { String: string } }>)['Azure/azapi']!
      .Addr.String;
    expect(statSync(path).isSocket()).toBe(true);
    await more.close();
    expect(existsSync(path)).toBe(false);
  });
});
