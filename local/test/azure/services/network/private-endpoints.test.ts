import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm } from '../../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-private`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stprivate`;
const SERVICE = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-private`;
const NETWORK = `${GROUP}/providers/Microsoft.Network`;
const ENDPOINT = `${NETWORK}/privateEndpoints/pep-blob`;
const SUBNET = `${NETWORK}/virtualNetworks/vnet/subnets/endpoints`;
const ZONE = `${NETWORK}/privateDnsZones/privatelink.blob.core.windows.net`;
const VERSION = '2024-05-01';

let azure: LocalAzure;

const endpoint = (target = ACCOUNT, groupIds: string[] = ['blob'], subnetId = SUBNET, more: object = {}) => ({
  location: 'westeurope',
  properties: {
    subnet: { id: subnetId },
    privateLinkServiceConnections: [{ name: 'blob', properties: { privateLinkServiceId: target, groupIds } }],
    ...more,
  },
});

beforeAll(async () => {
  azure = await startLocalAzure();
  await arm(azure, 'PUT', GROUP, '2024-03-01', { location: 'westeurope' });
  await arm(azure, 'PUT', ACCOUNT, '2023-05-01', {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties: {},
  });
  await arm(azure, 'PUT', SERVICE, '2025-05-01', {
    location: 'global',
    properties: { dataLocation: 'Europe' },
  });
});
afterAll(() => azure.close());

test('a private endpoint is approved at once, and its address goes into a zone', async () => {
  expect((await arm(azure, 'PUT', ENDPOINT, VERSION, endpoint())).status).toBe(200);
  const { json } = await arm(azure, 'GET', ENDPOINT, VERSION);
  expect(json.properties).toMatchObject({
    provisioningState: 'Succeeded',
    subnet: { id: SUBNET },
    privateLinkServiceConnections: [
      { properties: { groupIds: ['blob'], privateLinkServiceConnectionState: { status: 'Approved' } } },
    ],
    networkInterfaces: [{ id: expect.stringContaining('/networkInterfaces/pep-blob.nic.') }],
  });
  const group = `${ENDPOINT}/privateDnsZoneGroups/default`;
  const zones = (id: string) => ({
    properties: { privateDnsZoneConfigs: [{ name: 'blob', properties: { privateDnsZoneId: id } }] },
  });
  expect((await arm(azure, 'PUT', group, VERSION, zones(ZONE))).status).toBe(200);
  expect((await arm(azure, 'PUT', group, VERSION, zones(SUBNET))).json.error.code).toBe(
    'LinkedInvalidPropertyId',
  );
  expect((await arm(azure, 'DELETE', ENDPOINT, VERSION)).status).toBe(200);
  expect((await arm(azure, 'GET', group, VERSION)).status).toBe(404);
});

test.each([
  ['a subnet that is none', endpoint(ACCOUNT, ['blob'], ZONE), 400, 'LinkedInvalidPropertyId'],
  ['a target that is not there', endpoint(`${ACCOUNT}x`), 404, 'ResourceNotFound'],
  ['a part of another type', endpoint(ACCOUNT, ['vault']), 400, 'InvalidPrivateLinkServiceGroupId'],
  ['two parts at once', endpoint(ACCOUNT, ['blob', 'table']), 400, 'InvalidPrivateLinkServiceGroupId'],
  ['a type that no endpoint leads to', endpoint(SERVICE, ['x']), 400, 'PrivateLinkNotSupported'],
  [
    'no target',
    endpoint(ACCOUNT, ['blob'], SUBNET, { privateLinkServiceConnections: [] }),
    400,
    'InvalidPrivateLinkServiceConnections',
  ],
])('a private endpoint is refused with %s', async (_, body, status, code) => {
  const answer = await arm(azure, 'PUT', ENDPOINT, VERSION, body);
  expect([answer.status, answer.json.error.code]).toEqual([status, code]);
});
