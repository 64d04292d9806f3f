import type { z } from 'zod';

/** One operation of the control API: what no Azure has. Services declare theirs, and `control/` serves and describes them. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without a trailing slash: `/push-services/handles`. */
  readonly path: string;
  /** What it does, in one sentence, for the API's description. */
  readonly summary: string;
  /** Members of the query. @default - none is read */
  readonly query?: z.ZodObject;
  /** The body, as JSON. @default - none is read */
  readonly body?: z.ZodType;
  /** The largest body over HTTP, in bytes. @default 1 MiB */
  readonly bodyLimit?: number;
  /** What is answered with 200, as JSON. @default - nothing: 204 */
  readonly answer?: z.ZodType;
  /** Whether a GET shows secrets, and over HTTP asks for the token as whatever changes something does. @default false */
  readonly secret?: boolean;
  /** @throws RangeError for what is well-formed and cannot be done: 400 */
  handle(request: { readonly query: never; readonly body: never }): unknown;
}

type Read<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A route whose handler gets what the schemas read. */
export function controlRoute<
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  route: Omit<ControlRoute, 'query' | 'body' | 'handle'> & {
    readonly query?: Q;
    readonly body?: B;
    handle(request: { readonly query: Read<Q>; readonly body: Read<B> }): unknown;
  },
): ControlRoute {
  return route;
}

/** Whether a request over HTTP has to carry the token: it changes something, or is answered with secrets. */
export function takesToken({ method, secret = false }: ControlRoute): boolean {
  return method !== 'GET' || secret;
}
