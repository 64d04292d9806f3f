import { ArmError } from '../http';
import { SUBSCRIPTION_ID } from '../identity';

export const RESOURCE_GROUP_TYPE = 'Microsoft.Resources/resourceGroups';

/** Where a path of ARM leads. */
export interface ArmPath {
  /** The path itself, decoded, without a trailing slash. */
  readonly path: string;
  /** `Microsoft.Storage/storageAccounts/blobServices`; of a collection, the type of its items. */
  readonly type: string;
  /** Undefined for a collection or an action. */
  readonly name?: string;
  /** The id of the resource that a nested resource, collection or action lies in. */
  readonly parentId?: string;
  /** What lies before `/providers/{namespace}`. */
  readonly scope: string;
}

export function decodePath(path: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw new ArmError(400, 'InvalidRequestUri', `the path ${path} is not percent-encoded correctly`);
  }
  return (
    decoded
      .replace(/\/{2,}/g, '/')
      .replace(/\/$/, '')
      // Clients write `resourcegroups` as well; what is told is one form.
      .replace(/^(\/subscriptions\/[^/]+)\/resourcegroups(?=\/|$)/i, '$1/resourceGroups')
  );
}

/** Undefined when the path has neither the form of a resource, nor of a collection or action. */
export function parsePath(path: string): ArmPath | undefined {
  const group = /^(\/subscriptions\/[^/]+)\/resourceGroups(?:\/([^/]+))?$/i.exec(path);
  if (group) return { path, type: RESOURCE_GROUP_TYPE, name: group[2], scope: group[1]! };
  const at = path.toLowerCase().lastIndexOf('/providers/');
  if (at < 0) return undefined;
  const scope = path.slice(0, at);
  const [namespace, ...segments] = path.slice(at + '/providers/'.length).split('/');
  if (!namespace || segments.length === 0 || segments.includes('')) return undefined;
  const type = [namespace, ...segments.filter((_, index) => index % 2 === 0)].join('/');
  const parents = segments.slice(0, segments.length % 2 === 0 ? -2 : -1);
  return {
    path,
    type,
    name: segments.length % 2 === 0 ? segments.at(-1) : undefined,
    parentId: parents.length > 0 ? `${scope}/providers/${[namespace, ...parents].join('/')}` : undefined,
    scope,
  };
}

/** `/subscriptions/{id}/resourceGroups/{name}` of whatever lies in a group. */
export function groupIdOf(path: string): string | undefined {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(path)?.[0];
}

export function groupNameOf(path: string): string {
  return groupIdOf(path)?.split('/').at(-1) ?? '';
}

export function requireSubscription(path: string): void {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(path)?.[1];
  if (subscription !== undefined && subscription.toLowerCase() !== SUBSCRIPTION_ID) {
    throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
  }
}
