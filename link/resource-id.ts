/**
 * Ids of Azure Resource Manager, read and compared in one place. No imports but the form of a GUID: constructs read it
 * at synth time.
 * Shape: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
import { isGuid } from './guid';

/** ARM type of a Communication Services resource. */
export const COMMUNICATION_SERVICE_TYPE = 'Microsoft.Communication/communicationServices';
/** ARM type of a namespace of notification hubs. */
export const NAMESPACE_TYPE = 'Microsoft.NotificationHubs/namespaces';
/** ARM type of a notification hub. */
export const NOTIFICATION_HUB_TYPE = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
/** Of a Function App. */
export const SITE_TYPE = 'Microsoft.Web/sites';
/** ARM type of an authorization rule of a hub. */
export const HUB_RULE_TYPE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';

/** A resource that another one lies below: a hub's namespace, a rule's hub. */
export interface ParentResource {
  /** ARM id. */
  readonly id: string;
  /** ARM type: `Microsoft.NotificationHubs/namespaces`. */
  readonly type: string;
  /** Name: the last part of the id. */
  readonly name: string;
}

/** What an ARM id says. */
export interface ResourceId {
  /** The id as it was given. */
  readonly id: string;
  /** Id of the subscription. */
  readonly subscriptionId: string;
  /** Name of the resource group. */
  readonly resourceGroup: string;
  /** `Microsoft.NotificationHubs/namespaces/notificationHubs`, in the casing of the id. */
  readonly type: string;
  /** Name of the resource: the last part of the id. */
  readonly name: string;
  /** From the outermost (the namespace) to the nearest (the hub); empty for a top-level resource. */
  readonly parents: readonly ParentResource[];
}

/** A text that is no ARM id of the type that is needed. It says what was got and what is expected. */
export class ResourceIdError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across copies of the package. */
  override readonly name = 'ResourceIdError';
}

/** What an id of that type looks like. */
function exampleOf(type: string): string {
  const [provider, ...types] = type.split('/');
  const names = types.map((each) => `/${each}/{name}`).join('');
  return `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/${provider}${names}`;
}

/**
 * Reads the id of a resource that lies in a resource group.
 * @param expectedType when given, an id of any other type is refused
 * @throws ResourceIdError saying which part is wrong
 */
export function parseResourceId(id: string, expectedType?: string): ResourceId {
  const refuse = (problem: string) =>
    new ResourceIdError(
      `malformed resource id '${typeof id === 'string' ? id : JSON.stringify(id)}': ${problem}; ` +
        `expected the form ${exampleOf(expectedType ?? COMMUNICATION_SERVICE_TYPE)}`,
    );
  if (typeof id !== 'string') throw refuse('it is no text');
  if (id === '') throw refuse('it is empty');
  if (!id.startsWith('/')) throw refuse("it must begin with '/subscriptions/'");
  if (/\s/.test(id)) throw refuse('it contains white space');
  if (/[?#%&\\]/.test(id)) throw refuse("it contains one of '?', '#', '%', '&', '\\'");

  const [subscriptions, subscriptionId, groups, resourceGroup, providers, namespace, ...rest] = id
    .slice(1)
    .split('/');
  if (subscriptions?.toLowerCase() !== 'subscriptions') throw refuse("it must begin with '/subscriptions/'");
  if (!isGuid(subscriptionId ?? '')) throw refuse(`'${subscriptionId ?? ''}' is no subscription id (a GUID)`);
  if (groups?.toLowerCase() !== 'resourcegroups' || !resourceGroup)
    throw refuse('it names no resource group');
  if (providers?.toLowerCase() !== 'providers' || !namespace) throw refuse('it names no resource provider');
  if (rest.length < 2 || rest.length % 2 !== 0 || rest.some((part) => part === '')) {
    throw refuse(`after '${namespace}' it needs pairs of type and name`);
  }

  const chain: ParentResource[] = [];
  let path = `/${[subscriptions, subscriptionId, groups, resourceGroup, providers, namespace].join('/')}`;
  let type = namespace;
  for (let i = 0; i < rest.length; i += 2) {
    path += `/${rest[i]}/${rest[i + 1]}`;
    type += `/${rest[i]}`;
    chain.push({ id: path, type, name: rest[i + 1] ?? '' });
  }
  const name = rest[rest.length - 1] ?? '';
  if (expectedType !== undefined && !sameText(type, expectedType)) {
    throw new ResourceIdError(`resource id '${id}' is a ${type}; expected a ${expectedType}`);
  }
  return { id, subscriptionId: subscriptionId ?? '', resourceGroup, type, name, parents: chain.slice(0, -1) };
}

/** Whether a text is the ARM id of a Communication Services resource. */
export function isCommunicationServiceId(id: string): boolean {
  return isOfType(id, COMMUNICATION_SERVICE_TYPE);
}

/** Whether a text is the ARM id of a notification hub. */
export function isNotificationHubId(id: string): boolean {
  return isOfType(id, NOTIFICATION_HUB_TYPE);
}

/** Whether a text is the ARM id of an authorization rule of a hub. */
export function isHubRuleId(id: string): boolean {
  return isOfType(id, HUB_RULE_TYPE);
}

/** The id of the subscription that an ARM id is in. @throws ResourceIdError when the id is malformed */
export function subscriptionOf(id: string): string {
  return parseResourceId(id).subscriptionId;
}

/**
 * The id as Azure's documents write it: its own names as they were given, the words between them in the casing of the
 * type. What compares ids letter by letter takes no other.
 * @throws ResourceIdError when the id is malformed or of another type
 */
export function canonicalResourceId(id: string, type: string): string {
  const { subscriptionId, resourceGroup, parents, name } = parseResourceId(id, type);
  const [provider, ...types] = type.split('/');
  const names = [...parents.map((parent) => parent.name), name];
  const pairs = types.map((each, i) => `${each}/${names[i]}`).join('/');
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${provider}/${pairs}`;
}

/** ARM compares ids without regard to case, and answers them in another casing than they were written in. */
export function sameResourceId(a: string, b: string): boolean {
  return sameText(a, b);
}

function isOfType(id: string, type: string): boolean {
  try {
    return sameText(parseResourceId(id).type, type);
  } catch (error) {
    if (error instanceof ResourceIdError) return false;
    throw error;
  }
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
