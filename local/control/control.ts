import { z } from 'zod';
import { controlRoute, takesToken, type ControlRoute } from '../azure/core/control-route';
import type { LocalResponse } from '../azure/core/http';
import { describeRoutes } from './openapi';

/** The largest body of a route that does not say otherwise. */
const BODY_LIMIT = 1024 * 1024;
const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Answers a request of the control API; `path` may carry a query, `body` is parsed JSON. Everything that can be
 * asked is described in docs/local-azure.md. Bad input is 400 `{error}`, an unknown path 404.
 */
export type Control = (method: string, path: string, body?: unknown) => Promise<LocalResponse>;

/** The same, for whoever serves it over HTTP. */
export interface ControlApi {
  readonly control: Control;
  /** The largest body that this request may have, in bytes. */
  bodyLimit(method: string, path: string): number;
  /** Whether this request has to carry the token: it changes something, or is answered with secrets. */
  needsToken(method: string, path: string): boolean;
}

/**
 * What no Azure has: looking into the push services and the event deliveries, letting people call and chat, and
 * breaking things. For http on loopback only.
 *
 * @throws Error when two routes have one method and path
 */
export function createControl(routes: readonly ControlRoute[]): ControlApi {
  const known = new Map<string, ControlRoute>();
  for (const route of [...routes, descriptionOf(routes)]) {
    const name = `${route.method} ${route.path}`;
    if (known.has(name)) throw new Error(`two services declare ${name} in the control API`);
    known.set(name, route);
  }
  const find = (method: string, { pathname }: URL) =>
    known.get(`${method.toUpperCase()} ${pathname.replace(/\/+$/, '')}`);

  return {
    bodyLimit: (method, path) => {
      const url = urlOf(path);
      return (url && find(method, url)?.bodyLimit) ?? BODY_LIMIT;
    },
    needsToken: (method, path) => {
      const url = urlOf(path);
      const route = url && find(method, url);
      return route ? takesToken(route) : !READS.includes(method.toUpperCase());
    },
    control: async (method, path, body) => {
      const url = urlOf(path);
      if (!url) return { status: 400, body: { error: `expected a path such as /inbox, got ${path}` } };
      const route = find(method, url);
      if (!route) return { status: 404, body: { error: `there is no ${method} ${url.pathname}` } };
      try {
        const query = read(route.query, Object.fromEntries(url.searchParams), 'query');
        const answer = await route.handle({ query, body: read(route.body, body, 'body') });
        return route.answer ? { status: 200, body: answer } : { status: 204 };
      } catch (error) {
        if (error instanceof RangeError) return { status: 400, body: { error: error.message } };
        throw error;
      }
    },
  };
}

/** The description describes itself too. */
function descriptionOf(routes: readonly ControlRoute[]): ControlRoute {
  const route: ControlRoute = controlRoute({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description, of OpenAPI 3.1.',
    answer: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
    handle: () => describeRoutes([...routes, route]),
  });
  return route;
}

/** Nothing for what is no path, and so names no operation. */
function urlOf(path: string): URL | undefined {
  const url = `http://127.0.0.1${path}`;
  return path.startsWith('/') && URL.canParse(url) ? new URL(url) : undefined;
}

/** What the schema reads; nothing without one. @throws RangeError naming every member that is wrong */
function read(schema: z.ZodType | undefined, sent: unknown, whole: string): never {
  const found = schema?.safeParse(sent);
  if (found?.error) {
    const wrong = found.error.issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
    throw new RangeError(wrong.join('; '));
  }
  return found?.data as never;
}
