import { svgOf } from '../../../cli/graph/svg';
import { stackOf, type Config } from '../../../cli/topology/blocks';
import { overviewOf } from '../../../cli/topology/overview';
import { topologyOf } from '../../../cli/topology/stack-topology';
import type { Topology } from '../../../cli/topology/topology';

/** Both pictures of a stack, which are drawn of nodes that there are. */
function pictures(json: Config): { all: Topology; overview: Topology } {
  const all = topologyOf(stackOf('dev', json));
  const overview = overviewOf(all);
  for (const topology of [all, overview]) {
    const ids = topology.nodes.map(({ id }) => id);
    for (const { from, to } of topology.edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    svgOf(topology);
  }
  return { all, overview };
}

const IDENTITY = { azurerm_user_assigned_identity: { App: { name: 'id-dev' } } };
const ACCOUNT = { azurerm_storage_account: { Store: { name: 'stdev', resource_group_name: 'rg' } } };

const roleOn = (scope: string) => ({
  azurerm_role_assignment: {
    Role: {
      principal_id: '${azurerm_user_assigned_identity.App.principal_id}',
      scope,
      role_definition_name: 'Contributor',
    },
  },
});

describe.each([
  ['container', 'azurerm_storage_container'],
  ['queue', 'azurerm_storage_queue'],
])('a %s that is made in an account that is read', (_, type) => {
  const made = {
    [type]: { Part: { name: 'part', storage_account_id: '${data.azurerm_storage_account.Store.id}' } },
  };

  test('has the account stand for it', () => {
    const { overview } = pictures({ data: ACCOUNT, resource: made });
    expect(overview.nodes.map(({ id }) => id)).toEqual(['data.azurerm_storage_account.Store']);
  });

  test('takes a right on it to the account', () => {
    const resource = { ...made, ...IDENTITY, ...roleOn(`\${${type}.Part.id}`) };
    expect(pictures({ data: ACCOUNT, resource }).overview.edges).toEqual([
      {
        from: 'azurerm_user_assigned_identity.App',
        to: 'data.azurerm_storage_account.Store',
        kind: 'right',
        labels: ['Contributor on part'],
      },
    ]);
  });
});

test.each([
  ['once', ACCOUNT],
  ['several times', { azurerm_storage_account: { Store: { name: 'stdev', for_each: ['a', 'b'] } } }],
])('an account that is read %s for nothing that is drawn is left out', (_, data) => {
  expect(pictures({ data, resource: IDENTITY }).overview.nodes.map(({ label }) => label)).toEqual([
    'Managed identity',
  ]);
});

test('parts that are made several times are folded as one is', () => {
  const lock = { Lock: { name: 'lock', scope: '${azurerm_storage_account.Store.id}', count: 2 } };
  const { overview } = pictures({ resource: { ...ACCOUNT, azurerm_management_lock: lock } });
  expect(overview.nodes.map(({ id }) => id)).toEqual(['azurerm_storage_account.Store']);
});

test('a secret that is read by an action of whatever name says how it was read', () => {
  const { overview } = pictures({
    resource: {
      ...ACCOUNT,
      azapi_resource: {
        App: {
          type: 'Microsoft.Web/sites@2023-12-01',
          name: 'app',
          body: { properties: { secret: '${ephemeral.azapi_resource_action.Read.output}' } },
        },
      },
    },
    ephemeral: {
      azapi_resource_action: {
        Read: {
          type: 'Microsoft.Storage/storageAccounts@2023-05-01',
          resource_id: '${azurerm_storage_account.Store.id}',
          action: 'listAccountSas',
        },
      },
    },
  });
  expect(overview.edges).toMatchObject([
    {
      from: 'azurerm_storage_account.Store',
      to: 'azapi_resource.App',
      kind: 'secret',
      labels: ['listAccountSas, ephemeral'],
    },
  ]);
});

test('what belongs to something that is left out stands for itself', () => {
  const { overview } = pictures({
    resource: {
      azurerm_role_definition: { Role: { name: 'role' } },
      azurerm_storage_account: { Store: { name: 'stdev' } },
      azapi_resource_action: {
        Act: {
          type: 'Microsoft.Resources/providers@2021-04-01',
          action: 'act',
          resource_id: '${azurerm_role_definition.Role.id}',
          body: { other: '${azurerm_storage_account.Store.id}' },
        },
      },
    },
  });
  expect(overview.edges).toEqual([
    {
      from: 'azapi_resource_action.Act',
      to: 'azurerm_storage_account.Store',
      kind: 'flow',
      labels: ['act'],
    },
  ]);
});

test.each([
  [
    'what waits for it',
    { time_sleep: { Wait: { triggers: { role: '${azurerm_role_assignment.Role.id}' } } } },
  ],
  [
    'a lock on it',
    { azurerm_management_lock: { Lock: { name: 'lock', scope: '${azurerm_role_assignment.Role.id}' } } },
  ],
  [
    'a role where it is one',
    {
      azurerm_role_assignment: {
        ...roleOn('${azurerm_storage_account.Store.id}').azurerm_role_assignment,
        Second: {
          principal_id: '${azurerm_user_assigned_identity.App.principal_id}',
          scope: '${azurerm_role_assignment.Role.scope}',
        },
      },
    },
  ],
])('a role assignment is an edge and no end of one: %s', (_, more) => {
  const resource = { ...IDENTITY, ...ACCOUNT, ...roleOn('${azurerm_storage_account.Store.id}'), ...more };
  const { all } = pictures({ resource });
  const own = Object.entries(more).flatMap(([type, named]) =>
    Object.keys(named).map((name) => `${type}.${name}`),
  );
  expect(all.nodes.map(({ id }) => id)).not.toContain('azurerm_role_assignment.Role');
  expect(all.nodes.map(({ id }) => id)).toContain(own.at(-1));
  expect(all.edges).toContainEqual({
    from: 'azurerm_user_assigned_identity.App',
    to: 'azurerm_storage_account.Store',
    kind: 'right',
    labels: ['Contributor'],
  });
});
