import type { ControlRoute } from '../azure/core/control-route';
import type { Control } from './control';

/** A control API that has those operations too. */
export function routed(control: Control, routes: readonly ControlRoute[]): Control {
  return async (method, path, body) => {
    const url = new URL(path, 'http://127.0.0.1');
    const route = routes.find((one) => one.method === method.toUpperCase() && one.path === url.pathname);
    if (!route) return control(method, path, body);
    try {
      const request = {
        query: read(route.query, Object.fromEntries(url.searchParams)),
        body: read(route.body, body),
      };
      const answer = await route.handle(request as never);
      return route.answer ? { status: 200, body: answer } : { status: 204 };
    } catch (error) {
      if (error instanceof RangeError) return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
}

function read(schema: ControlRoute['body'], value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new RangeError(wrong.join('; '));
}
