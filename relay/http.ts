import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  proxyPolicy,
  RestError,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { TransientError } from './errors';

/** Event Grid waits 30 s for an answer; a request that takes longer than this would eat all of it. */
export const REQUEST_TIMEOUT_MS = 8_000;

/** One client for the whole process, so that connections are kept alive. */
export const httpClient: HttpClient = createDefaultHttpClient();

/** For Azure's endpoints: by way of HTTPS_PROXY where there is one. */
const azure: Pipeline = createEmptyPipeline();
azure.addPolicy(proxyPolicy());

/** For the identity endpoint, which is on the machine itself: never by way of a proxy. */
const machine: Pipeline = createEmptyPipeline();

export interface HttpRequestOptions {
  readonly method: HttpMethods;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly onMachine?: boolean;
}

/**
 * Sends one request, once.
 *
 * @returns the response, whatever its status
 * @throws TransientError when there was no response
 */
export async function sendHttp(options: HttpRequestOptions): Promise<PipelineResponse> {
  const request = createPipelineRequest({
    url: options.url,
    method: options.method,
    headers: createHttpHeaders(options.headers),
    body: options.body,
    timeout: REQUEST_TIMEOUT_MS,
    allowInsecureConnection: options.onMachine,
  });
  try {
    return await (options.onMachine ? machine : azure).sendRequest(httpClient, request);
  } catch (error) {
    const code = error instanceof RestError ? error.code : undefined;
    throw new TransientError(
      `no answer from ${new URL(options.url).host}${code ? ` (${code})` : ''}`,
      undefined,
      {
        cause: error,
      },
    );
  }
}

/** Statuses after which the same request can succeed later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? milliseconds : undefined;
}
