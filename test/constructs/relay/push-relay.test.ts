import { TerraformVariable } from 'cdktf';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataResource, TerraformStack } from 'cdktf';
import { strFromU8, unzipSync } from 'fflate';
import {
  CommunicationService,
  EventSubscription,
  KeylessStorageAccount,
  Naming,
  NotificationHub,
  PackageUriPublisher,
  PushRelay,
  SystemTopic,
  type ICodePublisher,
  type INotificationHub,
  type NotificationHubProps,
  type PublishProps,
  type PushRelayProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import {
  ACS_ID,
  apnsCredential,
  communicationService,
  fcmCredential,
  GROUP,
  hub,
  HUB_ID,
  SUBSCRIPTION,
  TOPIC_ID,
  voipCredential,
  browserCredential,
} from '../../support/samples';
import { errorOf, newStack, resolved, settingsOf, synth } from '../../support/synth';

const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';
const ROLE = 'Microsoft.Authorization/roleDefinitions';
const APP = 'Microsoft.Web/sites';

/** Any zip. */
const RELAY_ZIP = join(__dirname, '../../../dist/relay/relay.zip');

beforeAll(ensureAssets);

function relayIn(stack: TerraformStack, over: Partial<PushRelayProps> = {}): PushRelay {
  return new PushRelay(stack, 'Relay', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    hub: over.hub ?? hub(stack),
    ...over,
  });
}

function relay(over: (stack: TerraformStack) => Partial<PushRelayProps> = () => ({})) {
  const stack = newStack();
  const made = relayIn(stack, over(stack));
  return { stack, made, json: synth(stack) };
}

function hubWith(
  stack: TerraformStack,
  credentials: Pick<NotificationHubProps, 'apns' | 'fcm' | 'browser'>,
): NotificationHub {
  return new NotificationHub(stack, 'Hub', {
    resourceGroup: GROUP,
    name: 'ntf-hub',
    namespaceName: 'ntfns-hub',
    ...credentials,
  });
}

let plain: ReturnType<typeof relay> | undefined;

/** A rule that deletes what is in a container, whether somebody overwrote it or not. */
function deletion(container: string, days: number) {
  return {
    name: `delete${container.replaceAll('-', 'X')}`,
    enabled: true,
    filters: { blob_types: ['blockBlob'], prefix_match: [`${container}/`] },
    actions: {
      base_blob: { delete_after_days_since_modification_greater_than: days },
      snapshot: { delete_after_days_since_creation_greater_than: days },
      version: { delete_after_days_since_creation: days },
    },
  };
}

/** The relay with its defaults, synthesized once. */
const defaults = () => (plain ??= relay());

describe('the relay', () => {
  test('is held by the schemas', () => {
    expect(
      schemaProblems(relay((stack) => ({ voipHub: hub(stack, 'Voip', voipCredential(stack)) })).json),
    ).toEqual([]);
  });

  test('runs on Flex Consumption and Node 24, and is updated while it runs', () => {
    const { json } = defaults();
    expect(json.resource('azurerm_service_plan')).toMatchObject({
      name: 'asp-contoso-relay',
      os_type: 'Linux',
      sku_name: 'FC1',
    });
    expect(json.oneArm(APP)).toMatchObject({
      type: 'Microsoft.Web/sites@2025-05-01',
      name: 'func-contoso-relay-x7k2p9',
      parent_id: GROUP.id,
      location: 'westeurope',
      body: {
        kind: 'functionapp,linux',
        properties: {
          serverFarmId: expect.stringMatching(/^\$\{azurerm_service_plan\.Relay_Plan_\w+\.id\}$/),
          functionAppConfig: {
            runtime: { name: 'node', version: '24' },
            scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40, alwaysReady: [] },
            siteUpdateStrategy: { type: 'RollingUpdate' },
          },
        },
      },
      // Azure answers ids in a casing of its own.
      ignore_casing: true,
      response_export_values: [],
    });
  });

  test('is reached by https alone', () => {
    expect(defaults().json.oneArm(APP).body.properties).toMatchObject({
      httpsOnly: true,
      siteConfig: { minTlsVersion: '1.2' },
    });
  });

  test('is not published to with a password, by neither of the two ways, before there is code', () => {
    const { json } = defaults();
    const policies = json.resources('azapi_update_resource');
    expect(policies.map(({ type, resource_id: id, body }) => [type, id.split('/').slice(1), body])).toEqual(
      ['ftp', 'scm'].map((kind) => [
        'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2023-12-01',
        ['basicPublishingCredentialsPolicies', kind],
        { properties: { allow: false } },
      ]),
    );
    const waitsFor = json.resourceNamed('terraform_data', 'Publish').depends_on as string[];
    expect(waitsFor.filter((address) => address.startsWith('azapi_update_resource.'))).toHaveLength(2);
  });

  test('reads its package by identity, from a private container of a storage account without keys', () => {
    const { json, stack, made } = defaults();
    const identity = resolved(stack, made.identity.id);
    expect(json.oneArm(APP).identity).toEqual([{ type: 'UserAssigned', identity_ids: [identity] }]);
    expect(json.oneArm(APP).body.properties.functionAppConfig.deployment.storage).toEqual({
      type: 'blobContainer',
      value: expect.stringMatching(
        /^\$\{azurerm_storage_account\.Relay_Storage_\w+\.primary_blob_endpoint\}\$\{azurerm_storage_container\.Relay_Storage_Container-releases_\w+\.name\}$/,
      ),
      authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity },
    });
    expect(json.resource('azurerm_storage_account').shared_access_key_enabled).toBe(false);
    expect(
      json
        .resources('azurerm_storage_container')
        .map(({ name, container_access_type: access }) => [name, access]),
    ).toEqual([
      ['deadletter', 'private'],
      ['releases', 'private'],
    ]);
  });

  test('has settings that name things and hold no secret', () => {
    const { json, stack, made } = defaults();
    const clientId = resolved(stack, made.identity.clientId);
    expect(settingsOf(json)).toEqual({
      AzureWebJobsStorage__accountName: expect.stringMatching(/^\$\{azurerm_storage_account\.\w+\.name\}$/),
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: clientId,
      APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringMatching(
        /^\$\{azurerm_application_insights\.Relay_Insights_\w+\.connection_string\}$/,
      ),
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${String(clientId)};Authorization=AAD`,
      RELAY_SOURCE_ID: ACS_ID,
      RELAY_HUB_RULE_ID: expect.stringMatching(/^\$\{azapi_resource\.Hub_RelaySendPolicy_\w+\.id\}$/),
      AZURE_CLIENT_ID: clientId,
      RELAY_PART: 'events',
      RELAY_STORAGE_ACCOUNT: resolved(stack, made.storage.storageAccountName),
      RELAY_DEADLETTER_CONTAINER: expect.stringMatching(
        /^\$\{azurerm_storage_container\.Relay_Storage_Container-deadletter_\w+\.name\}$/,
      ),
      RELAY_PLATFORMS: 'apple',
    });
    expect(json.variables).toEqual({ apns_token: expect.anything() });
    expect(JSON.stringify(json.oneArm(APP))).not.toContain('var.');
  });

  test('has no AzureWebJobsStorage, which would stand before the identity', () => {
    expect(settingsOf(defaults().json)).not.toHaveProperty('AzureWebJobsStorage');
  });

  test('takes further settings, and none in place of its own', () => {
    expect(settingsOf(relay(() => ({ appSettings: { EXTRA: 'x' } })).json)).toMatchObject({ EXTRA: 'x' });
    expect(errorOf(() => relay(() => ({ appSettings: { EXTRA: 'x', RELAY_SOURCE_ID: 'elsewhere' } })))).toBe(
      'appSettings.RELAY_SOURCE_ID is set by the relay itself and would be ignored: leave it out\n' +
        '  at construct stack/Relay',
    );
  });

  test('has these roles and no other', () => {
    const { json, stack, made } = defaults();
    const roles = json.resources('azurerm_role_assignment');
    const principal = resolved(stack, made.identity.principalId);
    expect(roles.map((role) => [role.principal_id, role.principal_type])).toEqual(
      Array(4).fill([principal, 'ServicePrincipal']),
    );
    const storage = resolved(stack, made.storage.storageAccountId);
    const [rule] = json.arm(RULE);
    expect(rule!.name).toBe('relay-send');
    const [role] = json.arm(ROLE);
    expect(
      roles.map(({ scope, role_definition_name: name, role_definition_id: id }) => [scope, name ?? id]),
    ).toEqual([
      [storage, 'Storage Blob Data Owner'],
      [resolved(stack, made.applicationInsights.id), 'Monitoring Metrics Publisher'],
      [
        expect.stringMatching(/^\$\{azapi_resource\.Hub_RelaySendPolicy_\w+\.id\}$/),
        expect.stringMatching(
          new RegExp(
            String.raw`^\$\{element\(regexall\("\^/subscriptions/\[\^/\]\+", azapi_resource\.Relay_KeyRoleDefinition_\w+\.id\), 0\)\}/providers/Microsoft\.Authorization/roleDefinitions/${role!.name}$`,
          ),
        ),
      ],
      [storage, 'Storage Table Data Contributor'],
    ]);
  });

  test('may list the keys of one rule by a role that can do nothing else', () => {
    const [role] = defaults().json.arm(ROLE);
    expect(role).toMatchObject({
      type: 'Microsoft.Authorization/roleDefinitions@2022-04-01',
      name: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      parent_id: GROUP.id,
      body: {
        properties: {
          roleName: 'func-contoso-relay-x7k2p9 key reader',
          type: 'CustomRole',
          permissions: [
            {
              actions: [
                'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action',
              ],
              notActions: [],
              dataActions: [],
              notDataActions: [],
            },
          ],
          assignableScopes: [GROUP.id],
        },
      },
    });
    expect(relay().json.arm(ROLE)[0]!.name).toBe(role!.name);
  });

  test('takes a role that exists, and defines none', () => {
    const keyRoleDefinitionId = `/subscriptions/${SUBSCRIPTION}/providers/${ROLE}/${SUBSCRIPTION}`;
    const { json } = relay(() => ({ keyRoleDefinitionId }));
    expect(json.arm(ROLE)).toEqual([]);
    expect(json.resources('azurerm_role_assignment').map((role) => role.role_definition_id)).toContain(
      keyRoleDefinitionId,
    );
  });

  test('sends with a rule that can send and nothing else', () => {
    const [rule] = defaults().json.arm(RULE);
    expect(rule!.body).toEqual({ properties: { rights: ['Send'] } });
  });

  test('sends VoIP pushes through a hub of their own', () => {
    const { json } = relay((stack) => ({ voipHub: hub(stack, 'Voip', voipCredential(stack)) }));
    expect(json.arm(RULE)).toHaveLength(2);
    expect(settingsOf(json).RELAY_VOIP_HUB_RULE_ID).toMatch(
      /^\$\{azapi_resource\.Voip_RelaySendPolicy_\w+\.id\}$/,
    );
    expect(json.resources('azurerm_role_assignment').map((role) => role.scope)).toContain(
      settingsOf(json).RELAY_VOIP_HUB_RULE_ID,
    );
    expect(json.arm(ROLE)).toHaveLength(1);
  });

  test('can register no device when it was not told whose tokens it takes', () => {
    const { json } = defaults();
    expect(json.arm(RULE).map((rule) => rule.name)).toEqual(['relay-send']);
    const names = Object.keys(settingsOf(json));
    expect(names.filter((name) => /DEVICES|RELAY_API/.test(name))).toEqual([]);
  });

  test.each<[string, (stack: TerraformStack) => INotificationHub, string | undefined]>([
    ['an APNs token', (stack) => hub(stack), 'apple'],
    ['a service account', (stack) => hubWith(stack, { fcm: fcmCredential(stack) }), 'fcmv1'],
    [
      'both',
      (stack) => hubWith(stack, { apns: apnsCredential(stack), fcm: fcmCredential(stack) }),
      'apple,fcmv1',
    ],
    ['a VAPID pair', (stack) => hubWith(stack, { browser: browserCredential(stack) }), 'browser'],
    [
      'all of them',
      (stack) =>
        hubWith(stack, {
          apns: apnsCredential(stack),
          fcm: fcmCredential(stack),
          browser: browserCredential(stack),
        }),
      'apple,fcmv1,browser',
    ],
    [
      'what nobody said, since it exists already',
      (stack) => NotificationHub.fromNotificationHubId(stack, 'Adopted', HUB_ID),
      undefined,
    ],
  ])('is told the push services of a hub that has %s', (_, make, platforms) => {
    expect(settingsOf(relay((stack) => ({ hub: make(stack) })).json).RELAY_PLATFORMS).toBe(platforms);
  });

  test('is told the push services of a hub that exists by whoever knows them', () => {
    const { json } = relay((stack) => ({
      hub: NotificationHub.fromNotificationHubId(stack, 'Adopted', HUB_ID),
      appSettings: { RELAY_PLATFORMS: 'browser' },
    }));
    expect(settingsOf(json).RELAY_PLATFORMS).toBe('browser');
  });

  test.each(['include', 'omit'] as const)('is told to %s what people wrote', (messageText) => {
    expect(settingsOf(relay(() => ({ messageText })).json).RELAY_MESSAGE_TEXT).toBe(messageText);
  });

  test('is told how many lines of events that ended well are written, also that none is', () => {
    expect(settingsOf(relay(() => ({ successLinesPercent: 0 })).json).RELAY_SUCCESS_LINES_PERCENT).toBe('0');
    expect(settingsOf(relay().json)).not.toHaveProperty('RELAY_SUCCESS_LINES_PERCENT');
  });

  test.each([-1, 101, 12.5])('%d percent of lines are none', (successLinesPercent) => {
    expect(errorOf(() => relay(() => ({ successLinesPercent })))).toContain(
      `successLinesPercent takes a whole number from 0 to 100, got ${successLinesPercent}\n  at construct `,
    );
  });

  test.each(['data', 'notification'] as const)('is told to send Android %s messages', (androidMessages) => {
    expect(settingsOf(relay(() => ({ androidMessages })).json).RELAY_ANDROID_MESSAGES).toBe(androidMessages);
  });

  test('logs to Application Insights without keys, into a workspace without keys', () => {
    const { json } = defaults();
    expect(json.resource('azurerm_log_analytics_workspace')).toMatchObject({
      name: 'log-contoso-relay',
      sku: 'PerGB2018',
      retention_in_days: 30,
      local_authentication_enabled: false,
    });
    expect(json.resource('azurerm_application_insights')).toMatchObject({
      name: 'appi-contoso-relay',
      application_type: 'web',
      local_authentication_disabled: true,
      workspace_id: expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\.\w+\.id\}$/),
    });
  });

  test('takes a workspace that exists, and makes none', () => {
    const { json } = relay(() => ({
      logAnalyticsWorkspaceId:
        '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/Microsoft.OperationalInsights/workspaces/log-app',
    }));
    expect(json.resources('azurerm_log_analytics_workspace')).toEqual([]);
    expect(json.resource('azurerm_application_insights').workspace_id).toBe(
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/Microsoft.OperationalInsights/workspaces/log-app',
    );
  });

  test('takes a storage account that is given', () => {
    const { json } = relay((stack) => ({
      storage: new KeylessStorageAccount(stack, 'Mine', { resourceGroup: GROUP, name: 'stmine' }),
    }));
    expect(json.resource('azurerm_storage_account').name).toBe('stmine');
  });

  test('lies elsewhere, larger and tagged when asked to', () => {
    const { json } = relay(() => ({
      location: 'northeurope',
      instanceMemoryInMb: 4096,
      maximumInstanceCount: 1000,
      tags: { app: 'x' },
    }));
    expect(json.oneArm(APP)).toMatchObject({ location: 'northeurope', tags: { app: 'x' } });
    expect(json.oneArm(APP).body.properties.functionAppConfig.scaleAndConcurrency).toEqual({
      instanceMemoryMB: 4096,
      maximumInstanceCount: 1000,
      alwaysReady: [],
    });
    for (const type of [
      'azurerm_storage_account',
      'azurerm_log_analytics_workspace',
      'azurerm_service_plan',
    ]) {
      expect(json.resource(type)).toMatchObject({ location: 'northeurope', tags: { app: 'x' } });
    }
  });

  test('refuses a VoIP hub as the hub for alerts', () => {
    expect(errorOf(() => relay((stack) => ({ hub: hub(stack, 'Voip', voipCredential(stack)) })))).toBe(
      "hub is for alert pushes and takes the bundle id itself as APNs topic, got a hub for '.voip': give it as voipHub\n" +
        '  at construct stack/Relay',
    );
  });

  test('refuses a hub for alerts as the VoIP hub', () => {
    expect(errorOf(() => relay((stack) => ({ voipHub: hub(stack, 'Alert', apnsCredential(stack)) })))).toBe(
      "voipHub takes a hub whose ApnsTokenCredential has topic 'voip' and a bundle id ending in '.voip', got one for " +
        'alert pushes\n  at construct stack/Relay',
    );
  });

  test('takes hubs that exist on trust: their topic is not known', () => {
    const { json } = relay((stack) => ({
      hub: NotificationHub.fromNotificationHubId(stack, 'Mine', HUB_ID),
      voipHub: NotificationHub.fromNotificationHubId(stack, 'MyVoip', `${HUB_ID}-voip`),
    }));
    expect(json.arm(RULE).map((rule) => rule.parent_id)).toEqual([HUB_ID, `${HUB_ID}-voip`]);
  });

  test('refuses memory and instance counts that Azure refuses', () => {
    expect(errorOf(() => relay(() => ({ instanceMemoryInMb: 1024 as 2048 })))).toBe(
      'instanceMemoryInMb takes one of 512, 2048, 4096; got 1024\n  at construct stack/Relay',
    );
    for (const maximumInstanceCount of [39, 1001, 50.5]) {
      expect(errorOf(() => relay(() => ({ maximumInstanceCount })))).toBe(
        `maximumInstanceCount takes a whole number from 40 to 1000, got ${maximumInstanceCount}\n  at construct stack/Relay`,
      );
    }
  });

  test('takes a scale that is known only when it is deployed', () => {
    const { json } = relay((stack) => ({
      maximumInstanceCount: new TerraformVariable(stack, 'most', { type: 'number' }).numberValue,
      nodeVersion: new TerraformVariable(stack, 'node', { type: 'string' }).stringValue as '24',
    }));
    expect(json.oneArm(APP).body.properties.functionAppConfig).toMatchObject({
      runtime: { version: '${var.node}' },
      scaleAndConcurrency: { maximumInstanceCount: '${var.most}' },
    });
  });

  test('runs on another Node.js and is updated otherwise when asked to', () => {
    const { json } = relay(() => ({ nodeVersion: '22', siteUpdateStrategy: 'Recreate' }));
    expect(json.oneArm(APP).body.properties.functionAppConfig).toMatchObject({
      runtime: { name: 'node', version: '22' },
      siteUpdateStrategy: { type: 'Recreate' },
    });
  });

  test('has instances ready by function, as each with an Event Grid trigger scales by itself', () => {
    const { json } = relay(() => ({ alwaysReady: { calls: 2, messages: 1, recordings: 0 } }));
    expect(json.oneArm(APP).body.properties.functionAppConfig.scaleAndConcurrency.alwaysReady).toEqual([
      { name: 'function:calls', instanceCount: 2 },
      { name: 'function:messages', instanceCount: 1 },
    ]);
  });

  test.each<[string, object, string]>([
    ['Node.js', { nodeVersion: '20' }, "nodeVersion takes one of 22, 24; got '20'"],
    [
      'strategy',
      { siteUpdateStrategy: 'BlueGreen' },
      "siteUpdateStrategy takes one of Recreate, RollingUpdate; got 'BlueGreen'",
    ],
    [
      'function to have ready',
      { alwaysReady: { devices: 1 } },
      'alwaysReady takes some of calls, messages, recordings; got devices',
    ],
    [
      'number of instances to have ready',
      { alwaysReady: { calls: 1.5 } },
      'alwaysReady.calls takes a whole number from 0 to 1000, got 1.5',
    ],
    [
      'sum of instances to have ready',
      { alwaysReady: { calls: 20, messages: 21 } },
      'alwaysReady takes as many instances as maximumInstanceCount in all, 40; got 41',
    ],
  ])('refuses a wrong %s', (_, props, problem) => {
    expect(errorOf(() => relay(() => props))).toBe(`${problem}\n  at construct stack/Relay`);
  });

  test.each([0, 1.5, 36_501])('%d days are no time to keep dead letters for', (deadLetterRetentionDays) => {
    expect(errorOf(() => relay(() => ({ deadLetterRetentionDays })))).toContain(
      `deadLetterRetentionDays takes a whole number from 1 to 36500, or false; got ${deadLetterRetentionDays}\n`,
    );
  });

  test('has its dead letters deleted after 30 days, or as many as asked for, or never', () => {
    const policyOf = (deadLetterRetentionDays?: number | false) =>
      relay(() => ({ deadLetterRetentionDays })).json.resources('azurerm_storage_management_policy');
    expect(policyOf()).toEqual([
      {
        depends_on: expect.anything(),
        storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.Relay_Storage_\w+\.id\}$/),
        rule: [deletion('deadletter', 30)],
      },
    ]);
    expect(policyOf(7)).toMatchObject([{ rule: [deletion('deadletter', 7)] }]);
    expect(policyOf(false)).toEqual([]);
  });
});

describe('a Function App', () => {
  test('is replaced with its plan, which Azure does not delete under it, and only then', () => {
    expect(defaults().json.oneArm(APP).lifecycle).toEqual({
      replace_triggered_by: [expect.stringMatching(/^azurerm_service_plan\.Relay_Plan_\w+\.id$/)],
    });
  });

  test('has its host name from its name, so that it is known right after an import', () => {
    const { stack, made } = defaults();
    expect(resolved(stack, made.defaultHostname)).toMatch(
      /^\$\{azapi_resource\.Relay_\w+\.name\}\.azurewebsites\.net$/,
    );
  });
});

describe('the code of the relay', () => {
  test('is posted after the roles are given, and again when the package, the app or the container of its package changes', () => {
    const { json } = defaults();
    const publish = json.resourceNamed('terraform_data', 'Publish');
    expect(publish.triggers_replace).toEqual({
      package: expect.stringMatching(/^[0-9a-f]{64}$/),
      functionApp: expect.stringMatching(/^\$\{azapi_resource\.Relay_\w+\.id\}$/),
      container: expect.stringMatching(/^\$\{azurerm_storage_container\.\S*releases\w+\.id\}$/),
    });
    const roles = publish.depends_on.filter((address: string) =>
      address.startsWith('azurerm_role_assignment.'),
    );
    expect(roles).toHaveLength(4);
    expect(publish.provisioner).toEqual([
      {
        'local-exec': {
          command: expect.stringMatching(/^node assets\/[\w/]+\/publish-function-app\.cjs$/),
          environment: {
            PUBLISH_HOST: expect.stringMatching(
              /^\$\{azapi_resource\.Relay_\w+\.name\}\.azurewebsites\.net$/,
            ),
            PUBLISH_PACKAGE: expect.stringMatching(/^assets\/[\w/]+\/relay\.zip$/),
            PUBLISH_FUNCTION_APP: expect.stringMatching(/^\$\{azapi_resource\.Relay_\w+\.id\}$/),
          },
        },
      },
    ]);
  });

  test('is never given to zip_deploy_file, which does not work on Flex Consumption', () => {
    expect(defaults().json.text).not.toContain('zip_deploy_file');
  });

  describe('with templates of a folder', () => {
    const ownTemplates = join(__dirname, '../../../relay/templates');
    const german = join(__dirname, '../../relay/templates');
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'templates-'));
      cpSync(ownTemplates, folder, { recursive: true });
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** The package that is handed to a publisher. */
    function published(over: Partial<PushRelayProps>) {
      const packages: Buffer[] = [];
      const publisher: ICodePublisher = {
        publish: (scope, { packagePath }) => {
          packages.push(readFileSync(packagePath));
          return new DataResource(scope, 'Mine', {});
        },
      };
      relayIn(newStack(), { publisher, ...over });
      return packages[0]!;
    }

    test('is the same code with other words', () => {
      const own = unzipSync(published({}));
      const other = unzipSync(published({ templates: german }));
      const { 'templates.json': words, ...code } = other;
      const { 'templates.json': ownWords, ...ownCode } = own;
      expect(code).toEqual(ownCode);
      expect(words).not.toEqual(ownWords);
      expect(JSON.parse(strFromU8(words!))).toMatchObject({
        defaultLanguage: 'en',
        languages: ['en', 'de'],
        templates: { 'chat-message-received': { de: { titleFallback: 'Neue Nachricht' } } },
      });
    });

    test('has the same bytes for the same templates, which are those of the build for its own', () => {
      expect(published({ templates: german }).equals(published({ templates: german }))).toBe(true);
      expect(published({ templates: folder }).equals(published({}))).toBe(true);
    });

    test('is published anew when they change, and not otherwise', () => {
      const hashOf = () =>
        relay(() => ({ templates: folder })).json.resourceNamed('terraform_data', 'Publish').triggers_replace
          .package;
      const before = hashOf();
      expect(hashOf()).toBe(before);
      expect(before).toBe(
        defaults().json.resourceNamed('terraform_data', 'Publish').triggers_replace.package,
      );
      const sms = { title: 'SMS', body: 'You have a new text message' };
      writeFileSync(join(folder, 'sms-received/en.json'), JSON.stringify(sms));
      expect(hashOf()).not.toBe(before);
    });

    test('is refused when they are wrong, file by file', () => {
      writeFileSync(join(folder, 'sms-received/en.json'), '{');
      writeFileSync(join(folder, 'missed-call/en.json'), '{"title":"{who}","titleFallback":"x","body":"y"}');
      const error = errorOf(() => relay(() => ({ templates: folder })));
      expect(error).toContain(`templates in ${folder}:`);
      expect(error).toContain("missed-call/en.json: 'title' has '{who}', expected {caller}");
      expect(error).toContain('sms-received/en.json: not JSON');
      expect(error).toMatch(/at construct stack\/Relay$/);
    });

    test('is refused when there is no such folder', () => {
      expect(errorOf(() => relay(() => ({ templates: 'no/such/folder' })))).toBe(
        'templates in no/such/folder: no such folder\n  at construct stack/Relay',
      );
    });

    test('is refused together with other code', () => {
      expect(errorOf(() => relay(() => ({ templates: folder, packagePath: RELAY_ZIP })))).toBe(
        'templates go into the relay that this package carries: leave out templates, or packagePath\n' +
          '  at construct stack/Relay',
      );
    });
  });

  test('can be fetched by Azure from a URL instead', () => {
    const { json } = relay(() => ({ publisher: new PackageUriPublisher('https://example.com/relay.zip') }));
    expect(json.resources('terraform_data')).toEqual([]);
    expect(json.resource('azapi_resource_action')).toMatchObject({
      type: 'Microsoft.Web/sites/extensions@2023-12-01',
      resource_id: expect.stringMatching(/\.id\}\/extensions\/onedeploy$/),
      method: 'PUT',
      body: {
        properties: { packageUri: 'https://example.com/relay.zip', type: 'zip', remoteBuild: false },
      },
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('is fetched again when the container of its package is made anew', () => {
    const { json } = relay(() => ({ publisher: new PackageUriPublisher('https://example.com/relay.zip') }));
    expect(json.resource('azapi_resource_action').headers).toEqual({
      'x-package-container': expect.stringMatching(/^\$\{azurerm_storage_container\.\S*releases\w+\.id\}$/),
    });
  });

  test('is published by whatever publisher is given, which the functions then wait for', () => {
    const calls: PublishProps[] = [];
    const publisher: ICodePublisher = {
      publish: (scope, props) => {
        calls.push(props);
        return new DataResource(scope, 'Mine', {});
      },
    };
    const stack = newStack();
    const made = relayIn(stack, { publisher, packagePath: RELAY_ZIP });
    new EventSubscription(stack, 'Subscription', {
      systemTopic: SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID),
      name: 'evgs-app',
      eventTypes: ['Microsoft.Communication.IncomingCall'],
      destination: made.destination('calls', { maxEventsPerBatch: 10 }),
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]!.packagePath).toBe(RELAY_ZIP);
    expect(calls[0]!.dependsOn).toHaveLength(6);
    expect(resolved(stack, calls[0]!.functionAppId)).toBe(resolved(stack, made.functionAppId));
    expect(resolved(stack, calls[0]!.defaultHostname)).toMatch(
      /^\$\{azapi_resource\.Relay_\w+\.name\}\.azurewebsites\.net$/,
    );
    const json = synth(stack);
    expect(json.dataSource('azapi_resource').depends_on).toEqual([
      expect.stringMatching(/^terraform_data\.Relay_Mine_\w+$/),
    ]);
    const { azure_function_endpoint: endpoint } = json.resource(
      'azurerm_eventgrid_system_topic_event_subscription',
    );
    expect(endpoint).toMatchObject({
      function_id: `${String(resolved(stack, made.functionAppId))}/functions/calls`,
      max_events_per_batch: 10,
    });
  });

  test('serves its functions under the names of the contract', () => {
    const { made, stack } = defaults();
    const bound = (name: 'calls' | 'messages' | 'recordings') =>
      resolved(
        stack,
        made
          .destination(name)
          .bind(new KeylessStorageAccount(stack, name, { resourceGroup: GROUP, name: `st${name}` }))
          .azureFunctionEndpoint!.functionId,
      );
    expect(bound('calls')).toMatch(/\/functions\/calls$/);
    expect(bound('messages')).toMatch(/\/functions\/messages$/);
    expect(bound('recordings')).toMatch(/\/functions\/recordings$/);
  });
});

test('two relays stand in one stack', () => {
  const stack = newStack();
  const acs = communicationService(stack);
  for (const name of ['one', 'two']) {
    new PushRelay(stack, name, {
      resourceGroup: GROUP,
      naming: new Naming(name, 'x7k2p9'),
      communicationService: acs,
      hub: hub(stack, `hub-${name}`),
    });
  }
  const json = synth(stack);
  expect(json.arm(APP)).toHaveLength(2);
  expect(new Set(json.arm(ROLE).map((role) => role.name)).size).toBe(2);
});
