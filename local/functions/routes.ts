/** One HTTP trigger, with its route template: `devices/{installationId}`, `files/{*path}`, `items/{id?}`. */
export interface HttpRoute {
  readonly functionName: string;
  /** Lower case; empty means all. */
  readonly methods: readonly string[];
  readonly pattern: RegExp;
  readonly parameters: readonly string[];
}

/**
 * @param template route of the trigger's binding, without the prefix
 * @param prefix `extensions.http.routePrefix` of host.json, `api` when it says nothing
 */
export function compileRoute(
  functionName: string,
  template: string,
  prefix: string,
  methods: readonly string[],
): HttpRoute {
  const parameters: string[] = [];
  const segments = [...prefix.split('/'), ...template.split('/')].filter((segment) => segment !== '');
  const pattern = segments
    .map((segment) => {
      const match = /^\{(\*?)(\w+)(?::[^}?]*)?(\??)\}$/.exec(segment);
      if (!match) return `/${segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
      parameters.push(match[2]!);
      if (match[1]) return '(?:/(.*))?';
      return match[3] ? '(?:/([^/]+))?' : '/([^/]+)';
    })
    .join('');
  return {
    functionName,
    methods: methods.map((method) => method.toLowerCase()),
    pattern: new RegExp(`^${pattern}/?$`, 'i'),
    parameters,
  };
}

export type RouteMatch =
  | { readonly functionName: string; readonly parameters: Record<string, string> }
  /** The path is known, but not with this method. */
  | 'method-not-allowed'
  | undefined;

/** @param path as sent, percent-encoded, without the query */
export function matchRoute(routes: readonly HttpRoute[], method: string, path: string): RouteMatch {
  let known = false;
  for (const route of routes) {
    const match = route.pattern.exec(path);
    if (!match) continue;
    known = true;
    if (route.methods.length > 0 && !route.methods.includes(method.toLowerCase())) continue;
    const parameters: Record<string, string> = {};
    route.parameters.forEach((name, i) => {
      const value = match[i + 1];
      if (value !== undefined) parameters[name] = decode(value);
    });
    return { functionName: route.functionName, parameters };
  }
  return known ? 'method-not-allowed' : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
