import { lookInAzure } from '../../../cli/recover/look';
import { idsToBeMade } from '../../../cli/recover/resource-ids';
import type { PlannedResource } from '../../../cli/recover/stack-plan';
import { AzureError, type AzureReader } from '../../../link';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const groupOf = (name: string, subscription = SUBSCRIPTION) =>
  `/subscriptions/${subscription}/resourceGroups/${name}`;
const GROUP = groupOf('rg-app');
const GUID = '11111111-2222-3333-4444-555555555555';
const ROLE = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const NAMESPACES = 'providers/Microsoft.NotificationHubs/namespaces';
const ASSIGNMENTS = 'providers/Microsoft.Authorization/roleAssignments';

/** An Azure that has these ids, and answers these to lists, by the end of their paths. */
function azureWith(
  ids: readonly string[],
  lists: Readonly<Record<string, readonly object[]>> = {},
): AzureReader {
  return {
    get: async (id) => {
      if (id.includes('forbidden')) throw new AzureError('forbidden', `cannot read ${id}: 403`);
      if (id.includes('down')) throw new AzureError('unavailable', `cannot read ${id}: 503`);
      return ids.includes(id) ? { id, properties: {} } : undefined;
    },
    query: async (path, _version, { $filter = '' }) => {
      const [, value = []] = Object.entries(lists).find(([end]) => path.endsWith(end)) ?? [];
      return { value: value.filter((each) => !$filter.includes('nobody') && each) };
    },
    act: () => Promise.reject(new Error('nothing is done')),
    azureNow: () => undefined,
    requests: 0,
  };
}

const made = (type: string, name: string, after: object, written: object = after): PlannedResource => ({
  address: `${type}.${name}`,
  type,
  actions: ['create'],
  before: undefined,
  after: after as Record<string, unknown>,
  written: written as Record<string, unknown>,
  subscriptionId: SUBSCRIPTION,
});

const namespace = (name: string, parent_id = GROUP) =>
  made('azapi_resource', name, { type: 'Microsoft.NotificationHubs/namespaces@v', parent_id, name });

const hub = (name: string, parent_id: string) =>
  made('azapi_resource', name, {
    type: 'Microsoft.NotificationHubs/namespaces/notificationHubs@v',
    parent_id,
    name,
  });

function look(resources: PlannedResource[], azure: AzureReader, also: string[] = []) {
  const plan = { resources };
  return lookInAzure(idsToBeMade(plan), plan, azure, { also: new Set(also) });
}

it('what is there is found, and what is not is not', async () => {
  const { found } = await look(
    [namespace('one'), namespace('two')],
    azureWith([`${GROUP}/${NAMESPACES}/one`]),
  );
  expect(found).toMatchObject([{ address: 'azapi_resource.one', id: `${GROUP}/${NAMESPACES}/one` }]);
  expect(found[0]!.notTaken).toBeUndefined();
});

describe('something that may be somebody else’s', () => {
  const adopted = `${groupOf('rg-other')}/${NAMESPACES}/theirs`;
  const resources = [namespace('one'), hub('ntf', adopted)];
  const azure = azureWith([`${adopted}/notificationHubs/ntf`]);

  it('is told and not taken, where the stack makes nothing that stands by itself', async () => {
    const { found } = await look(resources, azure);
    expect(found).toMatchObject([
      { address: 'azapi_resource.ntf', notTaken: expect.stringContaining('rg-other') },
    ]);
  });

  it('is taken where it was named', async () => {
    const { found } = await look(resources, azure, ['azapi_resource.ntf']);
    expect(found[0]!.notTaken).toBeUndefined();
  });

  it('is also what has a name of the stack’s in another subscription', async () => {
    const other = `${groupOf('rg-app', GUID)}/${NAMESPACES}/theirs`;
    const { found } = await look(
      [namespace('one'), hub('ntf', other)],
      azureWith([`${other}/notificationHubs/ntf`]),
    );
    expect(found).toMatchObject([{ notTaken: expect.stringContaining(GUID) }]);
  });

  it('is what has a name that there is once in Azure, in another group', async () => {
    const id = `${groupOf('rg-other')}/${NAMESPACES}/one`;
    const { found } = await look([namespace('one')], azureWith([], { '/resources': [{ id }] }));
    expect(found).toMatchObject([
      { id, notTaken: expect.stringContaining('another resource group has the name') },
    ]);
  });

  it('is nothing that has a GUID for a name', async () => {
    const scope = `${adopted}/notificationHubs/ntf`;
    const { found } = await look(
      [made('azurerm_role_assignment', 'Role', { scope, name: GUID })],
      azureWith([`${scope}/${ASSIGNMENTS}/${GUID}`]),
    );
    expect(found).toHaveLength(1);
    expect(found[0]!.notTaken).toBeUndefined();
  });
});

describe('an assignment without a name', () => {
  const own = {
    id: `${GROUP}/${ASSIGNMENTS}/${GUID}`,
    properties: { scope: GROUP, roleDefinitionId: `/x/${ROLE}` },
  };
  const lists = (assignment: object) => ({
    roleAssignments: [assignment],
    roleDefinitions: [{ id: `/providers/Microsoft.Authorization/roleDefinitions/${ROLE}` }],
  });
  const role = (principal_id?: string) =>
    made('azurerm_role_assignment', 'Role', { scope: GROUP, role_definition_name: 'Reader', principal_id });

  it('is found by who has which role where', async () => {
    const { found } = await look([role(GUID)], azureWith([], lists(own)));
    expect(found).toMatchObject([{ address: 'azurerm_role_assignment.Role', importId: own.id }]);
  });

  test.each([
    ['another scope', { ...own.properties, scope: '/subscriptions/x' }],
    ['another role', { ...own.properties, roleDefinitionId: `/x/${GUID}` }],
  ])('is none that is of %s', async (_, properties) => {
    const { found, unknown } = await look([role(GUID)], azureWith([], lists({ ...own, properties })));
    expect(found).toEqual([]);
    expect(unknown).toHaveLength(1);
  });

  it('waits until its principal is known', async () => {
    const { found, unknown } = await look([role()], azureWith([], lists(own)));
    expect(found).toEqual([]);
    expect(unknown).toHaveLength(1);
  });

  it('that gets a name from the stack is looked for by that alone', async () => {
    const named = made(
      'azurerm_role_assignment',
      'Role',
      { scope: GROUP, role_definition_name: 'Reader', principal_id: GUID },
      { name: '${uuidv5("x", "y")}' },
    );
    const { found } = await look([named], azureWith([], lists(own)));
    expect(found).toEqual([]);
  });
});

it('what may not be read is told, and an Azure that is not there ends it', async () => {
  const { unread } = await look([namespace('forbidden'), namespace('one')], azureWith([]));
  expect(unread).toMatchObject([
    { address: 'azapi_resource.forbidden', problem: expect.stringContaining('403') },
  ]);
  await expect(look([namespace('down')], azureWith([]))).rejects.toThrow('503');
});

it('takes no address that the stack does not have', async () => {
  await expect(look([namespace('One')], azureWith([]), ['azapi_resource.Onee'])).rejects.toThrow(
    "--also: the stack has no resource 'azapi_resource.Onee'",
  );
});
