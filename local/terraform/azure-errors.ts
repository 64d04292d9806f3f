import { STATUS_CODES } from 'node:http';
import type { HttpMethods } from '@azure/core-rest-pipeline';
import { ProviderError } from './provider';

export interface AzureRequest {
  readonly method: HttpMethods;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface AzureResponse {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, or undefined where the answer has none. */
  readonly body: unknown;
  readonly text: string;
}

/** Azure's answer when it is not what was asked for. The text names status and error code, for `retry` to match. */
export class AzureError extends ProviderError {
  readonly code: string | undefined;

  constructor(
    request: AzureRequest,
    readonly response: AzureResponse,
  ) {
    const code = (response.body as { error?: { code?: string } } | undefined)?.error?.code;
    super(
      `Azure answered ${response.status}`,
      [
        `${request.method} ${request.url.replace(/\?.*$/, '')}`,
        `RESPONSE ${response.status}: ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
        `ERROR CODE: ${code ?? 'UNAVAILABLE'}`,
        response.text,
      ].join('\n'),
    );
    this.code = code;
  }

  get status(): number {
    return this.response.status;
  }

  /** The wait that the answer asks for. */
  get retryAfterMs(): number | undefined {
    const seconds = Number(this.response.headers['retry-after']);
    return seconds > 0 ? seconds * 1000 : undefined;
  }
}

/** A connection that broke before the answer was there. */
export class LostConnection extends ProviderError {
  constructor(request: AzureRequest, cause: unknown) {
    super(
      'No answer from Azure',
      `${request.method} ${request.url.replace(/\?.*$/, '')}: HTTP response was nil; connection may have been reset: EOF ` +
        `(${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }
}
