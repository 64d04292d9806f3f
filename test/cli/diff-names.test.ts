import { stackOf } from '../../cli/topology/blocks';
import { diffOf } from '../../cli/diff/stack-diff';

/** The settings that differ between a stack of one word and one of another. */
function differing(words: readonly [string, string], resources: (word: string) => object): string[] {
  const [a, b] = words.map((word, i) => stackOf(['dev', 'prod'][i]!, { resource: resources(word) }));
  return diffOf(a!, b!).differing.flatMap(({ path, differences }) =>
    differences.map(({ setting }) => `${path}: ${setting}`),
  );
}

/** Names from which it is learned what makes names unique. */
const NAMES = (word: string) => ({
  azurerm_resource_group: { App: { name: `rg-app-${word}` }, Data: { name: `rg-data-${word}` } },
});

test('a location that the names of groups have is a difference where it is a location', () => {
  expect(
    differing(['westeurope', 'eastus2'], (word) => ({
      ...NAMES(word),
      azurerm_storage_account: {
        Store: {
          location: word,
          resource_group_name: `rg-app-${word}`,
          tags: { region: word },
          geo: { locations: [word], location_name: `${word}-1` },
        },
      },
      azapi_resource: { Api: { parent_id: `/subscriptions/s/providers/Microsoft.Web/locations/${word}` } },
      terraform_data: { Map: { input: { [word]: 1 } } },
    })),
  ).toEqual(
    [
      'Map: input.eastus2',
      'Map: input.westeurope',
      'Api: parent_id',
      'Store: geo.location_name',
      'Store: geo.locations',
      'Store: location',
      'Store: tags.region',
    ].sort(),
  );
});

test('a tier that names end with is a difference where it is what is ordered', () => {
  expect(
    differing(['Free', 'Standard'], (word) => ({
      ...NAMES(word),
      azurerm_static_web_app: { Site: { name: `site-${word}`, sku_name: word, sku_tier: `${word}_v2` } },
      azapi_resource: { Hub: { name: `hub-${word}`, body: { sku: { name: word }, kind: `app-${word}` } } },
    })),
  ).toEqual(['Hub: body.kind', 'Hub: body.sku.name', 'Site: sku_name', 'Site: sku_tier']);
});

test('names, ids and references that have the suffix of their stack are alike', () => {
  const id = (word: string) =>
    `/subscriptions/s/resourceGroups/rg-app-${word}/providers/Microsoft.Storage/storageAccounts/st${word}`;
  expect(
    differing(['a1b2c3', 'x7y8z9'], (word) => ({
      ...NAMES(word),
      azurerm_storage_account: { Store: { name: `st${word}` } },
      azurerm_private_endpoint: {
        Way: {
          name: word,
          subnet_id: `/subscriptions/s/resourceGroups/rg-net/providers/x/virtualNetworks/vnet-${word}`,
          private_service_connection: [{ name: `to-${word}`, private_connection_resource_id: id(word) }],
        },
      },
      azurerm_function_app: {
        Relay: {
          app_settings: {
            STORE_URL: `https://st${word}.blob.core.windows.net/`,
            STORE_ACCOUNT: `st${word}`,
            Store__accountName: `other${word}`,
          },
          tags: { [`hidden-link:${id(word)}`]: 'Resource' },
        },
      },
    })),
  ).toEqual([]);
});

test('what refers to another block than in the other stack is a difference', () => {
  const roles = [
    ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'],
    ['33333333-3333-4333-8333-333333333333', '44444444-4444-4444-8444-444444444444'],
  ];
  const words = ['a1b2c3', 'x7y8z9'] as const;
  expect(
    differing(words, (word) => {
      const side = words.indexOf(word as 'a1b2c3');
      return {
        ...NAMES(word),
        azurerm_role_definition: { One: { name: roles[side]![0] }, Two: { name: roles[side]![1] } },
        azurerm_role_assignment: {
          Same: { role_definition_id: `/x/roleDefinitions/${roles[side]![0]}` },
          Other: { role_definition_id: `/x/roleDefinitions/${roles[side]![side]}` },
        },
        azurerm_subnet: { Net: { resource_group_name: `rg-${side === 0 ? 'app' : 'data'}-${word}` } },
      };
    }),
  ).toEqual(['Net: resource_group_name', 'Other: role_definition_id']);
});
