import { EnvironmentStack } from '../../environments/environment-stack';
import { local } from '../../environments/local';
import { EnvironmentError, parseEnvironment } from '../../environments/schema';
import { ensureAssets } from '../support/assets';
import { APP_SUBNET, PRIVATE, ZONES } from '../support/network';
import { VAULT_ID } from '../support/samples';
import { newApp, synth } from '../support/synth';

const parse = (over: object) => parseEnvironment('environments/local.ts', { ...local, ...over });
const stackOf = (over: object) => synth(new EnvironmentStack(newApp(), parse(over)));

function problems(over: object): readonly string[] {
  try {
    parse(over);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
}

beforeAll(ensureAssets);

test('a network that an environment names is the stack’s, with a provider that does not wait for what it closes', () => {
  const json = stackOf({ privateNetworking: { ...PRIVATE, keyVaultId: VAULT_ID } });
  expect(json.json.provider.azurerm[0].features).toEqual([{ storage: [{ data_plane_available: false }] }]);
  expect(json.resources('azurerm_private_endpoint').map(({ name }) => name)).toEqual([
    'pep-contoso-local-relay-sites',
    'pep-contoso-local-relay-blob',
    'pep-contoso-local-relay-table',
    'pep-contoso-local-vault',
  ]);
  expect(json.outputs.event_grid_storage_account!.value).toMatch(
    /^\$\{azurerm_storage_account\.\w*DeadLetterStorage/,
  );
});

test('without one the provider waits, and the relay has all dead letters', () => {
  const json = stackOf({});
  expect(json.json.provider.azurerm[0].features).toEqual([{ storage: [{ data_plane_available: false }] }]);
  expect(json.outputs).not.toHaveProperty('event_grid_storage_account');
});

test('the resource providers of the network are registered with the others', () => {
  const registered = (over: object) =>
    stackOf({ registerResourceProviders: true, ...over }).json.provider.azurerm[0]
      .resource_providers_to_register;
  const network = ['Microsoft.App', 'Microsoft.Network'];
  expect(registered({ privateNetworking: PRIVATE })).toEqual(expect.arrayContaining(network));
  expect(registered({})).not.toEqual(expect.arrayContaining(network));
});

test('every mistake is told with its field', () => {
  const { sites: _, ...zones } = ZONES;
  expect(
    problems({
      privateNetworking: {
        virtualNetworkSubnetId: 'snet-apps',
        privateEndpointSubnetId: APP_SUBNET,
        privateDnsZoneIds: zones,
        allowedIpRanges: ['10.0.0.1'],
        devicesApi: 'open',
      },
    }),
  ).toEqual([
    expect.stringMatching(
      /^privateNetworking\.virtualNetworkSubnetId: takes the ARM id of a Microsoft\.Network\/virtualNetworks\/subnets, .*, got 'snet-apps'$/,
    ),
    expect.stringMatching(
      /^privateNetworking\.privateDnsZoneIds\.sites: takes the ARM id of .*, got nothing$/,
    ),
    expect.stringMatching(
      /^privateNetworking\.allowedIpRanges\.0: takes public IPv4 .* got the private '10\.0\.0\.1'/,
    ),
    expect.stringMatching(/^privateNetworking\.devicesApi: takes 'private' or 'public'.*, got 'open'$/),
  ]);
});

test('it goes with a relay', () => {
  expect(problems({ events: { target: 'none' }, privateNetworking: PRIVATE })).toEqual([
    "privateNetworking: goes with events of target 'relay', whose network it is: leave it out, got an object",
  ]);
});
