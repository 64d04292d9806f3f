/** The last segment of a resource id: the resource's own name. */
export function resourceName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** Subscription of a resource id in lower case, or undefined when it is no ARM id. */
export function subscriptionOf(id: string): string | undefined {
  return /^\/subscriptions\/([^/]+)(\/|$)/i.exec(id)?.[1]?.toLowerCase();
}

/** The id with `count` pairs of `/type/name` taken off its end. */
export function parentId(id: string, count = 1): string {
  return id
    .split('/')
    .slice(0, -2 * count)
    .join('/');
}

export function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The plain object that a request's body or one of its members ought to be; `{}` when it is anything else. */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
