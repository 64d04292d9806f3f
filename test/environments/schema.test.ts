import { loadEnvironments } from '../../environments';
import { EnvironmentError, parseEnvironment, type EnvironmentInput } from '../../environments/schema';
import {
  ACS_ID,
  HUB_ID,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
  TOPIC_ID,
  VAPID_PUBLIC_KEY,
  VAULT_ID,
} from '../support/samples';
import { errorOf } from '../support/synth';

const GOOD: EnvironmentInput = {
  name: 'qa',
  subscriptionId: SUBSCRIPTION,
  appName: 'contoso',
  location: 'westeurope',
  dataLocation: 'Europe',
  sku: 'Basic',
  apns: { keyId: 'ABC123DEFG', teamId: 'TEAM123456', bundleId: 'com.contoso.app', endpoint: 'sandbox' },
  fcm: true,
  secrets: { source: 'variables' },
  backend: { type: 'local' },
  events: { target: 'relay' },
};

const parse = (over: object) => parseEnvironment('environments/qa.ts', { ...GOOD, ...over });

/** The mistakes that are found, one a line, without the file's name. */
function problems(over: object): readonly string[] {
  try {
    parse(over);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
}

const AZURERM_BACKEND = {
  type: 'azurerm',
  resourceGroupName: 'rg-tfstate',
  storageAccountName: 'sttfstate1234',
  containerName: 'tfstate',
  key: 'acs-push/qa.tfstate',
};
const KEY_VAULT = { source: 'keyVault', keyVaultId: VAULT_ID };
const DEVICES_API = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://contoso-devices' };
const SAMPLE = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers';

describe('an environment', () => {
  test('has defaults for what it leaves out', () => {
    expect(parse({})).toEqual({
      ...GOOD,
      apns: { ...GOOD.apns, linkedTopic: 'alert', voip: false },
      events: {
        target: 'relay',
        instanceMemoryInMb: 2048,
        maximumInstanceCount: 40,
        nodeVersion: '24',
        siteUpdateStrategy: 'RollingUpdate',
        messageText: 'include',
      },
      link: { key: 'primary' },
      verification: { level: 'settled', timeout: '15m' },
      preventDestroy: true,
      registerResourceProviders: true,
      tags: {},
    });
  });

  test('has default names for the secrets of a vault', () => {
    expect(parse({ secrets: KEY_VAULT }).secrets).toEqual({
      ...KEY_VAULT,
      apnsTokenSecretName: 'apns-token',
      fcmServiceAccountSecretName: 'fcm-service-account',
      vapidPrivateKeySecretName: 'vapid-private-key',
    });
  });

  test('takes all it can take', () => {
    const everything = {
      uniqueSuffix: 'x7k2p9',
      apns: { ...GOOD.apns, linkedTopic: 'voip', voip: true },
      browser: { subject: 'https://contoso.com', vapidPublicKey: VAPID_PUBLIC_KEY },
      secrets: {
        ...KEY_VAULT,
        apnsTokenSecretName: 'a',
        fcmServiceAccountSecretName: 'b',
        vapidPrivateKeySecretName: 'c',
      },
      backend: AZURERM_BACKEND,
      events: {
        target: 'relay',
        instanceMemoryInMb: 512,
        maximumInstanceCount: 1000,
        nodeVersion: '22',
        siteUpdateStrategy: 'Recreate',
        alwaysReady: { calls: 2, messages: 1, recordings: 0 },
        devicesApi: { ...DEVICES_API, role: 'R', allRole: 'A', identityClaim: 'https://contoso.com/acs' },
        messageText: 'omit',
        androidMessages: 'notification',
        templates: 'templates/prod',
      },
      link: { key: 'secondary', relinkToken: 'again' },
      verification: { level: 'live', timeout: '1h' },
      deadLetterRetentionDays: false,
      communicationServiceId: ACS_ID,
      systemTopicId: TOPIC_ID,
      preventDestroy: false,
      registerResourceProviders: false,
      tags: { owner: 'me' },
    };
    expect(parse(everything)).toEqual({ ...GOOD, ...everything });
  });

  test.each([
    [{ target: 'none' }],
    [{ target: 'webhook', url: 'https://hooks.example.com/acs' }],
    [
      {
        target: 'webhook',
        url: 'https://hooks.example.com/acs',
        entraApplication: { tenantId: SUBSCRIPTION, applicationIdOrUri: 'api://hooks' },
      },
    ],
  ])('sends events to %j', (events) => {
    expect(parse({ events }).events).toEqual(events);
  });

  test('can do without one of the push services', () => {
    expect(parse({ fcm: false }).apns).toBeDefined();
    expect(parse({ apns: undefined }).fcm).toBe(true);
  });
});

describe('mistakes of an environment', () => {
  test('are shown all at once, with file, field, example and what was given', () => {
    expect(errorOf(() => parseEnvironment('environments/qa.ts', {}))).toBe(
      [
        'environments/qa.ts has 10 mistakes:',
        "  name: takes 2 to 17 lower-case letters, digits and hyphens, for example 'prod', got nothing",
        "  subscriptionId: takes a subscription id, for example '00000000-0000-0000-0000-000000000001', got nothing",
        "  appName: takes 2 to 14 lower-case letters, digits and hyphens, for example 'contoso', got nothing",
        "  location: takes a region's short name, for example 'westeurope', got nothing",
        '  dataLocation: takes one of Africa, Asia Pacific, Australia, Brazil, Canada, Europe, France, Germany, India, ' +
          "Japan, Korea, Norway, Switzerland, UAE, UK, United States, for example 'Europe', got nothing",
        "  sku: takes one of Free, Basic, Standard, for example 'Standard', got nothing",
        "  fcm: takes true or false, for example 'true', got nothing",
        "  secrets: takes an object with source 'variables' or 'keyVault', for example '{ source: 'variables' }', got nothing",
        "  backend: takes an object with type 'local' or 'azurerm', for example '{ type: 'local' }', got nothing",
        "  events: takes an object with target 'relay', 'webhook' or 'none', for example '{ target: 'relay' }', got nothing",
      ].join('\n'),
    );
  });

  test('are counted in words', () => {
    expect(errorOf(() => parse({ sku: 'Premium' }))).toBe(
      "environments/qa.ts has 1 mistake:\n  sku: takes one of Free, Basic, Standard, for example 'Standard', got 'Premium'",
    );
  });

  test('of one field do not hide that fields do not go together', () => {
    expect(problems({ apns: undefined, fcm: false, systemTopicId: TOPIC_ID, tags: { owner: 5 } })).toEqual([
      "tags.owner: takes a text, for example 'contoso', got 5",
      "apns: is needed when fcm is false: a hub without credentials delivers nothing, for example { keyId: 'ABC123DEFG', … }, got nothing",
      `systemTopicId: goes with communicationServiceId: the topic of a new Communication Services resource cannot exist yet, got '${TOPIC_ID}'`,
    ]);
  });

  test.each<[string, object, string]>([
    [
      'a lock that would stop the link',
      { lock: { kind: 'ReadOnly' } },
      "lock.kind: takes 'CanNotDelete' or 'None', for example 'CanNotDelete', got 'ReadOnly'",
    ],
    [
      'name',
      { name: 'QA' },
      "name: takes 2 to 17 lower-case letters, digits and hyphens, for example 'prod', got 'QA'",
    ],
    [
      'name',
      { name: 'qa-' },
      "name: takes 2 to 17 lower-case letters, digits and hyphens, for example 'prod', got 'qa-'",
    ],
    [
      'subscriptionId',
      { subscriptionId: 'mine' },
      "subscriptionId: takes a subscription id, for example '00000000-0000-0000-0000-000000000001', got 'mine'",
    ],
    [
      'appName',
      { appName: 'my_app' },
      "appName: takes 2 to 14 lower-case letters, digits and hyphens, for example 'contoso', got 'my_app'",
    ],
    [
      'appName with name',
      { appName: 'contoso-mobile', name: 'staging' },
      "appName: takes, together with the name of the environment, 20 characters at most as in 'contoso-prod': " +
        "'contoso-mobile-staging' has 22, got 'contoso-mobile'",
    ],
    [
      'preventDestroy',
      { preventDestroy: 'no' },
      "preventDestroy: takes true or false, for example 'true', got 'no'",
    ],
    [
      'uniqueSuffix',
      { uniqueSuffix: 'X7' },
      "uniqueSuffix: takes 3 to 10 lower-case letters and digits, for example 'x7k2p9', got 'X7'",
    ],
    [
      'location',
      { location: 'West Europe' },
      "location: takes a region's short name, for example 'westeurope', got 'West Europe'",
    ],
    [
      'apns',
      { apns: 'key' },
      "apns: takes an object with keyId, teamId, bundleId and endpoint, for example '{ keyId: 'ABC123DEFG', … }', got 'key'",
    ],
    [
      'apns.keyId',
      { apns: { ...GOOD.apns, keyId: 'abc' } },
      "apns.keyId: takes 10 capital letters and digits, for example 'ABC123DEFG', got 'abc'",
    ],
    [
      'apns.teamId',
      { apns: { ...GOOD.apns, teamId: undefined } },
      "apns.teamId: takes 10 capital letters and digits, for example 'TEAM123456', got nothing",
    ],
    [
      'apns.bundleId',
      { apns: { ...GOOD.apns, bundleId: 'contoso' } },
      "apns.bundleId: takes a bundle id, for example 'com.example.app', got 'contoso'",
    ],
    [
      'apns.bundleId of VoIP',
      { apns: { ...GOOD.apns, bundleId: 'com.contoso.app.voip' } },
      "apns.bundleId: takes the app's bundle id without '.voip', for example 'com.example.app'; a VoIP hub is made with " +
        "voip: true, a linked hub for VoIP with linkedTopic: 'voip', got 'com.contoso.app.voip'",
    ],
    [
      'apns.endpoint',
      { apns: { ...GOOD.apns, endpoint: 'development' } },
      "apns.endpoint: takes 'production' or 'sandbox', for example 'production', got 'development'",
    ],
    [
      'apns.linkedTopic',
      { apns: { ...GOOD.apns, linkedTopic: 'com.contoso.app.voip' } },
      "apns.linkedTopic: takes 'alert' or 'voip', for example 'alert', got 'com.contoso.app.voip'",
    ],
    [
      'apns.voip',
      { apns: { ...GOOD.apns, voip: 'yes' } },
      "apns.voip: takes true or false, for example 'false', got 'yes'",
    ],
    [
      'apns.voip without a relay',
      { apns: { ...GOOD.apns, voip: true }, events: { target: 'none' } },
      "apns.voip: goes with events of target 'relay', which sends VoIP pushes, for example false, got true",
    ],
    ['fcm', { fcm: { projectId: 'x' } }, "fcm: takes true or false, for example 'true', got an object"],
    [
      'secrets.source',
      { secrets: { source: 'file' } },
      "secrets.source: takes an object with source 'variables' or 'keyVault', for example '{ source: 'variables' }', got 'file'",
    ],
    [
      'secrets.keyVaultId',
      { secrets: { ...KEY_VAULT, keyVaultId: 'kv-app' } },
      `secrets.keyVaultId: takes the ARM id of a Microsoft.KeyVault/vaults, for example '${SAMPLE}/Microsoft.KeyVault/vaults/kv-app', got 'kv-app'`,
    ],
    [
      'secrets.apnsTokenSecretName',
      { secrets: { ...KEY_VAULT, apnsTokenSecretName: 'apns_token' } },
      "secrets.apnsTokenSecretName: takes letters, digits and hyphens, for example 'apns-token', got 'apns_token'",
    ],
    [
      'secrets.fcmServiceAccountSecretName',
      { secrets: { ...KEY_VAULT, fcmServiceAccountSecretName: '' } },
      "secrets.fcmServiceAccountSecretName: takes letters, digits and hyphens, for example 'fcm-service-account', got ''",
    ],
    [
      'backend.type',
      { backend: { type: 's3' } },
      "backend.type: takes an object with type 'local' or 'azurerm', for example '{ type: 'local' }', got 's3'",
    ],
    [
      'backend.resourceGroupName',
      { backend: { ...AZURERM_BACKEND, resourceGroupName: 'rg.' } },
      "backend.resourceGroupName: name of a resourceGroup takes letters, digits, - _ . ( ), not ending in ., for example 'rg-tfstate', got 'rg.'",
    ],
    [
      'backend.storageAccountName',
      { backend: { ...AZURERM_BACKEND, storageAccountName: 'st' } },
      "backend.storageAccountName: name of a storageAccount takes 3 to 24 characters, for example 'sttfstate1234', got 'st'",
    ],
    [
      'backend.containerName',
      { backend: { ...AZURERM_BACKEND, containerName: 5 } },
      "backend.containerName: takes a name, for example 'tfstate', got 5",
    ],
    [
      'backend.key',
      { backend: { ...AZURERM_BACKEND, key: 'my state' } },
      "backend.key: takes the name of a blob, for example 'acs-push/prod.tfstate', got 'my state'",
    ],
    [
      'events.target',
      { events: { target: 'queue' } },
      "events.target: takes an object with target 'relay', 'webhook' or 'none', for example '{ target: 'relay' }', got 'queue'",
    ],
    [
      'events.instanceMemoryInMb',
      { events: { target: 'relay', instanceMemoryInMb: 1024 } },
      "events.instanceMemoryInMb: takes one of 512, 2048, 4096, for example '2048', got 1024",
    ],
    [
      'events.nodeVersion',
      { events: { target: 'relay', nodeVersion: '20' } },
      "events.nodeVersion: takes one of 22, 24, for example '24', got '20'",
    ],
    [
      'events.siteUpdateStrategy',
      { events: { target: 'relay', siteUpdateStrategy: 'BlueGreen' } },
      "events.siteUpdateStrategy: takes one of Recreate, RollingUpdate, for example 'RollingUpdate', got 'BlueGreen'",
    ],
    [
      'events.alwaysReady',
      { events: { target: 'relay', alwaysReady: { calls: -1 } } },
      "events.alwaysReady.calls: takes a whole number from 0 to 1000, for example '2', got -1",
    ],
    [
      'functions of events.alwaysReady',
      { events: { target: 'relay', alwaysReady: { devices: 1 } } },
      'events.alwaysReady.devices: is no field of an environment',
    ],
    [
      'events.storageShards',
      { events: { target: 'relay', storageShards: 65 } },
      "events.storageShards: takes a whole number from 1 to 64, for example '8', got 65",
    ],
    [
      'events.successLinesPercent',
      { events: { target: 'relay', successLinesPercent: 101 } },
      "events.successLinesPercent: takes a whole number from 0 to 100, for example '10', got 101",
    ],
    [
      'events.logAnalyticsWorkspaceId',
      { events: { target: 'relay', logAnalyticsWorkspaceId: 'log-app' } },
      `events.logAnalyticsWorkspaceId: takes the ARM id of a Microsoft.OperationalInsights/workspaces, for example '${SAMPLE}/Microsoft.OperationalInsights/workspaces/log-app', got 'log-app'`,
    ],
    [
      'events.keyRoleDefinitionId',
      { events: { target: 'relay', keyRoleDefinitionId: ACS_ID } },
      `events.keyRoleDefinitionId: takes the ARM id of a role definition, for example '/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Authorization/roleDefinitions/11111111-1111-1111-1111-111111111111', got '${ACS_ID}'`,
    ],
    [
      'deadLetterRetentionDays',
      { deadLetterRetentionDays: 0 },
      "deadLetterRetentionDays: takes a whole number from 1 to 36500, for example '30', got 0",
    ],
    [
      'deadLetterRetentionDays without events',
      { events: { target: 'none' }, deadLetterRetentionDays: 7 },
      'deadLetterRetentionDays: goes with events, which alone can become dead letters: leave it out, got 7',
    ],
    ...[39, 1001, 50.5].map((maximumInstanceCount): [string, object, string] => [
      'events.maximumInstanceCount',
      { events: { target: 'relay', maximumInstanceCount } },
      `events.maximumInstanceCount: takes a whole number from 40 to 1000, for example '40', got ${maximumInstanceCount}`,
    ]),
    [
      'events.messageText',
      { events: { target: 'relay', messageText: 'hide' } },
      "events.messageText: takes 'include' or 'omit', for example 'include', got 'hide'",
    ],
    [
      'events.androidMessages',
      { events: { target: 'relay', androidMessages: 'both' } },
      "events.androidMessages: takes 'data' or 'notification', for example 'data', got 'both'",
    ],
    ...[
      ['tenantId', 'contoso.com', 'a tenant id', '11111111-1111-1111-1111-111111111111'],
      ['audience', 'api://one,api://two', 'an application id or an api:// URI', 'api://contoso-devices'],
      ['audience', undefined, 'an application id or an api:// URI', 'api://contoso-devices'],
      ['role', 'Devices Register', 'the name of an app role or scope', 'Devices.Register'],
      ['allRole', '', 'the name of an app role', 'Devices.Register.All'],
      ['identityClaim', 'acs identities', 'the name of a claim', 'acs_identities'],
    ].map(([field, given, takes, example]): [string, object, string] => [
      `events.devicesApi.${field}`,
      { events: { target: 'relay', devicesApi: { ...DEVICES_API, [field!]: given } } },
      `events.devicesApi.${field}: takes ${takes}, for example '${example}', got ${given === undefined ? 'nothing' : `'${given}'`}`,
    ]),
    [
      'unknown fields of events.devicesApi',
      { events: { target: 'relay', devicesApi: { ...DEVICES_API, scope: 'x' } } },
      'events.devicesApi.scope: is no field of an environment',
    ],
    [
      'events.devicesApi of a webhook',
      { events: { target: 'webhook', url: 'https://hooks.example.com/acs', devicesApi: DEVICES_API } },
      'events.devicesApi: is no field of an environment',
    ],
    [
      'events.url',
      { events: { target: 'webhook', url: 'http://hooks.example.com' } },
      "events.url: webhook url takes an https URL, for example 'https://hooks.example.com/acs', got 'http://hooks.example.com'",
    ],
    [
      'events.entraApplication',
      { events: { target: 'webhook', url: 'https://x', entraApplication: 'api://hooks' } },
      'events.entraApplication: takes an object with tenantId and applicationIdOrUri, for example ' +
        "'{ tenantId: '…', applicationIdOrUri: '…' }', got 'api://hooks'",
    ],
    [
      'events.entraApplication.tenantId',
      {
        events: {
          target: 'webhook',
          url: 'https://x',
          entraApplication: { tenantId: 'mine', applicationIdOrUri: 'api://hooks' },
        },
      },
      "events.entraApplication.tenantId: takes a tenant id, for example '11111111-1111-1111-1111-111111111111', got 'mine'",
    ],
    [
      'events.entraApplication.applicationIdOrUri',
      {
        events: {
          target: 'webhook',
          url: 'https://x',
          entraApplication: { tenantId: SUBSCRIPTION, applicationIdOrUri: '' },
        },
      },
      "events.entraApplication.applicationIdOrUri: takes an application id or URI, for example 'api://acs-hooks', got ''",
    ],
    [
      'link',
      { link: 'secondary' },
      "link: takes an object with key or relinkToken, for example '{ key: 'secondary' }', got 'secondary'",
    ],
    [
      'link.key',
      { link: { key: 'third' } },
      "link.key: takes 'primary' or 'secondary', for example 'primary', got 'third'",
    ],
    [
      'link.relinkToken',
      { link: { relinkToken: 7 } },
      "link.relinkToken: takes a text, for example '2026-11-23', got 7",
    ],
    [
      'verification',
      { verification: true },
      "verification: takes false, or an object with level and timeout, for example '{ level: 'settled', timeout: '15m' }', got true",
    ],
    [
      'verification.level',
      { verification: { level: 'high' } },
      "verification.level: takes 'config', 'settled' or 'live', for example 'settled', got 'high'",
    ],
    [
      'verification.timeout',
      { verification: { timeout: '15' } },
      "verification.timeout: takes a number with s, m or h, for example '15m', got '15'",
    ],
    [
      'unknown fields of verification',
      { verification: { wait: '15m' } },
      'verification.wait: is no field of an environment',
    ],
    [
      'linkHealthAlert.actionGroupIds',
      { linkHealthAlert: { actionGroupIds: [ACS_ID] } },
      `linkHealthAlert.actionGroupIds.0: takes the ARM id of a Microsoft.Insights/actionGroups, for example '${SAMPLE}/Microsoft.Insights/actionGroups/ag-app', got '${ACS_ID}'`,
    ],
    ...['', '/srv/templates', 'C:\\\\templates'].map(
      (templates) =>
        [
          'events.templates',
          { events: { target: 'relay', templates } },
          `events.templates: takes the path of a folder, from the folder of cdktf.json, for example 'templates', got '${templates}'`,
        ] as [string, object, string],
    ),
    [
      'browser.subject',
      { browser: { subject: 'push@contoso.com', vapidPublicKey: VAPID_PUBLIC_KEY } },
      "browser.subject: takes a mailto: or https: URL, for example 'mailto:push@contoso.com', got 'push@contoso.com'",
    ],
    [
      'browser.vapidPublicKey',
      { browser: { subject: 'mailto:push@contoso.com', vapidPublicKey: 'B' } },
      "browser.vapidPublicKey: takes an uncompressed P-256 point in base64url, 87 characters, for example 'BNbx…', got 'B'",
    ],
    [
      'browser without a relay',
      {
        browser: { subject: 'mailto:push@contoso.com', vapidPublicKey: VAPID_PUBLIC_KEY },
        events: { target: 'none' },
      },
      "browser: goes with events of target 'relay', which pushes to browsers, for example { target: 'relay' }, got an object",
    ],
    [
      'linkHealthAlert without a relay',
      { linkHealthAlert: {}, events: { target: 'none' } },
      "linkHealthAlert: goes with events of target 'relay', which looks at the link, for example { target: 'relay' }, got an object",
    ],
    [
      'communicationServiceId',
      { communicationServiceId: HUB_ID },
      `communicationServiceId: takes the ARM id of a Microsoft.Communication/communicationServices, for example '${SAMPLE}/Microsoft.Communication/communicationServices/acs-app', got '${HUB_ID}'`,
    ],
    [
      'communicationServiceId of another subscription',
      { communicationServiceId: ACS_ID, subscriptionId: OTHER_SUBSCRIPTION },
      'communicationServiceId: takes a resource of subscriptionId, since Azure links hubs of the same subscription only, ' +
        `for example '/subscriptions/${OTHER_SUBSCRIPTION}/…', got '${ACS_ID}'`,
    ],
    [
      'systemTopicId',
      { communicationServiceId: ACS_ID, systemTopicId: ACS_ID },
      `systemTopicId: takes the ARM id of a Microsoft.EventGrid/systemTopics, for example '${SAMPLE}/Microsoft.EventGrid/systemTopics/evgst-app', got '${ACS_ID}'`,
    ],
    [
      'registerResourceProviders',
      { registerResourceProviders: 'no' },
      "registerResourceProviders: takes true or false, for example 'true', got 'no'",
    ],
    ['tags', { tags: 'x' }, "tags: takes an object of texts, for example '{ owner: 'contoso' }', got 'x'"],
    ['unknown fields', { region: 'x', zone: 'y' }, 'region, zone: is no field of an environment'],
    ['unknown fields within', { link: { keys: 'primary' } }, 'link.keys: is no field of an environment'],
  ])('of %s alone: %j', (_, over, problem) => {
    expect(problems(over)).toEqual([problem]);
  });

  test.each([undefined, null, 'qa', 5])('are shown when there is no environment but %p', (input) => {
    expect(errorOf(() => parseEnvironment('environments/qa.ts', input))).toMatch(
      /^environments\/qa\.ts has 1 mistake:\n {2}environment: takes an object, for example '\{ name: 'prod', … \}', got /,
    );
  });

  test('do not repeat a secret that stands in an environment by mistake', () => {
    const secrets = {
      apns: { ...GOOD.apns, token: 'hush' },
      events: { target: 'webhook', url: 'https://hooks.example.com/acs?code=hush' },
    };
    expect(problems(secrets)).toEqual([
      'apns.token: is no field of an environment',
      'events.url: webhook url must not carry a secret, since it is kept in state; got a query parameter that holds one: ' +
        'drop it and give entraApplication, whose tokens the webhook checks',
    ]);
  });
});

describe('the environments of this repository', () => {
  test('are local, dev, staging and prod', () => {
    expect(loadEnvironments().map((environment) => environment.name)).toEqual([
      'local',
      'dev',
      'staging',
      'prod',
    ]);
  });

  test('hold no secret: production reads a vault, the others variables', () => {
    expect(loadEnvironments().map((environment) => environment.secrets.source)).toEqual([
      'variables',
      'variables',
      'variables',
      'keyVault',
    ]);
  });

  test('keep their state in Azure, each under a key of its own, but for the local one', () => {
    expect(
      loadEnvironments().map(({ backend }) => (backend.type === 'azurerm' ? backend.key : backend.type)),
    ).toEqual(['local', 'acs-push/dev.tfstate', 'acs-push/staging.tfstate', 'acs-push/prod.tfstate']);
  });
});

describe('environments together', () => {
  test('show the mistakes of every file', () => {
    const load = () =>
      loadEnvironments({ qa: GOOD, one: { ...GOOD, name: 'one', sku: 'x' }, two: { ...GOOD, fcm: 'x' } });
    expect(errorOf(load)).toBe(
      "environments/one.ts has 1 mistake:\n  sku: takes one of Free, Basic, Standard, for example 'Standard', got 'x'\n" +
        "environments/two.ts has 1 mistake:\n  fcm: takes true or false, for example 'true', got 'x'",
    );
    expect(load).toThrow(AggregateError);
  });

  test('cannot have one name', () => {
    expect(errorOf(() => loadEnvironments({ qa: GOOD, copy: GOOD }))).toBe(
      "environments/copy.ts has 1 mistake:\n  name: takes one that no other environment has, for example 'copy', got 'qa'",
    );
  });
});
