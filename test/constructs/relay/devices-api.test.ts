import { DataResource, Token, type TerraformStack } from 'cdktf';
import {
  CommunicationService,
  KeylessStorageAccount,
  Naming,
  PushRelay,
  type DevicesApi,
  type ICodePublisher,
  type PublishProps,
  type PushRelayProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, GROUP, hub, voipCredential } from '../../support/samples';
import { errorOf, newStack, resolved, settingsOf, synth, type Attributes } from '../../support/synth';

const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';
const ROLE = 'Microsoft.Authorization/roleDefinitions';
const APP = 'Microsoft.Web/sites';
const API: DevicesApi = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  audience: 'api://contoso-devices',
};

beforeAll(ensureAssets);

function relay(
  api: Partial<DevicesApi> | undefined,
  over: (stack: TerraformStack) => Partial<PushRelayProps> = () => ({}),
) {
  const stack = newStack();
  const made = new PushRelay(stack, 'Relay', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    hub: hub(stack),
    devicesApi: api && { ...API, ...api },
    ...over(stack),
  });
  return { stack, made, json: synth(stack) };
}

const withVoip = (stack: TerraformStack) => ({ voipHub: hub(stack, 'Voip', voipCredential(stack)) });

let usual: ReturnType<typeof relay> | undefined;

/** A relay with a devices API of its defaults, and with a VoIP hub; synthesized once. */
const parted = () => (usual ??= relay({}, withVoip));

let whole: ReturnType<typeof relay> | undefined;

/** The same in one app. */
const together = () => (whole ??= relay({ separateApp: false }, withVoip));

const appOf = ({ json }: ReturnType<typeof relay>, purpose: string) =>
  json.arm(APP).find(({ name }) => name.includes(`-${purpose}-`))!;

const scaleOf = (site: Attributes) => site.body.properties.functionAppConfig.scaleAndConcurrency;

/** What an identity may do: scopes and roles, by name or, for the role that reads keys, by definition. */
function rolesOf({ json, stack }: ReturnType<typeof relay>, principalId: string): [string, string][] {
  return json
    .resources('azurerm_role_assignment')
    .filter((role) => role.principal_id === resolved(stack, principalId))
    .map((role) => [role.scope, role.role_definition_name ?? 'key reader']);
}

describe('the devices API', () => {
  test('runs in an app of its own, on a plan of its own', () => {
    const { json } = parted();
    expect(json.arm(APP).map(({ name }) => name)).toEqual([
      'func-contoso-relay-x7k2p9',
      'func-contoso-devices-x7k2p9',
    ]);
    const plans = json.resources('azurerm_service_plan').map(({ name, sku_name: sku }) => [name, sku]);
    expect(plans.sort()).toEqual([
      ['asp-contoso-devices', 'FC1'],
      ['asp-contoso-relay', 'FC1'],
    ]);
    const serverFarms = json.arm(APP).map(({ body }) => body.properties.serverFarmId);
    expect(new Set(serverFarms).size).toBe(2);
    expect(schemaProblems(json)).toEqual([]);
  });

  test('has instances of its own: what is given for one app changes nothing of the other', () => {
    const made = relay({ maximumInstanceCount: 100, instanceMemoryInMb: 512 }, () => ({
      maximumInstanceCount: 200,
      instanceMemoryInMb: 4096,
    }));
    expect(scaleOf(appOf(made, 'devices'))).toMatchObject({
      instanceMemoryMB: 512,
      maximumInstanceCount: 100,
    });
    expect(scaleOf(appOf(made, 'relay'))).toMatchObject({
      instanceMemoryMB: 4096,
      maximumInstanceCount: 200,
    });
    expect(scaleOf(appOf(parted(), 'devices'))).toMatchObject({
      instanceMemoryMB: 2048,
      maximumInstanceCount: 40,
    });
  });

  test('has a runtime, updates and instances that are ready of its own', () => {
    const made = relay({ nodeVersion: '22', siteUpdateStrategy: 'Recreate', alwaysReady: 2 }, () => ({
      alwaysReady: { calls: 1 },
    }));
    const configOf = (app: string) => appOf(made, app).body.properties.functionAppConfig;
    expect(configOf('devices')).toMatchObject({
      runtime: { name: 'node', version: '22' },
      scaleAndConcurrency: { alwaysReady: [{ name: 'http', instanceCount: 2 }] },
      siteUpdateStrategy: { type: 'Recreate' },
    });
    expect(configOf('relay')).toMatchObject({
      runtime: { name: 'node', version: '24' },
      scaleAndConcurrency: { alwaysReady: [{ name: 'function:calls', instanceCount: 1 }] },
      siteUpdateStrategy: { type: 'RollingUpdate' },
    });
  });

  test('and events have the functions of their part each', () => {
    expect(settingsOf(parted().json, '-devices-').RELAY_PART).toBe('devices');
    expect(settingsOf(parted().json, '-relay-').RELAY_PART).toBe('events');
    expect(settingsOf(relay(undefined).json).RELAY_PART).toBe('events');
  });

  test('is told what it needs, and no rule that can send', () => {
    const { json, stack, made } = parted();
    const clientId = resolved(stack, made.devicesApp!.identity.clientId);
    expect(settingsOf(json, '-devices-')).toEqual({
      AzureWebJobsStorage__accountName: resolved(stack, made.devicesApp!.storage.storageAccountName),
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: clientId,
      APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringMatching(
        /^\$\{azurerm_application_insights\.Relay_Insights_\w+\.connection_string\}$/,
      ),
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${String(clientId)};Authorization=AAD`,
      AZURE_CLIENT_ID: clientId,
      RELAY_PART: 'devices',
      RELAY_STORAGE_ACCOUNT: resolved(stack, made.storage.storageAccountName),
      RELAY_PLATFORMS: 'apple',
      RELAY_DEVICES_RULE_ID: expect.stringMatching(/^\$\{azapi_resource\.Hub_RelayDevicesPolicy_\w+\.id\}$/),
      RELAY_VOIP_DEVICES_RULE_ID: expect.stringMatching(
        /^\$\{azapi_resource\.Voip_RelayDevicesPolicy_\w+\.id\}$/,
      ),
      RELAY_API_TENANT_ID: '11111111-1111-1111-1111-111111111111',
      RELAY_API_AUDIENCE: 'api://contoso-devices',
    });
  });

  test('is told of every audience, role, claim and limit', () => {
    const settings = settingsOf(
      relay({
        audience: ['33333333-3333-3333-3333-333333333333', 'api://contoso-devices'],
        role: 'Register',
        allRole: 'Register.All',
        identityClaim: 'acs_identities',
        requestsPerMinute: 5,
      }).json,
      '-devices-',
    );
    expect(settings).toMatchObject({
      RELAY_API_AUDIENCE: '33333333-3333-3333-3333-333333333333,api://contoso-devices',
      RELAY_API_ROLE: 'Register',
      RELAY_API_ALL_ROLE: 'Register.All',
      RELAY_API_IDENTITY_CLAIM: 'acs_identities',
      RELAY_API_REQUESTS_PER_MINUTE: '5',
    });
  });

  test('leaves the relay without any setting of it', () => {
    const names = Object.keys(settingsOf(parted().json, '-relay-'));
    expect(names.filter((name) => /DEVICES|RELAY_API/.test(name))).toEqual([]);
  });

  test('registers with rules that can register and nothing else, on both hubs', () => {
    const hubOf = (rule: Attributes) => /azapi_resource\.(Hub|Voip)_\w+\.id/.exec(rule.parent_id)?.[1];
    expect(
      parted()
        .json.arm(RULE)
        .map((rule) => [hubOf(rule), rule.name, rule.body]),
    ).toEqual([
      ['Hub', 'relay-devices', { properties: { rights: ['Listen'] } }],
      ['Hub', 'relay-send', { properties: { rights: ['Send'] } }],
      ['Voip', 'relay-devices', { properties: { rights: ['Listen'] } }],
      ['Voip', 'relay-send', { properties: { rights: ['Send'] } }],
    ]);
  });

  test('has an identity that reads the keys of these rules, and uses the tables but no blob of the relay', () => {
    const { json, stack, made } = parted();
    const settings = settingsOf(json, '-devices-');
    const app = made.devicesApp!;
    expect(rolesOf(parted(), app.identity.principalId)).toEqual([
      [resolved(stack, app.storage.storageAccountId), 'Storage Blob Data Owner'],
      [settings.RELAY_DEVICES_RULE_ID, 'key reader'],
      [resolved(stack, made.applicationInsights.id), 'Monitoring Metrics Publisher'],
      [resolved(stack, made.storage.storageAccountId), 'Storage Table Data Contributor'],
      [settings.RELAY_VOIP_DEVICES_RULE_ID, 'key reader'],
    ]);
    expect(json.arm(ROLE)).toHaveLength(1);
  });

  test('leaves the relay an identity that cannot register a device', () => {
    const { json, stack, made } = parted();
    const settings = settingsOf(json, '-relay-');
    expect(rolesOf(parted(), made.identity.principalId)).toEqual([
      [resolved(stack, made.storage.storageAccountId), 'Storage Blob Data Owner'],
      [resolved(stack, made.applicationInsights.id), 'Monitoring Metrics Publisher'],
      [settings.RELAY_HUB_RULE_ID, 'key reader'],
      [resolved(stack, made.storage.storageAccountId), 'Storage Table Data Contributor'],
      [settings.RELAY_VOIP_HUB_RULE_ID, 'key reader'],
    ]);
  });

  test('keeps its package and its host in a storage account of its own, without keys', () => {
    const { json, stack, made } = parted();
    const accounts = json
      .resources('azurerm_storage_account')
      .map(({ name, shared_access_key_enabled: keys }) => [name, keys]);
    expect(accounts.sort()).toEqual([
      ['stcontosodevicesx7k2p9', false],
      ['stcontosox7k2p9', false],
    ]);
    const { storage } = appOf(parted(), 'devices').body.properties.functionAppConfig.deployment;
    expect(storage.value).toContain(resolved(stack, made.devicesApp!.storage.primaryBlobEndpoint));
    expect(storage.authentication.userAssignedIdentityResourceId).toBe(
      resolved(stack, made.devicesApp!.identity.id),
    );
  });

  test('is published from the package of the relay, with its own words', () => {
    const calls: PublishProps[] = [];
    const publisher: ICodePublisher = {
      publish: (scope, props) => {
        calls.push(props);
        return new DataResource(scope, 'Mine', {});
      },
    };
    const { json, stack, made } = relay({}, () => ({ publisher, templates: 'test/relay/templates' }));
    const [events, devices] = calls;
    expect(devices!.packagePath).toBe(events!.packagePath);
    expect(resolved(stack, devices!.functionAppId)).toBe(resolved(stack, made.devicesApp!.functionApp.id));
    // Four roles, and both ways of basic publishing off.
    expect(devices!.dependsOn).toHaveLength(6);
    expect(json.dataSource('azapi_resource')).toMatchObject({
      type: 'Microsoft.Web/sites/functions@2023-12-01',
      resource_id: expect.stringMatching(/\.id\}\/functions\/devices$/),
      depends_on: [expect.stringMatching(/^terraform_data\.Relay_DevicesApi_Mine_\w+$/)],
    });
  });

  test('is published without a password, and made anew with its plan', () => {
    const { json } = parted();
    expect(json.resources('azapi_update_resource')).toHaveLength(4);
    expect(appOf(parted(), 'devices').lifecycle.replace_triggered_by).toEqual([
      expect.stringMatching(/^azurerm_service_plan\.Relay_DevicesApi_Plan_\w+\.id$/),
    ]);
  });

  test('takes the further settings of the relay, and none in place of its own', () => {
    const { json } = relay({}, () => ({ appSettings: { RELAY_TABLE_PREFIX: 'mine' } }));
    expect(settingsOf(json, '-devices-')).toMatchObject({
      RELAY_TABLE_PREFIX: 'mine',
      RELAY_PART: 'devices',
    });
    expect(
      errorOf(() => relay({}, () => ({ appSettings: { RELAY_PART: 'events', RELAY_API_ROLE: 'x' } }))),
    ).toBe(
      ['stack/Relay', 'stack/Relay/DevicesApi']
        .map(
          (path) =>
            `appSettings.RELAY_PART is set by the relay itself and would be ignored: leave it out\n  at construct ${path}`,
        )
        .join('\n'),
    );
  });

  test('has the address of its app', () => {
    const { stack, made } = parted();
    expect(resolved(stack, made.devicesApiUrl)).toMatch(
      /^https:\/\/\$\{azapi_resource\.Relay_DevicesApi_\w+\.name\}\.azurewebsites\.net\/api$/,
    );
    expect(relay(undefined).made.devicesApiUrl).toBeUndefined();
  });
});

describe('the devices API in the app of the relay', () => {
  test('makes no second app, and no second identity or account', () => {
    const { json, made } = together();
    for (const type of [
      'azurerm_service_plan',
      'azurerm_user_assigned_identity',
      'azurerm_storage_account',
    ]) {
      expect(json.resources(type)).toHaveLength(1);
    }
    expect(json.arm(APP)).toHaveLength(1);
    expect(made.devicesApp).toBeUndefined();
  });

  test('has the settings and the rights of both parts, and every function', () => {
    const { json, stack, made } = together();
    const settings = settingsOf(json);
    expect(settings).not.toHaveProperty('RELAY_PART');
    const rules = ['HUB', 'VOIP_HUB', 'DEVICES', 'VOIP_DEVICES'].map(
      (name) => settings[`RELAY_${name}_RULE_ID`],
    );
    const keys = rolesOf(together(), made.identity.principalId).filter(([, role]) => role === 'key reader');
    expect(keys.map(([scope]) => scope).sort()).toEqual(rules.sort());
    expect(json.resources('azurerm_role_assignment')).toHaveLength(7);
    expect(resolved(stack, made.devicesApiUrl)).toMatch(
      /^https:\/\/\$\{azapi_resource\.Relay_\w+\.name\}\.azurewebsites\.net\/api$/,
    );
  });

  test('can be parted from it later: all that is there stays where it is, but for two rights', () => {
    const after = new Set(parted().json.addresses);
    const gone = together().json.addresses.filter((address) => !after.has(address));
    expect(gone.sort()).toEqual([
      expect.stringMatching(/^azurerm_role_assignment\.Relay_DevicesKeyRole_/),
      expect.stringMatching(/^azurerm_role_assignment\.Relay_VoipDevicesKeyRole_/),
    ]);
  });

  test.each([
    ['instanceMemoryInMb', 512],
    ['maximumInstanceCount', 100],
    ['nodeVersion', '22'],
    ['siteUpdateStrategy', 'Recreate'],
  ])('has no %s of its own', (field, value) => {
    expect(errorOf(() => relay({ separateApp: false, [field]: value }))).toBe(
      `devicesApi.${field} is of an app of its own, and separateApp is false: leave it out, or give the relay's ` +
        `${field}\n  at construct stack/Relay`,
    );
  });

  test('has instances of its own ready, since HTTP functions scale apart from all others', () => {
    const made = relay({ separateApp: false, alwaysReady: 1 }, () => ({ alwaysReady: { calls: 2 } }));
    expect(scaleOf(appOf(made, 'relay')).alwaysReady).toEqual([
      { name: 'function:calls', instanceCount: 2 },
      { name: 'http', instanceCount: 1 },
    ]);
  });
});

describe('web pages', () => {
  const corsOf = (made: ReturnType<typeof relay>, app: string) =>
    appOf(made, app).body.properties.siteConfig.cors;
  const origins = ['https://app.contoso.com', 'https://beta.contoso.com:8443', 'http://localhost:5173'];

  test('of the origins that are given may call the devices API, and Azure answers for it', () => {
    const made = relay({ allowedOrigins: origins });
    expect(corsOf(made, 'devices')).toEqual({ allowedOrigins: origins, supportCredentials: false });
    expect(schemaProblems(made.json)).toEqual([]);
  });

  test('may call it in the app of the relay too', () => {
    expect(corsOf(relay({ separateApp: false, allowedOrigins: origins }), 'relay')).toEqual({
      allowedOrigins: origins,
      supportCredentials: false,
    });
  });

  test('of an origin that is taken out of the list may not call it any more', () => {
    expect(corsOf(parted(), 'devices')).toEqual({ allowedOrigins: [], supportCredentials: false });
    expect(corsOf(together(), 'relay')).toEqual({ allowedOrigins: [], supportCredentials: false });
  });

  test('have nothing to call in an app without a devices API', () => {
    expect(corsOf(parted(), 'relay')).toBeUndefined();
    expect(corsOf(relay(undefined), 'relay')).toBeUndefined();
  });

  test.each([
    ['*', "name each origin, since '*' lets any page on the web call with what a user types into it"],
    [
      'https://*.contoso.com',
      "name each origin, since '*' lets any page on the web call with what a user types into it",
    ],
    ['https://app.contoso.com/', "write 'https://app.contoso.com', as browsers send it"],
    ['https://app.contoso.com/push', "write 'https://app.contoso.com', as browsers send it"],
    ['https://App.Contoso.com', "write 'https://app.contoso.com', as browsers send it"],
    ['https://app.contoso.com:443', "write 'https://app.contoso.com', as browsers send it"],
    ['https://bücher.example', "write 'https://xn--bcher-kva.example', as browsers send it"],
    ['http://localhost:5173/', "write 'http://localhost:5173', as browsers send it"],
    ['http://app.contoso.com', 'a browser runs service workers over https alone, but on http://localhost'],
    ['app.contoso.com', undefined],
    ['ftp://app.contoso.com', undefined],
    ['null', undefined],
    ['', undefined],
  ])("have no origin '%s'", (origin, remedy) => {
    expect(errorOf(() => relay({ allowedOrigins: [origin] }))).toBe(
      `devicesApi.allowedOrigins takes origins of web pages, for example 'https://app.contoso.com', got '${origin}'` +
        `${remedy ? `: ${remedy}` : ''}\n  at construct stack/Relay`,
    );
  });

  test('may have origins that are known at the deploy alone', () => {
    const origin = Token.asString({ resolve: () => '${var.origin}' });
    expect(corsOf(relay({ allowedOrigins: [origin] }), 'devices').allowedOrigins).toEqual(['${var.origin}']);
    const list = Token.asList({ resolve: () => '${var.origins}' });
    expect(corsOf(relay({ allowedOrigins: list }), 'devices').allowedOrigins).toBe('${var.origins}');
  });
});

test.each([
  ['instanceMemoryInMb', 1024, 'takes one of 512, 2048, 4096; got 1024'],
  ['maximumInstanceCount', 39, 'takes a whole number from 40 to 1000, got 39'],
  ['maximumInstanceCount', 1001, 'takes a whole number from 40 to 1000, got 1001'],
  ['nodeVersion', '20', "takes one of 22, 24; got '20'"],
  ['siteUpdateStrategy', 'BlueGreen', "takes one of Recreate, RollingUpdate; got 'BlueGreen'"],
  ['alwaysReady', -1, 'takes a whole number from 0 to 1000, got -1'],
])('%s of the devices API is refused where Azure refuses it: %p', (field, value, problem) => {
  expect(errorOf(() => relay({ [field]: value }))).toBe(
    `devicesApi.${field} ${problem}\n  at construct stack/Relay`,
  );
});

test('a storage account that is given is the one with the tables, and not the one of the API', () => {
  const { json, stack, made } = relay({}, (scope) => ({
    storage: new KeylessStorageAccount(scope, 'Mine', { resourceGroup: GROUP, name: 'stmine' }),
  }));
  const settings = settingsOf(json, '-devices-');
  expect(settings.RELAY_STORAGE_ACCOUNT).toBe(resolved(stack, made.storage.storageAccountName));
  expect(settings.AzureWebJobsStorage__accountName).not.toBe(settings.RELAY_STORAGE_ACCOUNT);
});

test('the longest base there is leaves both storage accounts names of their own', () => {
  const naming = new Naming('contoso-mobile-local', 'x7k2p9x7k2');
  const [tables, host] = [naming.name('storageAccount'), naming.name('storageAccount', 'devices')];
  expect(tables).toBe('stcontosomobilx7k2p9x7k2');
  expect(host).toMatch(/^stc[a-z0-9]{4}devicesx7k2p9x7k2$/);
});

test.each([
  ['contoso-prod', 'contoso-preprod'],
  ['contoso-mobile-a', 'contoso-mobile-b'],
])('%s and %s have accounts of their own for the host, though they share a suffix', (one, other) => {
  const account = (base: string) => new Naming(base, 'x7k2p9').name('storageAccount', 'devices');
  expect(account(one)).not.toBe(account(other));
});
