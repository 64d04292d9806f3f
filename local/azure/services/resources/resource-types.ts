import { keptType } from '../../core/arm/kept-type';
import { Providers } from './providers';
import type { Registrations } from '../../core/arm/registrations';
import { groupIdOf, RESOURCE_GROUP_TYPE } from '../../core/arm/path';
import type { LocalAzureContext } from '../../core/context';
import { ArmError } from '../../core/http';
import { SUBSCRIPTION_ID, TENANT_ID } from '../../core/identity';
import type { OperationRequest, ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';

const API_VERSIONS = [
  '2015-11-01',
  '2020-06-01',
  '2021-04-01',
  '2022-09-01',
  '2023-07-01',
  '2024-03-01',
  '2024-07-01',
  '2025-03-01',
  '2025-04-01',
];
/** Subscriptions have api-versions of their own, many; reads of them are answered for any. */
const SUBSCRIPTION = {
  id: `/subscriptions/${SUBSCRIPTION_ID}`,
  subscriptionId: SUBSCRIPTION_ID,
  tenantId: TENANT_ID,
  displayName: 'local Azure',
  state: 'Enabled',
  authorizationSource: 'RoleBased',
  managedByTenants: [],
};

/** Microsoft.Resources: subscriptions, resource groups, the list of what lies in them, and the providers. */
export function resourcesProvider(
  context: LocalAzureContext,
  registrations: Registrations,
  resourceTypes: () => readonly ResourceType[],
): ResourceProvider {
  const providers = new Providers(registrations, resourceTypes);
  const inGroup = ({ parameters, request }: OperationRequest) => {
    const group = `/subscriptions/${parameters.subscription}/resourceGroups/${parameters.group}`;
    if (!context.store.get(group)) {
      throw new ArmError(
        404,
        'ResourceGroupNotFound',
        `Resource group '${parameters.group}' could not be found.`,
      );
    }
    return { status: 200, body: { value: topLevel(context.store.list({ below: group }), request.query) } };
  };
  return {
    resourceTypes: [resourceGroups],
    operations: [
      {
        method: 'GET',
        path: '/subscriptions',
        action: 'Microsoft.Resources/subscriptions/read',
        handle: () => ({ status: 200, body: { value: [SUBSCRIPTION] } }),
      },
      {
        method: 'GET',
        path: '/subscriptions/{subscription}',
        action: 'Microsoft.Resources/subscriptions/read',
        handle: () => ({ status: 200, body: SUBSCRIPTION }),
      },
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/resources',
        action: 'Microsoft.Resources/subscriptions/resources/read',
        handle: ({ request }) => ({
          status: 200,
          body: { value: topLevel(context.store.list(), request.query) },
        }),
      },
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/resourceGroups/{group}/resources',
        action: 'Microsoft.Resources/subscriptions/resources/read',
        handle: inGroup,
      },
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/providers',
        action: 'Microsoft.Resources/subscriptions/providers/read',
        handle: () => ({ status: 200, body: { value: providers.list() } }),
      },
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/providers/{namespace}',
        action: 'Microsoft.Resources/subscriptions/providers/read',
        handle: ({ parameters }) => ({ status: 200, body: providers.get(parameters.namespace!) }),
      },
      {
        method: 'POST',
        path: '/subscriptions/{subscription}/providers/{namespace}/register',
        action: 'Microsoft.Resources/subscriptions/providers/register/action',
        handle: ({ parameters }) => ({ status: 200, body: providers.register(parameters.namespace!) }),
      },
    ],
  };
}

const resourceGroups = keptType({
  type: RESOURCE_GROUP_TYPE,
  apiVersions: API_VERSIONS,
  name: {
    pattern: /^[-\w.()\p{L}]{0,89}[-\w()\p{L}]$/u,
    expected: 'up to 90 letters, digits, _, (, ), - and ., not ending with a full stop',
    code: 'InvalidResourceGroup',
  },
  required: ['location'],
});

/** The resources that stand by themselves, as the portal lists them: no nested ones, no extensions. */
function topLevel(resources: readonly StoredResource[], query: URLSearchParams): unknown[] {
  const wanted = /resourceType eq '([^']+)'/i.exec(query.get('$filter') ?? '')?.[1]?.toLowerCase();
  const name = /name eq '([^']+)'/i.exec(query.get('$filter') ?? '')?.[1]?.toLowerCase();
  const top = Number(query.get('$top') ?? Infinity);
  const withState = (query.get('$expand') ?? '').includes('provisioningState');
  return resources
    .filter((r) => groupIdOf(r.id) !== undefined && r.type !== RESOURCE_GROUP_TYPE)
    .filter((r) => r.type.split('/').length === 2 && r.id.toLowerCase().split('/providers/').length === 2)
    .filter((r) => wanted === undefined || r.type.toLowerCase() === wanted)
    .filter((r) => name === undefined || r.name.toLowerCase() === name)
    .slice(0, top)
    .map(({ id, name, type, location, tags, kind, sku, identity, properties }) => ({
      id,
      name,
      type,
      location,
      tags,
      kind,
      sku,
      identity,
      ...(withState && { provisioningState: properties.provisioningState ?? 'Succeeded' }),
    }));
}
