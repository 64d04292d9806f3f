import { join } from 'node:path';
import { loadEnvironments } from '../../environments';
import { EnvironmentStack } from '../../environments/environment-stack';
import { local } from '../../environments/local';
import { parseEnvironment, type EnvironmentInput } from '../../environments/schema';
import { ensureAssets } from '../support/assets';
import { schemaProblems } from '../support/provider-schema';
import { ACS_ID, GROUP, SUBSCRIPTION, TOPIC_ID, VAPID_PUBLIC_KEY, VAULT_ID } from '../support/samples';
import {
  newApp,
  resolved,
  settingsOf,
  synth,
  verificationsOf,
  warnings,
  type Synthesized,
} from '../support/synth';

const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
const APP = 'Microsoft.Web/sites';

const stateDirectory = process.env.ACS_PUSH_STATE_DIR;

beforeAll(() => {
  ensureAssets();
  process.env.ACS_PUSH_STATE_DIR = 'state';
});

afterAll(() => {
  if (stateDirectory === undefined) delete process.env.ACS_PUSH_STATE_DIR;
  else process.env.ACS_PUSH_STATE_DIR = stateDirectory;
});

function environment(over: object = {}) {
  const stack = new EnvironmentStack(
    newApp(),
    parseEnvironment('environments/local.ts', { ...local, ...over }),
  );
  return { stack, json: synth(stack) };
}

const environments = loadEnvironments();

describe.each(environments.map((loaded) => [loaded.name, loaded] as const))('environment %s', (_, loaded) => {
  const json = (() => {
    let made: Synthesized | undefined;
    return () => (made ??= synth(new EnvironmentStack(newApp(), loaded)));
  })();

  test('is this stack', () => {
    expect(json().snapshot()).toMatchSnapshot();
  });

  test('is held by the schemas', () => {
    expect(schemaProblems(json())).toEqual([]);
  });

  test('names no folder of the machine it is synthesized on', () => {
    expect(json().text).not.toContain(process.cwd());
  });
});

describe('the stack of an environment', () => {
  test('lies in a resource group of its own, with tags of application and environment', () => {
    const { json } = environment({ tags: { owner: 'me' } });
    expect(json.resource('azurerm_resource_group')).toEqual({
      name: 'rg-contoso-local',
      location: 'westeurope',
      tags: { application: 'contoso', owner: 'me' },
    });
    expect(json.oneArm(APP).tags).toEqual({ application: 'contoso', owner: 'me' });
  });

  test('is locked when it says so, its resource group aside', () => {
    const locks = environment({ lock: { kind: 'CanNotDelete' } }).json.resources('azurerm_management_lock');
    expect(locks.map(({ lock_level }) => lock_level)).toEqual(Array(10).fill('CanNotDelete'));
    expect(locks.filter(({ scope }) => scope.includes('resource_group'))).toEqual([]);
  });

  test('is deployed into its subscription alone, with storage signed in to without keys', () => {
    const { json } = environment();
    expect(json.json.provider.azurerm).toEqual([
      {
        features: [{ storage: [{ data_plane_available: false }] }],
        subscription_id: local.subscriptionId,
        storage_use_azuread: true,
        resource_provider_registrations: 'none',
        resource_providers_to_register: [
          'Microsoft.Authorization',
          'Microsoft.Communication',
          'Microsoft.EventGrid',
          'microsoft.insights',
          'Microsoft.ManagedIdentity',
          'Microsoft.NotificationHubs',
          'Microsoft.OperationalInsights',
          'Microsoft.Storage',
          'Microsoft.Web',
        ],
      },
    ]);
    expect(json.json.provider.azapi).toEqual([{ subscription_id: local.subscriptionId }]);
  });

  test('registers every resource provider that it has resources of', () => {
    const { json } = environment();
    const registered = json.json.provider.azurerm[0].resource_providers_to_register;
    for (const { type } of json.resources('azapi_resource')) expect(registered).toContain(type.split('/')[0]);
  });

  test('registers no resource provider when told so', () => {
    const [provider] = environment({ registerResourceProviders: false }).json.json.provider.azurerm;
    expect(provider).not.toHaveProperty('resource_providers_to_register');
  });

  test('has credentials of a vault, and no variable, when told so', () => {
    const { json } = environment({ secrets: { source: 'keyVault', keyVaultId: VAULT_ID } });
    expect(json.variables).toEqual({});
    expect(json.ephemerals('azurerm_key_vault_secret').map(({ name }) => name)).toEqual([
      'apns-token',
      'fcm-service-account',
    ]);
    expect(schemaProblems(json)).toEqual([]);
  });

  test('has credentials of variables, named as main.ts and the documentation name them', () => {
    expect(Object.keys(environment().json.variables).sort()).toEqual(['apns_token', 'fcm_service_account']);
  });

  test('has a VAPID pair for browsers in the hub of the relay when told so', () => {
    const browser = { subject: 'mailto:push@contoso.com', vapidPublicKey: VAPID_PUBLIC_KEY };
    const { json } = environment({ browser });
    expect(Object.keys(json.variables)).toContain('vapid_private_key');
    expect(settingsOf(json).RELAY_PLATFORMS).toBe('apple,fcmv1,browser');
    const vault = environment({ browser, secrets: { source: 'keyVault', keyVaultId: VAULT_ID } }).json;
    expect(vault.ephemerals('azurerm_key_vault_secret').map(({ name }) => name)).toContain(
      'vapid-private-key',
    );
    expect(schemaProblems(vault)).toEqual([]);
  });

  test('has the words of a folder when told so', () => {
    const packageOf = ({ json }: ReturnType<typeof environment>) =>
      json.resources('terraform_data').flatMap((data) => data.triggers_replace?.package ?? []);
    const own = packageOf(environment());
    expect(packageOf(environment({ events: { target: 'relay', templates: 'relay/templates' } }))).toEqual(
      own,
    );
    const other = packageOf(environment({ events: { target: 'relay', templates: 'test/relay/templates' } }));
    expect(other).toHaveLength(1);
    expect(other).not.toEqual(own);
  });

  test('needs no secret of a push service that it does without', () => {
    expect(Object.keys(environment({ fcm: false }).json.variables)).toEqual(['apns_token']);
    expect(Object.keys(environment({ apns: undefined }).json.variables)).toEqual(['fcm_service_account']);
  });

  test('sends to the sandbox or to production as told', () => {
    const endpointOf = (endpoint: string) =>
      environment({ apns: { ...local.apns, endpoint } }).json.arm(HUB)[0]!.body.properties.apnsCredential
        .properties.endpoint;
    expect(endpointOf('sandbox')).toBe('https://api.development.push.apple.com:443/3/device');
    expect(endpointOf('production')).toBe('https://api.push.apple.com:443/3/device');
  });

  test('has a VoIP hub with the .voip topic when told so', () => {
    const { json } = environment({ apns: { ...local.apns, voip: true } });
    expect(json.arm(HUB).map((hub) => hub.body.properties.apnsCredential.properties.appName)).toEqual([
      'com.contoso.app',
      'com.contoso.app',
      'com.contoso.app.voip',
    ]);
  });

  test('sends events to a webhook, or nowhere, when told so', () => {
    const webhook = environment({ events: { target: 'webhook', url: 'https://hooks.example.com/acs' } }).json;
    expect(webhook.resources('azurerm_eventgrid_system_topic_event_subscription')).toHaveLength(3);
    expect(webhook.arm(APP)).toEqual([]);
    const none = environment({ events: { target: 'none' } }).json;
    expect(none.resources('azurerm_eventgrid_system_topic')).toEqual([]);
    expect(none.resources('azapi_resource_action')).toHaveLength(1);
  });

  test('sizes the relay as told', () => {
    const { json } = environment({
      events: {
        target: 'relay',
        instanceMemoryInMb: 512,
        maximumInstanceCount: 100,
        nodeVersion: '22',
        siteUpdateStrategy: 'Recreate',
        alwaysReady: { calls: 2 },
      },
    });
    expect(json.oneArm(APP).body.properties.functionAppConfig).toMatchObject({
      runtime: { version: '22' },
      scaleAndConcurrency: {
        instanceMemoryMB: 512,
        maximumInstanceCount: 100,
        alwaysReady: [{ name: 'function:calls', instanceCount: 2 }],
      },
      siteUpdateStrategy: { type: 'Recreate' },
    });
  });

  test('passes on where the relay logs, how much, how wide its tables are and whose role it uses', () => {
    const workspace = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;
    const role = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/11111111-1111-1111-1111-111111111111`;
    const { json } = environment({
      events: {
        target: 'relay',
        logAnalyticsWorkspaceId: workspace,
        successLinesPercent: 10,
        storageShards: 8,
        keyRoleDefinitionId: role,
      },
    });
    expect(settingsOf(json)).toMatchObject({ RELAY_SUCCESS_LINES_PERCENT: '10', RELAY_STORAGE_SHARDS: '8' });
    expect(json.resource('azurerm_application_insights').workspace_id).toBe(workspace);
    expect(json.resources('azurerm_log_analytics_workspace')).toEqual([]);
    expect(json.resources('azurerm_role_definition')).toEqual([]);
    expect(
      json.resources('azurerm_role_assignment').map(({ role_definition_id }) => role_definition_id),
    ).toContain(role);
  });

  test.each<[string, EnvironmentInput['events']]>([
    ['the relay', { target: 'relay' }],
    ['a webhook', { target: 'webhook', url: 'https://hooks.example.com/acs' }],
  ])('deletes dead letters after 30 days unless told otherwise, with %s', (_, events) => {
    const daysOf = (deadLetterRetentionDays?: number | false) =>
      environment({ events, deadLetterRetentionDays })
        .json.resources('azurerm_storage_management_policy')
        .map(
          ({ rule: [{ filters, actions }] }) =>
            `${filters.prefix_match} ${actions.base_blob.delete_after_days_since_modification_greater_than}`,
        );
    expect([daysOf(), daysOf(7), daysOf(false)]).toEqual([['deadletter/ 30'], ['deadletter/ 7'], []]);
  });

  test('takes registrations of devices, from nobody unless told so', () => {
    const devicesApi = {
      tenantId: '11111111-1111-1111-1111-111111111111',
      audience: 'api://contoso-devices',
      role: 'Register',
      allRole: 'Register.All',
      identityClaim: 'acs_identities',
    };
    const apiSettings = ({ json }: { json: Synthesized }, app: string) =>
      Object.fromEntries(
        Object.entries(settingsOf(json, app)).filter(([name]) => /DEVICES|RELAY_API/.test(name)),
      );
    const open = environment({ events: { target: 'relay', devicesApi } });
    expect(apiSettings(open, '-devices-')).toEqual({
      RELAY_DEVICES_RULE_ID: expect.stringMatching(
        /^\$\{azapi_resource\.Push_RelayHub_RelayDevicesPolicy_\w+\.id\}$/,
      ),
      RELAY_API_TENANT_ID: '11111111-1111-1111-1111-111111111111',
      RELAY_API_AUDIENCE: 'api://contoso-devices',
      RELAY_API_ROLE: 'Register',
      RELAY_API_ALL_ROLE: 'Register.All',
      RELAY_API_IDENTITY_CLAIM: 'acs_identities',
    });
    expect(schemaProblems(open.json)).toEqual([]);
    const { outputs } = open.json;
    expect(outputs.relay_devices_policy_id!.value).toBe(
      settingsOf(open.json, '-devices-').RELAY_DEVICES_RULE_ID,
    );
    const { relay } = open.stack.push;
    expect([outputs.devices_app_id!.value, outputs.devices_api_url!.value]).toEqual(
      resolved(open.stack, [relay!.devicesApp!.functionApp.id, relay!.devicesApiUrl]),
    );
    expect(apiSettings(environment(), '-relay-')).toEqual({});
    const closed = Object.keys(environment().json.outputs);
    expect(closed.filter((name) => name.includes('devices'))).toEqual([]);
  });

  test('lets web pages of its origins register browsers', () => {
    const devicesApi = {
      tenantId: '11111111-1111-1111-1111-111111111111',
      audience: 'api://contoso-devices',
      allowedOrigins: ['https://app.contoso.com'],
    };
    const { json } = environment({ events: { target: 'relay', devicesApi } });
    const corsOf = Object.fromEntries(
      json.arm(APP).map(({ name, body }) => [name, body.properties.siteConfig.cors]),
    );
    expect(corsOf).toEqual({
      'func-contoso-local-devices-47rnsg': {
        allowedOrigins: ['https://app.contoso.com'],
        supportCredentials: false,
      },
      'func-contoso-local-relay-47rnsg': undefined,
    });
  });

  test('puts what people wrote into pushes, or leaves it out when told so', () => {
    const textOf = (events: object) => settingsOf(environment({ events }).json).RELAY_MESSAGE_TEXT;
    expect(textOf({ target: 'relay' })).toBe('include');
    expect(textOf({ target: 'relay', messageText: 'omit' })).toBe('omit');
  });

  test('has Android show messages by itself when told so', () => {
    const of = (events: object) => settingsOf(environment({ events }).json).RELAY_ANDROID_MESSAGES;
    expect(of({ target: 'relay' })).toBeUndefined();
    expect(of({ target: 'relay', androidMessages: 'notification' })).toBe('notification');
  });

  test('adopts a Communication resource and its system topic', () => {
    const { json, stack } = environment({ communicationServiceId: ACS_ID, systemTopicId: TOPIC_ID });
    expect(json.arm('Microsoft.Communication/communicationServices')).toEqual([]);
    expect(json.resources('azurerm_eventgrid_system_topic')).toEqual([]);
    expect(json.outputs.communication_service_id!.value).toBe(ACS_ID);
    expect(warnings(stack)).toEqual([expect.stringContaining('give deadLetter too')]);
  });

  test('links by the key and the token that it is told', () => {
    const { json } = environment({ link: { key: 'secondary', relinkToken: 'again' } });
    expect(json.resource('azapi_resource_action').headers).toEqual({ 'x-relink': 'again' });
    expect(json.outputs.calling_policy_key!.value).toBe('secondary');
  });

  test('asks for the proof that it is told to ask for', () => {
    const levelsOf = (verification: unknown) =>
      verificationsOf(environment({ verification }).json).map(
        ({ triggers_replace }) => triggers_replace.level,
      );
    // Of the link, and of the relay's hub.
    expect(levelsOf(undefined)).toEqual(['settled', 'settled']);
    expect(levelsOf({ level: 'config' })).toEqual(['config', 'config']);
    expect(levelsOf(false)).toEqual([]);
  });

  test('puts out ids and names of its parts, and nothing else', () => {
    const { json, stack } = environment();
    const { push } = stack;
    expect(
      Object.fromEntries(Object.entries(json.outputs).map(([name, { value }]) => [name, value])),
    ).toEqual(
      resolved(stack, {
        communication_service_id: push.communicationService.communicationServiceId,
        calling_hub_id: push.callingHub.notificationHubId,
        calling_policy_id: push.link.policy.policyId,
        calling_policy_key: 'primary',
        calling_platforms: {
          apns: { environment: 'sandbox', bundleId: 'com.contoso.app' },
          fcmV1: {},
        },
        relay_hub_id: push.relayHub!.notificationHubId,
        relay_policy_id: push.relay!.sendPolicyId,
        relay_platforms: {
          apns: { environment: 'sandbox', bundleId: 'com.contoso.app' },
          fcmV1: {},
        },
        relay_storage_account: push.relay!.storage.storageAccountName,
        relay_dead_letter_container: push.relay!.deadLetterContainerName,
        function_app_id: push.relay!.functionAppId,
        function_app_host: push.relay!.defaultHostname,
      }),
    );
  });

  test('puts out the hub for VoIP too, with what verify is to expect of it', () => {
    const { json, stack } = environment({ apns: { ...local.apns, voip: true } });
    const { voip_hub_id: hubId, voip_policy_id: policyId, voip_platforms: platforms } = json.outputs;
    expect([hubId!.value, policyId!.value]).toEqual(
      resolved(stack, [stack.push.voipHub!.notificationHubId, stack.push.relay!.sendPolicies[1]!.policyId]),
    );
    expect(platforms!.value).toEqual({
      apns: { environment: 'sandbox', bundleId: 'com.contoso.app.voip' },
    });
  });

  test('links a hub for VoIP when told so, and says so to verify', () => {
    const { json, stack } = environment({ apns: { ...local.apns, linkedTopic: 'voip' } });
    const bundleIds = json
      .arm(HUB)
      .map(({ body }) => body.properties.apnsCredential.properties.appName as string);
    expect(bundleIds.sort()).toEqual(['com.contoso.app', 'com.contoso.app.voip']);
    expect(stack.push.callingHub.apnsTopic).toBe('voip');
    expect(json.outputs.calling_platforms!.value.apns.bundleId).toBe('com.contoso.app.voip');
    expect(json.outputs.relay_platforms!.value.apns.bundleId).toBe('com.contoso.app');
    expect(Object.keys(json.variables).sort()).toEqual(['apns_token', 'fcm_service_account']);
  });

  test('puts out nothing of a relay that is not there', () => {
    expect(Object.keys(environment({ events: { target: 'none' } }).json.outputs).sort()).toEqual([
      'calling_hub_id',
      'calling_platforms',
      'calling_policy_id',
      'calling_policy_key',
      'communication_service_id',
    ]);
  });

  test('has other names worldwide than the same app in another environment or subscription', () => {
    const accountOf = (over: object) => environment(over).json.resource('azurerm_storage_account').name;
    const names = [
      accountOf({}),
      accountOf({ name: 'other' }),
      accountOf({ appName: 'fabrikam' }),
      accountOf({ subscriptionId: '00000000-0000-0000-0000-000000000009' }),
    ];
    expect(new Set(names).size).toBe(4);
    expect(accountOf({ uniqueSuffix: 'mine42' })).toBe('stcontosolocalmine42');
  });

  test('takes the longest names there are', () => {
    const { json } = environment({ appName: 'contoso-mobile', name: 'local', uniqueSuffix: 'x7k2p9x7k2' });
    expect(json.resource('azurerm_storage_account').name).toBe('stcontosomobilx7k2p9x7k2');
  });
});

describe('the state of an environment', () => {
  const backendOf = (over: object = {}) => environment(over).json.json.terraform.backend;

  test('is a blob, signed in to with Microsoft Entra ID; Terraform locks it by a lease', () => {
    const backend = {
      type: 'azurerm',
      resourceGroupName: 'rg-tfstate',
      storageAccountName: 'sttfstate1234',
      containerName: 'tfstate',
      key: 'acs-push/qa.tfstate',
    };
    expect(backendOf({ backend })).toEqual({
      azurerm: {
        resource_group_name: 'rg-tfstate',
        storage_account_name: 'sttfstate1234',
        container_name: 'tfstate',
        key: 'acs-push/qa.tfstate',
        use_azuread_auth: true,
      },
    });
  });

  test('is a file in the folder of ACS_PUSH_STATE_DIR', () => {
    expect(backendOf()).toEqual({ local: { path: join('state', 'terraform.local.tfstate') } });
  });

  test('is a file beside cdktf.json otherwise', () => {
    delete process.env.ACS_PUSH_STATE_DIR;
    try {
      expect(backendOf()).toEqual({ local: { path: join(process.cwd(), 'terraform.local.tfstate') } });
    } finally {
      process.env.ACS_PUSH_STATE_DIR = 'state';
    }
  });
});
