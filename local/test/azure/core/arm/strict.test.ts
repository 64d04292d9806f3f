import { startLocalAzure, type LocalAzure } from '../../../../azure';
import { arm } from '../../../support/clients';
import { GROUP, PLAYED_RESOURCES, SUBSCRIPTION } from '../../../support/resources';

const resource = (ending: string) => PLAYED_RESOURCES.find(({ id }) => id.endsWith(ending))!;
const sibling = (ending: string, name: string) =>
  resource(ending).id.replace(/[^/]+$/, encodeURIComponent(name));
const PROVIDERS = `${GROUP}/providers`;
const OTHER_GUID = '1b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01';
const ASSIGNMENT = resource(
  '/acs-all/providers/Microsoft.Authorization/roleAssignments/0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01',
);
const TOPIC = resource('/systemTopics/evgt-all');
const SUBSCRIPTIONS = resource('/eventSubscriptions/events');

/** What of a resource's body a test changes. */
const changed = ({ body }: { body: Record<string, unknown> }, change: object, properties: object = {}) => ({
  ...body,
  ...change,
  properties: { ...(body.properties as object), ...properties },
});

let azure: LocalAzure;
beforeAll(async () => {
  azure = await startLocalAzure();
  for (const { id, apiVersion, body } of PLAYED_RESOURCES) {
    const { status, text } = await arm(azure, 'PUT', id, apiVersion, body);
    if (status >= 300) throw new Error(`${id}: ${text}`);
  }
});
afterAll(() => azure.close());

async function refusal(
  method: string,
  id: string,
  apiVersion: string,
  body?: unknown,
): Promise<[number, string]> {
  const { status, json } = await arm(azure, method, id, apiVersion, body);
  return [status, json?.error?.code];
}

describe('names out of rule', () => {
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
  test.each<[string, string, string]>([
    ['/resourceGroups/rg-all', 'ends.with.a.stop.', 'InvalidResourceGroup'],
    ['/resourceGroups/rg-all', 'a'.repeat(91), 'InvalidResourceGroup'],
    ['/id-all', 'ab', 'InvalidResourceName'],
    ['/id-all', '-dash', 'InvalidResourceName'],
    ['/id-all', 'a'.repeat(129), 'InvalidResourceName'],
    ['/locks/keep', 'stop.', 'InvalidResourceName'],
    ['/locks/keep', 'a'.repeat(91), 'InvalidResourceName'],
    ['/namespaces/nhns-all', 'short', 'BadRequest'],
    ['/namespaces/nhns-all', 'a'.repeat(51), 'BadRequest'],
    ['/namespaces/nhns-all', 'under_score', 'BadRequest'],
    ['/namespaces/nhns-all/authorizationRules/rule', '.rule', 'BadRequest'],
    ['/namespaces/nhns-all/authorizationRules/rule', 'a'.repeat(257), 'BadRequest'],
    ['/notificationHubs/calls', '-calls', 'BadRequest'],
    ['/notificationHubs/calls/authorizationRules/rule', 'a b', 'BadRequest'],
    ['/acs-all', 'with.stop', 'BadRequest'],
    ['/acs-all', 'a'.repeat(64), 'BadRequest'],
    ['/stall', 'Upper', 'AccountNameInvalid'],
    ['/stall', 'ab', 'AccountNameInvalid'],
    ['/stall', 'a'.repeat(25), 'AccountNameInvalid'],
    ['/blobServices/default', 'other', 'InvalidResourceName'],
    ['/queueServices/default', 'other', 'InvalidResourceName'],
    ['/containers/letters', 'Upper', 'InvalidResourceName'],
    ['/containers/letters', 'two--dashes', 'InvalidResourceName'],
    ['/containers/letters', 'ab', 'InvalidResourceName'],
    ['/queues/events', 'under_score', 'InvalidResourceName'],
    ['/queues/events', 'dash-', 'InvalidResourceName'],
    ['/managementPolicies/default', 'other', 'InvalidRequestPropertyValue'],
    ['/kv-all', '1digit', 'VaultNameNotValid'],
    ['/kv-all', 'two--dashes', 'VaultNameNotValid'],
    ['/law-all', 'abc', 'InvalidParameter'],
    ['/law-all', 'under_score', 'InvalidParameter'],
    ['/appi-all', 'stop.', 'InvalidResourceName'],
    ['/evgt-all', 'ab', 'InvalidRequest'],
    ['/evgt-all', 'under_score', 'InvalidRequest'],
    ['/eventSubscriptions/events', 'a'.repeat(65), 'InvalidRequest'],
    ['/ag-all', 'a|b', 'BadRequest'],
    ['/ma-all', 'a*b', 'BadRequest'],
    ['/sqr-all', 'a{b', 'BadRequest'],
    ['/workbooks/0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01', 'no-guid', 'BadRequest'],
    ['/ds-all', 'a:b', 'BadRequest'],
    ['/roleDefinitions/0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01', 'no-guid', 'InvalidRoleDefinitionId'],
    ['/roleAssignments/0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01', 'no-guid', 'InvalidRoleAssignmentId'],
    ['/pep-all', '-dash', 'InvalidResourceName'],
    ['/privateDnsZoneGroups/default', '-dash', 'InvalidResourceName'],
    ['/plan-all', 'a b', 'BadRequest'],
    ['/plan-all', 'a'.repeat(61), 'BadRequest'],
    ['/fn-all', 'f', 'BadRequest'],
    ['/fn-all', '-dash', 'BadRequest'],
    ['/basicPublishingCredentialsPolicies/scm', 'other', 'BadRequest'],
  ])('beside %s: %s', async (ending, name, code) => {
    const { apiVersion, body } = resource(ending);
    expect(await refusal('PUT', sibling(ending, name), apiVersion, body)).toEqual([400, code]);
  });

  test('every played type has a row above', async () => {
    const text = expect.getState().testPath!;
    const rows = (await import('node:fs')).readFileSync(text, 'utf8');
    const without = PLAYED_RESOURCES.filter(
      ({ id }) => ![...rows.matchAll(/^ {4}\['(\/[^']+)'/gm)].some(([, ending]) => id.endsWith(ending!)),
    ).map(({ id }) => id);
    // Both are services of the same account, as those above.
    expect(without).toEqual([
      expect.stringMatching(/\/fileServices\/default$/),
      expect.stringMatching(/\/tableServices\/default$/),
    ]);
  });

  test.each(['a<b', 'a%b', 'a?b', 'a'.repeat(261)])('of a type that is not played: %s', async (name) => {
    const id = `${PROVIDERS}/Microsoft.Cache/redis/${encodeURIComponent(name)}`;
    expect(await refusal('PUT', id, '2024-11-01', { location: 'westeurope' })).toEqual([
      400,
      'InvalidResourceName',
    ]);
  });
});

describe('every type', () => {
  test.each(PLAYED_RESOURCES.map(({ id }) => [id.split('/providers/').at(-1)!, id] as const))(
    '%s refuses api-versions and members that Azure does not know',
    async (_, id) => {
      const { apiVersion, body } = PLAYED_RESOURCES.find((one) => one.id === id)!;
      expect(await refusal('PUT', id, '1999-01-01', body)).toEqual([400, 'NoRegisteredProviderFound']);
      expect(await refusal('GET', id, 'latest')).toEqual([400, 'InvalidApiVersionParameter']);
      expect(await refusal('GET', id, '')).toEqual([400, 'MissingApiVersionParameter']);
      expect(await refusal('PUT', id, apiVersion, { ...body, colour: 'red' })).toEqual([
        400,
        'InvalidRequestContent',
      ]);
    },
  );

  test.each(
    PLAYED_RESOURCES.filter(({ body }) => body.location !== undefined).map(
      ({ id }) => [id.split('/providers/').at(-1)!, id] as const,
    ),
  )('%s stays in its location', async (_, id) => {
    const { apiVersion, body } = PLAYED_RESOURCES.find((one) => one.id === id)!;
    expect(await refusal('PUT', id, apiVersion, { ...body, location: 'northeurope' })).toEqual([
      409,
      'InvalidResourceLocation',
    ]);
  });

  test('names the member that it does not know as ARM does', async () => {
    const { json } = await arm(azure, 'PUT', GROUP, '2024-03-01', { location: 'westeurope', colour: 'red' });
    expect(json.error.message).toContain(
      "Could not find member 'colour' on object of type 'ResourceDefinition'.",
    );
  });
});

describe('requests that Azure refuses', () => {
  test.each<[string, string, string, string, unknown, number, string]>([
    [
      'an operation with an api-version that is none',
      'GET',
      `${SUBSCRIPTION}/resources`,
      'latest',
      undefined,
      400,
      'InvalidApiVersionParameter',
    ],
    [
      'another subscription',
      'GET',
      GROUP.replace(/0001/, '0002'),
      '2024-03-01',
      undefined,
      404,
      'SubscriptionNotFound',
    ],
    [
      'a collection deleted',
      'DELETE',
      `${PROVIDERS}/Microsoft.Web/sites`,
      '2024-04-01',
      undefined,
      405,
      'MethodNotAllowed',
    ],
    [
      'a hub of another subscription linked',
      'POST',
      `${resource('/acs-all').id}/linkNotificationHub`,
      '2025-05-01',
      {
        resourceId: resource('/notificationHubs/calls').id.replace(/0001/, '0002'),
        connectionString:
          'Endpoint=sb://nhns-all.servicebus.windows.net/;SharedAccessKeyName=rule;SharedAccessKey=k',
      },
      400,
      'WrongSubscription',
    ],
    [
      'a second system topic of one source',
      'PUT',
      sibling('/evgt-all', 'evgt-second'),
      TOPIC.apiVersion,
      TOPIC.body,
      400,
      'InvalidRequest',
    ],
    [
      "a system topic's source changed",
      'PUT',
      TOPIC.id,
      TOPIC.apiVersion,
      changed(TOPIC, {}, { source: resource('/kv-all').id }),
      400,
      'InvalidRequest',
    ],
    [
      'a subscription to a function that is not there',
      'PUT',
      SUBSCRIPTIONS.id,
      SUBSCRIPTIONS.apiVersion,
      changed(
        SUBSCRIPTIONS,
        {},
        {
          destination: {
            endpointType: 'AzureFunction',
            properties: { resourceId: `${resource('/fn-all').id}/functions/none` },
          },
        },
      ),
      400,
      'Endpoint validation',
    ],
    [
      'a role assigned a second time',
      'PUT',
      ASSIGNMENT.id.replace(/[^/]+$/, OTHER_GUID),
      ASSIGNMENT.apiVersion,
      ASSIGNMENT.body,
      409,
      'RoleAssignmentExists',
    ],
    [
      'a role assignment given to somebody else',
      'PUT',
      ASSIGNMENT.id,
      ASSIGNMENT.apiVersion,
      changed(ASSIGNMENT, {}, { principalId: 'PRINCIPAL_OF_THE_IDENTITY' }),
      400,
      'RoleAssignmentUpdateNotPermitted',
    ],
    [
      'a plan with apps deleted',
      'DELETE',
      resource('/plan-all').id,
      resource('/plan-all').apiVersion,
      undefined,
      409,
      'Conflict',
    ],
    [
      'a child of what is not there',
      'PUT',
      `${sibling('/nhns-all', 'nhns-none')}/notificationHubs/calls`,
      '2023-09-01',
      { location: 'westeurope' },
      404,
      'ParentResourceNotFound',
    ],
    [
      'a reserved character in the name of a tag',
      'PUT',
      GROUP,
      '2024-03-01',
      { location: 'westeurope', tags: { 'a<b': 'c' } },
      400,
      'InvalidTagNameCharacters',
    ],
    [
      'an identity that is no identity',
      'PUT',
      resource('/fn-all').id,
      resource('/fn-all').apiVersion,
      changed(resource('/fn-all'), {
        identity: { type: 'UserAssigned', userAssignedIdentities: { [resource('/law-all').id]: {} } },
      }),
      400,
      'FailedIdentityOperation',
    ],
  ])('%s', async (_, method, id, apiVersion, body, status, code) => {
    const principal = String(azure.context.store.get(resource('/id-all').id)!.properties.principalId);
    const sent: unknown =
      body && JSON.parse(JSON.stringify(body).replaceAll('PRINCIPAL_OF_THE_IDENTITY', principal));
    expect(await refusal(method, id, apiVersion, sent)).toEqual([status, code]);
  });

  test('a namespace that is deleted takes its hubs with it', async () => {
    const namespace = `${PROVIDERS}/Microsoft.NotificationHubs/namespaces/nhns-going`;
    const hub = `${namespace}/notificationHubs/calls`;
    await arm(azure, 'PUT', namespace, '2023-09-01', { location: 'westeurope', sku: { name: 'Free' } });
    await arm(azure, 'PUT', hub, '2023-09-01', { location: 'westeurope', properties: {} });
    expect((await arm(azure, 'DELETE', namespace, '2023-09-01')).status).toBe(200);
    expect(await refusal('GET', hub, '2023-09-01')).toEqual([404, 'ParentResourceNotFound']);
    expect(azure.context.store.list({ below: namespace })).toEqual([]);
  });
});
