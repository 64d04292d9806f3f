import type { IncomingHttpHeaders } from 'node:http';
import { parseJsonText } from './json';

/** One request as a service of local Azure sees it: whole, with the host that the client meant to reach. */
export interface LocalRequest {
  readonly method: string;
  /** Host name without port, lower case: `management.azure.com`, `nhns-app.servicebus.windows.net`, … */
  readonly host: string;
  /** Path as sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The client's address; absent when a service of local Azure sends. */
  readonly remoteAddress?: string;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** A Buffer or string is sent as it is; anything else as JSON; nothing sends an empty body. */
  readonly body?: unknown;
}

/** The largest body that a host takes, and the code of the error that it answers to a larger one: 413. */
export interface BodyLimit {
  readonly bytes: number;
  readonly code: string;
}

/** As ARM's; what other hosts take is documented for few of them. */
export const DEFAULT_BODY_LIMIT: BodyLimit = { bytes: 4 * 1024 * 1024, code: 'RequestEntityTooLarge' };

/** A service that answers for some host names. */
export interface HostService {
  /** True when this service answers for that host (lower case, no port). */
  answersFor(host: string): boolean;
  /** @default DEFAULT_BODY_LIMIT */
  readonly bodyLimit?: BodyLimit;
  handle(request: LocalRequest): Promise<LocalResponse>;
}

/** One of the `details` of ARM's errors. */
export interface ErrorDetail {
  readonly code: string;
  readonly target: string;
  readonly message: string;
}

/** An error in the shape ARM answers with: `{error: {code, message, details}}`. */
export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
    readonly details?: readonly ErrorDetail[],
  ) {
    super(message);
  }

  toResponse(): LocalResponse {
    return {
      status: this.status,
      headers: this.headers,
      body: { error: { code: this.code, message: this.message, details: this.details } },
    };
  }
}

export function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}

/** What was sent, for the message of an error. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

export function parseJson(request: LocalRequest): unknown {
  if (request.body.length === 0) return undefined;
  try {
    return parseJsonText(request.body.toString('utf8'));
  } catch {
    throw new ArmError(
      400,
      'InvalidRequestContent',
      'The request content was invalid and could not be deserialized.',
    );
  }
}
