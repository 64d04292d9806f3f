import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { TerraformStack, TerraformVariable } from 'cdktf';
import {
  acknowledgeWarning,
  AzapiProvider,
  CommunicationService,
  KeylessStorageAccount,
  Naming,
  PushRelay,
  type DevicesApi,
  type PrivateNetworking,
  type PushRelayProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { APP_SUBNET, ENDPOINT_SUBNET, PRIVATE, told, ZONES } from '../../support/network';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, GROUP, hub } from '../../support/samples';
import {
  thrownBy,
  newApp,
  newStack,
  publishingOf,
  synth,
  warnings,
  type Attributes,
  type Synthesized,
} from '../../support/synth';

const API: DevicesApi = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://devices' };

beforeAll(ensureAssets);

/** A stack whose provider does not ask for blobs and queues that it cannot reach. */
function closedStack(): TerraformStack {
  const stack = new TerraformStack(newApp(), 'stack');
  new AzurermProvider(stack, 'azurerm', {
    features: [{ storage: [{ dataPlaneAvailable: false }] }],
    storageUseAzuread: true,
  });
  new AzapiProvider(stack, 'azapi');
  return stack;
}

function relayIn(stack: TerraformStack, over: Partial<PushRelayProps> = {}): PushRelay {
  return new PushRelay(stack, 'Relay', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    hub: hub(stack),
    privateNetworking: PRIVATE,
    ...over,
  });
}

function privateRelay(
  network: Partial<PrivateNetworking> = {},
  over: Partial<PushRelayProps> = {},
): Synthesized {
  const stack = closedStack();
  relayIn(stack, { privateNetworking: { ...PRIVATE, ...network }, ...over });
  return synth(stack);
}

const site = (json: Synthesized, purpose: string) =>
  json.arm('Microsoft.Web/sites').find(({ name }) => name.includes(purpose))!;
const endpoints = (json: Synthesized) => json.resources('azurerm_private_endpoint');
const endpoint = (json: Synthesized, name: string) => endpoints(json).find((one) => one.name === name)!;

/** The endpoints that have to be there before it. */
const waitsFor = (app: Attributes) =>
  (app.depends_on as string[]).filter((address) => address.startsWith('azurerm_private_endpoint.'));

const FROM_EVENT_GRID = {
  name: 'event-grid',
  priority: 100,
  action: 'Allow',
  tag: 'ServiceTag',
  ipAddress: 'AzureEventGrid',
};
const FROM_OFFICE = [
  { name: 'allowed-1', priority: 200, action: 'Allow', tag: 'Default', ipAddress: '203.0.113.7/32' },
  { name: 'allowed-2', priority: 201, action: 'Allow', tag: 'Default', ipAddress: '198.51.100.0/24' },
];
const OFFICE = ['203.0.113.7', '198.51.100.0/24'];

describe('a relay in a private network', () => {
  test('is held by the schemas', () => {
    expect(schemaProblems(privateRelay({}, { devicesApi: API }))).toEqual([]);
  });

  test('sends through the subnet and takes events of Event Grid and nothing else from outside', () => {
    const { body } = site(privateRelay(), 'relay');
    expect(body.properties).toMatchObject({
      virtualNetworkSubnetId: APP_SUBNET,
      publicNetworkAccess: 'Enabled',
    });
    expect(body.properties.siteConfig).toMatchObject({
      ipSecurityRestrictions: [FROM_EVENT_GRID],
      ipSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictions: [],
      scmIpSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsUseMain: false,
    });
  });

  test('lets in who deploys from outside, to the app, its scm site and its storage', () => {
    const json = privateRelay({ allowedIpRanges: OFFICE });
    expect(site(json, 'relay').body.properties.siteConfig).toMatchObject({
      ipSecurityRestrictions: [FROM_EVENT_GRID, ...FROM_OFFICE],
      scmIpSecurityRestrictions: FROM_OFFICE,
    });
    const storage = json.resource('azurerm_storage_account');
    expect(storage.network_rules).toEqual({ default_action: 'Deny', bypass: ['None'], ip_rules: OFFICE });
    expect(storage).not.toHaveProperty('public_network_access_enabled');
  });

  test('keeps its storage closed, and reaches blobs and tables by private endpoints, made one after another', () => {
    const json = privateRelay();
    expect(json.resource('azurerm_storage_account')).toMatchObject({
      public_network_access_enabled: false,
      network_rules: { default_action: 'Deny', bypass: ['None'], ip_rules: [] },
    });
    const [blob, table] = ['blob', 'table'].map((service) => endpoint(json, `pep-contoso-relay-${service}`));
    expect(blob).toMatchObject({
      subnet_id: ENDPOINT_SUBNET,
      private_service_connection: {
        private_connection_resource_id: expect.stringMatching(/^\$\{azurerm_storage_account\.\w+\.id\}$/),
        subresource_names: ['blob'],
      },
      private_dns_zone_group: { private_dns_zone_ids: [ZONES.blob] },
    });
    expect(table).toMatchObject({
      private_service_connection: { subresource_names: ['table'] },
      private_dns_zone_group: { private_dns_zone_ids: [ZONES.table] },
      depends_on: expect.arrayContaining([
        expect.stringMatching(/^azurerm_private_endpoint\.\w*PrivateEndpoint-blob\w*$/),
      ]),
    });
  });

  test('starts when its storage can be reached, and is published to when it can be reached itself', () => {
    const json = privateRelay();
    expect(endpoint(json, 'pep-contoso-relay-sites')).toMatchObject({
      private_service_connection: {
        private_connection_resource_id: expect.stringMatching(/^\$\{azapi_resource\.Relay_\w+\.id\}$/),
        subresource_names: ['sites'],
      },
      private_dns_zone_group: { private_dns_zone_ids: [ZONES.sites] },
    });
    expect(waitsFor(site(json, 'relay'))).toEqual([
      expect.stringContaining('PrivateEndpoint-blob'),
      expect.stringContaining('PrivateEndpoint-table'),
    ]);
    expect(publishingOf(json).depends_on).toContainEqual(
      expect.stringMatching(/^azurerm_private_endpoint\.Relay_PrivateEndpoint_\w+$/),
    );
  });

  test('leaves zones to whoever writes into them', () => {
    const made = endpoints(privateRelay({ privateDnsZoneIds: 'manual' }));
    expect(made).toHaveLength(3);
    for (const one of made) {
      expect(one).not.toHaveProperty('private_dns_zone_group');
      expect(one.lifecycle).toEqual({ ignore_changes: ['private_dns_zone_group'] });
    }
  });

  test('takes ids that are known only after the deploy', () => {
    const stack = closedStack();
    const id = (name: string) => new TerraformVariable(stack, name, { type: 'string' }).stringValue;
    relayIn(stack, {
      privateNetworking: {
        virtualNetworkSubnetId: id('apps'),
        privateEndpointSubnetId: id('endpoints'),
        privateDnsZoneIds: { blob: id('blob'), table: id('table'), sites: id('sites') },
      },
    });
    const json = synth(stack);
    expect(site(json, 'relay').body.properties.virtualNetworkSubnetId).toBe('${var.apps}');
    expect(endpoint(json, 'pep-contoso-relay-blob').private_dns_zone_group.private_dns_zone_ids).toEqual([
      '${var.blob}',
    ]);
  });

  test('without it nothing is closed, and no endpoint made', () => {
    const json = privateRelay({}, { privateNetworking: undefined, devicesApi: API });
    expect(endpoints(json)).toEqual([]);
    for (const account of json.resources('azurerm_storage_account')) {
      expect(account).not.toHaveProperty('network_rules');
      expect(account).not.toHaveProperty('public_network_access_enabled');
    }
    for (const app of json.arm('Microsoft.Web/sites')) {
      expect(app.body.properties).not.toHaveProperty('virtualNetworkSubnetId');
      expect(Object.keys(app.body.properties.siteConfig)).not.toContainEqual(
        expect.stringMatching(/restriction/i),
      );
    }
  });
});

describe('the devices API of a relay in a private network', () => {
  test('is reached from the network alone', () => {
    const json = privateRelay({}, { devicesApi: API });
    const app = site(json, 'devices');
    expect(app.body.properties).toMatchObject({
      virtualNetworkSubnetId: APP_SUBNET,
      publicNetworkAccess: 'Disabled',
    });
    expect(endpoints(json).map(({ name }) => name)).toEqual([
      'pep-contoso-devices-sites',
      'pep-contoso-devices-blob',
      'pep-contoso-relay-sites',
      'pep-contoso-relay-blob',
      'pep-contoso-relay-table',
    ]);
    // Its own storage holds its package, the relay's its tables.
    expect(waitsFor(app)).toEqual([
      expect.stringMatching(/DevicesApi_Storage_PrivateEndpoint-blob/),
      expect.stringMatching(/Relay_Storage_PrivateEndpoint-blob/),
      expect.stringMatching(/Relay_Storage_PrivateEndpoint-table/),
    ]);
    for (const account of json.resources('azurerm_storage_account')) {
      expect(account).toMatchObject({ public_network_access_enabled: false });
    }
  });

  test('is reached by who deploys as well, and by nobody else', () => {
    const { body } = site(privateRelay({ allowedIpRanges: OFFICE }, { devicesApi: API }), 'devices');
    expect(body.properties).toMatchObject({ publicNetworkAccess: 'Enabled' });
    expect(body.properties.siteConfig).toMatchObject({
      ipSecurityRestrictions: FROM_OFFICE,
      ipSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictions: FROM_OFFICE,
    });
  });

  test('is open to phones when asked for, and its scm site is not', () => {
    const { body } = site(privateRelay({ devicesApi: 'public' }, { devicesApi: API }), 'devices');
    expect(body.properties).toMatchObject({
      publicNetworkAccess: 'Enabled',
      virtualNetworkSubnetId: APP_SUBNET,
    });
    expect(body.properties.siteConfig).not.toHaveProperty('ipSecurityRestrictions');
    expect(body.properties.siteConfig).toMatchObject({
      scmIpSecurityRestrictions: [],
      scmIpSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsUseMain: false,
    });
  });
});

describe('what cannot work of a private network', () => {
  const PROP = '[stack/Relay] privateNetworking.';
  const mistakes = (network: object, over: Partial<PushRelayProps> = {}) =>
    told(thrownBy(() => privateRelay(network as Partial<PrivateNetworking>, over)));

  test('is told whole', () => {
    const found = mistakes({
      virtualNetworkSubnetId: 'snet-apps',
      privateEndpointSubnetId: undefined,
      privateDnsZoneIds: { blob: ZONES.table, table: ZONES.table },
      allowedIpRanges: ['10.0.0.0/8', '203.0.113.7/32', 'office'],
      devicesApi: 'internal',
    }).filter((line) => line.startsWith(PROP));
    expect(found).toEqual([
      expect.stringContaining(
        `${PROP}virtualNetworkSubnetId takes the ARM id of a Microsoft.Network/virtualNetworks/subnets: malformed resource id 'snet-apps'`,
      ),
      `${PROP}privateEndpointSubnetId takes the ARM id of a Microsoft.Network/virtualNetworks/subnets, got nothing: give that of one that exists`,
      `${PROP}privateDnsZoneIds.blob takes a private DNS zone 'privatelink.blob.…', got 'privatelink.table.core.windows.net': give the zone of that service`,
      `${PROP}privateDnsZoneIds.sites takes the ARM id of a Microsoft.Network/privateDnsZones, got nothing: give that of one that exists`,
      expect.stringContaining(
        `${PROP}allowedIpRanges takes public IPv4 addresses and ranges, for example '203.0.113.7'`,
      ),
      expect.stringContaining("got '203.0.113.7/32', and storage takes no range smaller than /30"),
      expect.stringContaining("got 'office'"),
      `${PROP}devicesApi takes 'private' or 'public', got 'internal': give one of them`,
    ]);
  });

  test.each([
    [
      'the same subnet for apps and endpoints',
      { privateEndpointSubnetId: APP_SUBNET.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions') },
      {},
      /privateEndpointSubnetId takes another subnet than virtualNetworkSubnetId, got the same/,
    ],
    [
      'a subnet that Flex Consumption does not take',
      { virtualNetworkSubnetId: APP_SUBNET.replace('snet-apps', 'snet_apps') },
      {},
      /without '_' in its name.*got 'snet_apps'/,
    ],
    [
      'no zones',
      { privateDnsZoneIds: undefined },
      {},
      /privateDnsZoneIds takes the ARM ids of zones .* or 'manual', got nothing/,
    ],
    ['another word for zones', { privateDnsZoneIds: 'policy' }, {}, /or 'manual', got 'policy'/],
    [
      'access to a devices API that is not there',
      { devicesApi: 'private' },
      {},
      /devicesApi takes who reaches the devices API, got 'private' and no devices API/,
    ],
    [
      'a public devices API in the app for events',
      { devicesApi: 'public' },
      { devicesApi: { ...API, separateApp: false } },
      /devicesApi takes 'private' when the devices API shares the app for events, got 'public'/,
    ],
  ])('is %s', (_, network, over, message) => {
    expect(mistakes(network, over)).toContainEqual(expect.stringMatching(message));
  });

  test('is a provider that waits for blobs and queues which it cannot reach', () => {
    const stack = newStack();
    relayIn(stack);
    expect(told(thrownBy(() => synth(stack)))).toEqual([
      '[stack/Relay/Storage] public access is off, and the provider stack/azurerm waits for blobs and queues that it cannot reach: give it features: [{ storage: [{ dataPlaneAvailable: false }] }]',
    ]);
  });

  test('is no provider that reaches them from an address that is let in', () => {
    const stack = newStack();
    relayIn(stack, { privateNetworking: { ...PRIVATE, allowedIpRanges: OFFICE } });
    expect(() => synth(stack)).not.toThrow();
  });
});

describe('what stays public', () => {
  const warned = (build: (stack: TerraformStack) => void) => {
    const stack = closedStack();
    build(stack);
    synth(stack);
    return warnings(stack);
  };
  const GIVEN = { resourceGroup: GROUP, name: 'stgiven' };

  test('is said: the app for events', () => {
    expect(warned((stack) => relayIn(stack))).toEqual([
      expect.stringMatching(
        /^stack\/Relay: the app for events keeps a public address.*\[ack: cdktf-acs-push:event-function-public\]$/,
      ),
    ]);
  });

  test('is said of a storage account that was given open', () => {
    const found = warned((stack) =>
      relayIn(stack, { storage: new KeylessStorageAccount(stack, 'Given', GIVEN) }),
    );
    expect(found).toContainEqual(expect.stringContaining('[ack: cdktf-acs-push:relay-storage-public]'));
  });

  test('is not said of one that was given closed, nor of what was acknowledged', () => {
    const found = warned((stack) => {
      acknowledgeWarning(stack, 'event-function-public');
      relayIn(stack, {
        storage: new KeylessStorageAccount(stack, 'Given', { ...GIVEN, publicNetworkAccess: 'Disabled' }),
      });
    });
    expect(found).toEqual([]);
  });
});
