import { differences, expectedOf, inventoryOf, surplus } from '../../judges/matrix/inventory';
import { SUBSCRIPTION_ID, type LocalAzure } from '../../local/azure';
import type { ActivityLogEntry } from '../../local/azure/core/context';
import { ResourceStore } from '../../local/azure/core/store';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg`;
const ROLES = `${GROUP}/providers/Microsoft.Authorization/roleAssignments`;
const guid = (digit: number) => `${digit}`.repeat(8) + '-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

type Resource = readonly [id: string, properties?: Record<string, unknown>, type?: string];

function inventory(resources: readonly Resource[], operations: readonly string[] = []) {
  const store = new ResourceStore();
  for (const [id, properties = {}, type = 'Microsoft.Some/things'] of resources) {
    store.put({ id, name: id.split('/').at(-1)!, type, properties });
  }
  const activityLog = operations.map((operation): ActivityLogEntry => ({
    eventTimestamp: '2026-01-01T00:00:00Z',
    operationName: operation,
    resourceId: GROUP,
    status: 'Succeeded',
    caller: 'somebody',
  }));
  return inventoryOf({ context: { store, activityLog } } as unknown as LocalAzure, 0);
}

const USUAL: readonly Resource[] = [
  [`${GROUP}/providers/Microsoft.Some/things/a`, { size: 1, principalId: guid(1) }],
  [`${ROLES}/${guid(2)}`, { principalId: guid(1) }],
];
const expected = expectedOf(inventory(USUAL, ['some/write']), inventory(USUAL, ['some/write']));

test('what chance makes is no difference', () => {
  const again = inventory([
    [`${GROUP}/providers/Microsoft.Some/things/a`, { size: 1, principalId: guid(3) }],
    [`${ROLES}/${guid(4)}`, { principalId: guid(3) }],
  ]);
  expect(differences(expected, again)).toEqual([]);
});

test.each<[string, Resource[], string]>([
  ['missing', [USUAL[0]!], 'missing: /resourcegroups/rg/microsoft.authorization/roleassignments/*'],
  [
    'there twice',
    [...USUAL, [`${ROLES}/${guid(5)}`, { principalId: guid(1) }]],
    '2 in place of 1: /resourcegroups/rg/microsoft.authorization/roleassignments/*',
  ],
  [
    'left over',
    [...USUAL, [`${GROUP}/providers/Microsoft.Some/things/b`]],
    'left over: /resourcegroups/rg/microsoft.some/things/b',
  ],
  [
    'different',
    [[USUAL[0]![0], { size: 2, principalId: guid(1) }], USUAL[1]!],
    'differs: /resourcegroups/rg/microsoft.some/things/a|properties.size: 2 in place of 1',
  ],
])('what is %s is told', (_, resources, told) => {
  expect(differences(expected, inventory(resources))).toEqual([told]);
});

test('what differs in undisturbed runs by itself is no difference either', () => {
  const varying = (size: number) => inventory([[USUAL[0]![0], { size }]]);
  expect(differences(expectedOf(varying(1), varying(2)), varying(3))).toEqual([]);
});

test('undisturbed runs that make different resources are no measure', () => {
  expect(() => expectedOf(inventory(USUAL), inventory([USUAL[0]!]))).toThrow(
    'two undisturbed runs make different',
  );
});

test('what was done more often is told, and reading is not', () => {
  const found = inventory(USUAL, ['some/write', 'some/write', 'some/delete', 'some/listKeys/action']);
  expect(surplus(expected, found)).toEqual([
    '1 × some/write /resourcegroups/rg',
    '1 × some/delete /resourcegroups/rg',
  ]);
});
