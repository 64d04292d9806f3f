import type { z } from 'zod';
import type { ControlRoute } from '../azure/core/control-route';
import type { LocalResponse } from '../azure/core/http';

/**
 * Answers a request of the control API; `path` may carry a query, `body` is parsed JSON. Everything that can be
 * asked is described in docs/local-azure.md. Bad input is 400 `{error}`, an unknown path 404.
 */
export type Control = (method: string, path: string, body?: unknown) => Promise<LocalResponse>;

/**
 * What no Azure has: looking into the push services and the event deliveries, letting people call and chat, and
 * breaking things. For http on loopback only, without authentication.
 *
 * @throws Error when two routes have one method and path
 */
export function createControl(routes: readonly ControlRoute[]): Control {
  const known = new Map<string, ControlRoute>();
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    if (known.has(name)) throw new Error(`two services declare ${name} in the control API`);
    known.set(name, route);
  }

  return async (method, path, body) => {
    const url = new URL(path, 'http://127.0.0.1');
    const route = known.get(`${method.toUpperCase()} ${url.pathname.replace(/\/+$/, '')}`);
    if (!route) return { status: 404, body: { error: `there is no ${method} ${url.pathname}` } };
    try {
      const query = read(route.query, Object.fromEntries(url.searchParams), 'query');
      const answer = await route.handle({ query, body: read(route.body, body, 'body') });
      return answer === undefined ? { status: 204 } : { status: 200, body: answer };
    } catch (error) {
      if (error instanceof RangeError) return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
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
