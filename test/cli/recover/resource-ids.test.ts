import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idsToBeMade } from '../../../cli/recover/resource-ids';
import { RESOURCE_ID_RULES, RUN_AGAIN } from '../../../cli/recover/resource-id-rules';
import { readPlan, type PlannedResource } from '../../../cli/recover/stack-plan';
import { startLocalCloud } from '../../../testing/local/local-cloud';
import { AZURERM_SCHEMAS, loadSchema } from '../../../local/terraform/schema';
import { maximalPush } from '../../support/maximal';
import { newStack, synth } from '../../support/synth';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stapp`;
const HUB = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/ntfns/notificationHubs/ntf`;
const GUID = '11111111-2222-3333-4444-555555555555';
const AZURERM = 'azurerm_';

function made(
  address: string,
  after: Record<string, unknown>,
  more: Partial<PlannedResource> = {},
): PlannedResource {
  return {
    address,
    type: address.split('.')[0]!,
    actions: ['create'],
    before: undefined,
    after,
    written: after,
    subscriptionId: SUBSCRIPTION,
    ...more,
  };
}

const idOf = (type: string, after: Record<string, unknown>) =>
  idsToBeMade({ resources: [made(`${type}.One`, after)] }).ids[0];

/** Types of azurerm that are imported by another file of the constructs, as TypeScript names them. */
function typesOfConstructs(): string[] {
  const files = readdirSync('constructs', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const names = files.flatMap((file) =>
    [
      ...readFileSync(join('constructs', file), 'utf8').matchAll(
        /@cdktf\/provider-azurerm\/lib\/([a-z0-9-]+)/g,
      ),
    ].map(([, name]) => name!),
  );
  return [...new Set(names)]
    .filter((name) => name !== 'provider' && !name.startsWith('data-') && name !== 'key-vault-secret')
    .map((name) => AZURERM + name.replaceAll('-', '_'));
}

it('every type that the constructs make has a rule', () => {
  const types = typesOfConstructs();
  expect(types.length).toBeGreaterThan(15);
  expect(types.filter((type) => !RESOURCE_ID_RULES[type])).toEqual([]);
});

it('every resource of a stack with all of it is found by its id, or is run again', () => {
  const stack = newStack();
  maximalPush(stack);
  const types = Object.keys(JSON.parse(synth(stack).text).resource as object);
  const known = ['azapi_resource', ...RUN_AGAIN, ...Object.keys(RESOURCE_ID_RULES)];
  expect(types.length).toBeGreaterThan(10);
  expect(types.filter((type) => !known.includes(type))).toEqual([]);
});

it.each(AZURERM_SCHEMAS)('rules need attributes that azurerm %s has', (version) => {
  const { resources } = loadSchema(`azurerm-${version}`);
  for (const [type, { needs }] of Object.entries(RESOURCE_ID_RULES)) {
    const attributes = Object.keys(resources[type]?.block.attributes ?? {});
    expect({ type, attributes }).toEqual({ type, attributes: expect.arrayContaining([...needs]) });
  }
});

it('Azure takes the api-version of each rule', async () => {
  const cloud = await startLocalCloud({ providers: 'real' });
  try {
    for (const [type, { id, apiVersion, needs }] of Object.entries(RESOURCE_ID_RULES)) {
      const values = Object.fromEntries(needs.map((name) => [name, name.endsWith('_id') ? ACCOUNT : 'none']));
      const path = id({ ...values, ...(values.scope && { scope: GROUP }) }, SUBSCRIPTION);
      const found = await cloud.reader.get(path, apiVersion);
      expect({ type, found }).toEqual({ type, found: undefined });
      await expect(cloud.reader.get(path, '1999-01-01')).rejects.toThrow('1999-01-01');
    }
  } finally {
    await cloud.close();
  }
});

const inGroup = { resource_group_name: 'rg-app', name: 'one' };

test.each([
  ['azurerm_resource_group', { name: 'rg-app' }, GROUP],
  ['azurerm_application_insights', inGroup, `${GROUP}/providers/Microsoft.Insights/components/one`],
  ['azurerm_service_plan', inGroup, `${GROUP}/providers/Microsoft.Web/serverFarms/one`],
  ['azurerm_private_endpoint', inGroup, `${GROUP}/providers/Microsoft.Network/privateEndpoints/one`],
  [
    'azurerm_eventgrid_system_topic_event_subscription',
    { ...inGroup, system_topic: 'topic' },
    `${GROUP}/providers/Microsoft.EventGrid/systemTopics/topic/eventSubscriptions/one`,
  ],
  [
    'azurerm_storage_container',
    { storage_account_id: ACCOUNT, name: 'releases' },
    `${ACCOUNT}/blobServices/default/containers/releases`,
  ],
  [
    'azurerm_storage_queue',
    { storage_account_id: ACCOUNT, name: 'jobs' },
    `${ACCOUNT}/queueServices/default/queues/jobs`,
  ],
  [
    'azurerm_storage_management_policy',
    { storage_account_id: ACCOUNT },
    `${ACCOUNT}/managementPolicies/default`,
  ],
  [
    'azurerm_role_assignment',
    { scope: HUB, name: GUID },
    `${HUB}/providers/Microsoft.Authorization/roleAssignments/${GUID}`,
  ],
  [
    'azurerm_management_lock',
    { scope: GROUP, name: 'keep' },
    `${GROUP}/providers/Microsoft.Authorization/locks/keep`,
  ],
])('%s', (type, after, id) => {
  expect(idOf(type, after)).toMatchObject({ id, importId: id });
});

it('a diagnostic setting is imported by another id than it is read by', () => {
  expect(idOf('azurerm_monitor_diagnostic_setting', { target_resource_id: HUB, name: 'logs' })).toMatchObject(
    {
      id: `${HUB}/providers/Microsoft.Insights/diagnosticSettings/logs`,
      importId: `${HUB}|logs`,
    },
  );
});

test.each([
  [
    'Microsoft.NotificationHubs/namespaces',
    GROUP,
    `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/one`,
  ],
  [
    'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules',
    HUB,
    `${HUB}/authorizationRules/one`,
  ],
  [
    'Microsoft.Authorization/roleDefinitions',
    `/subscriptions/${SUBSCRIPTION}`,
    `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/one`,
  ],
  ['Microsoft.Resources/resourceGroups', `/subscriptions/${SUBSCRIPTION}`, GROUP.replace('rg-app', 'one')],
])('azapi_resource of the type %s', (type, parent_id, id) => {
  const after = { type: `${type}@2023-10-01-preview`, parent_id, name: 'one' };
  expect(idOf('azapi_resource', after)).toMatchObject({
    id,
    importId: `${id}?api-version=2023-10-01-preview`,
    apiVersion: '2023-10-01-preview',
  });
});

it('what a plan does not know yet is taken from what it makes besides, and from the state', () => {
  const { ids, unknown, runAgain } = idsToBeMade({
    resources: [
      made(
        'azapi_resource.Rule',
        { type: 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules@v', name: 'send' },
        { written: { parent_id: '${azapi_resource.Hub.id}' } },
      ),
      made(
        'azapi_resource.Hub',
        { type: 'Microsoft.NotificationHubs/namespaces/notificationHubs@v', name: 'ntf' },
        { written: { parent_id: '${azapi_resource.Namespace.id}' } },
      ),
      made(
        'azapi_resource.Namespace',
        {},
        { actions: ['no-op'], before: { id: HUB.split('/notificationHubs/')[0] } },
      ),
      made('azurerm_role_assignment.Role', { scope: HUB }, { written: { name: '${uuidv5("x", local.y)}' } }),
      made('azurerm_lb.Other', inGroup),
      made('azapi_resource_action.Link', {}),
    ],
  });
  expect(ids.map(({ address, id }) => [address, id])).toEqual([
    ['azapi_resource.Hub', HUB],
    ['azapi_resource.Rule', `${HUB}/authorizationRules/send`],
  ]);
  expect(unknown).toEqual([
    { address: 'azurerm_role_assignment.Role', reason: 'not known yet', missing: ['name'] },
    { address: 'azurerm_lb.Other', reason: 'no rule', missing: ['azurerm_lb'] },
  ]);
  expect(runAgain).toEqual(['azapi_resource_action.Link']);
});

it('nothing is looked for of what is changed, kept or made anew', () => {
  const resources = [['update'], ['no-op'], ['delete', 'create'], ['delete']].map((actions, i) =>
    made(`azurerm_resource_group.G${i}`, { name: `g${i}` }, { actions }),
  );
  expect(idsToBeMade({ resources }).ids).toEqual([]);
});

describe('the subscription is that of the resource’s own provider', () => {
  type Expressions = Record<string, { constant_value?: unknown; references?: string[] }>;
  const plan = (expressions: Expressions, key = 'azurerm') => ({
    resource_changes: [
      {
        address: 'azurerm_resource_group.Group',
        mode: 'managed',
        type: 'azurerm_resource_group',
        name: 'Group',
        change: { actions: ['create'], before: null, after: { name: 'rg-app' } },
      },
    ],
    variables: { subscription: { value: GUID } },
    configuration: {
      provider_config: { [key]: { expressions } },
      root_module: { resources: [{ address: 'azurerm_resource_group.Group', provider_config_key: key }] },
    },
  });
  const subscriptionOf = (...args: Parameters<typeof plan>) =>
    readPlan(plan(...args), {}, { ARM_SUBSCRIPTION_ID: SUBSCRIPTION }).resources[0]!.subscriptionId;

  test.each<[string, Expressions, string, string]>([
    ['as it is written', { subscription_id: { constant_value: GUID } }, 'azurerm.other', GUID],
    ['by a variable', { subscription_id: { references: ['var.subscription'] } }, 'azurerm', GUID],
    ['of the environment, where it names none', {}, 'azurerm', SUBSCRIPTION],
  ])('%s', (_, expressions, key, expected) => {
    expect(subscriptionOf(expressions, key)).toBe(expected);
  });
});
