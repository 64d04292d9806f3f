import { ResourceManagementClient } from '@azure/arm-resources';
import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { AzureError, fromStatus, retryAfterOf } from './azure-error';
import type { AzureReader } from './azure-reader';
import { systemClock, type Clock } from './clock';
import { credentialFrom } from './credential';
import { signInError } from './sign-in';
import type { ArmResource } from './arm-resource';
import { systemFacts } from './system-facts';
import type { TokenCredential } from './token-credential';
import { timedTransportOf } from './transport';
import type { RequestOptions } from './transport-options';

export type { AzureReader };

/** How Azure is reached. */
export interface AzureOptions extends RequestOptions {
  /** Who signs in. @default credentialFrom(process.env) */
  readonly credential?: TokenCredential;
  /** Base address of ARM, for sovereign clouds. @default https://management.azure.com */
  readonly endpoint?: string;
  /** What time it is, and how waiting is done. @default the machine's clock */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Reads Azure through `@azure/arm-resources`. */
export class ArmReader implements AzureReader {
  requests = 0;
  private readonly client: ResourceManagementClient;
  private readonly endpoint: string;
  private readonly clock: Pick<Clock, 'now'>;
  private skew: number | undefined;

  constructor(options: AzureOptions = {}) {
    this.endpoint = (options.endpoint ?? 'https://management.azure.com').replace(/\/+$/, '');
    this.clock = options.clock ?? systemClock;
    const transport = { ...timedTransportOf(options), retryOptions: { maxRetries: 0 } };
    this.client = new ResourceManagementClient(options.credential ?? credentialFrom(process.env, options), {
      endpoint: this.endpoint,
      ...transport,
    });
  }

  async get(id: string, apiVersion: string, signal?: AbortSignal): Promise<ArmResource | undefined> {
    return this.ask(`read ${id}`, async () => {
      let response: PipelineResponse | undefined;
      const resource = await this.client.resources.getById(withoutLeadingSlash(id), apiVersion, {
        ...(signal ? { abortSignal: signal } : {}),
        onResponse: (raw) => {
          response = raw as PipelineResponse;
          this.noteTime(response);
        },
      });
      return {
        id: resource.id ?? id,
        properties: resource.properties ?? {},
        ...(resource.tags ? { tags: resource.tags } : {}),
        ...systemFacts(JSON.parse(response?.bodyAsText ?? '{}')),
      };
    });
  }

  query(
    path: string,
    apiVersion: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.send('GET', path, apiVersion, query, undefined, `read ${path}`, signal);
  }

  act(
    id: string,
    action: string,
    apiVersion: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.send('POST', `${id}/${action}`, apiVersion, {}, body, `${action} on ${id}`, signal);
  }

  azureNow(): number | undefined {
    return this.skew === undefined ? undefined : this.clock.now() + this.skew;
  }

  private send(
    method: 'GET' | 'POST',
    path: string,
    apiVersion: string,
    query: Readonly<Record<string, string>>,
    body: unknown,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return this.ask(what, async () => {
      const url = new URL(`${this.endpoint}${path}`);
      url.searchParams.set('api-version', apiVersion);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const request = createPipelineRequest({
        url: url.href,
        method,
        headers: createHttpHeaders({
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { abortSignal: signal } : {}),
      });
      const response = await this.client.sendRequest(request);
      this.noteTime(response);
      if (response.status >= 400) throw httpError(response, what, this.clock.now());
      return response.bodyAsText ? (JSON.parse(response.bodyAsText) as unknown) : {};
    });
  }

  private async ask<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
    this.requests++;
    try {
      return await run();
    } catch (error) {
      const azureError = toAzureError(error, what, this.clock.now());
      if (azureError.details.status === 404) return undefined;
      throw azureError;
    }
  }

  private noteTime(response: PipelineResponse): void {
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) this.skew = date - this.clock.now();
  }
}

/** `@azure/arm-resources` writes a slash before the id by itself; with the id's own it would ask for `//subscriptions`. */
function withoutLeadingSlash(id: string): string {
  return id.replace(/^\/+/, '');
}

function httpError(response: PipelineResponse, what: string, now: number): AzureError {
  let code: string | undefined;
  let message: string;
  try {
    const body = JSON.parse(response.bodyAsText ?? '') as { error?: { code?: string; message?: string } };
    code = body.error?.code;
    message = body.error?.message ?? '';
  } catch {
    message = '';
  }
  return fromStatus(
    response.status,
    what,
    code,
    message,
    retryAfterOf(response.headers.get('retry-after'), now),
  );
}

function toAzureError(error: unknown, what: string, now: number): AzureError {
  if (error instanceof AzureError) return error;
  const { name, message, statusCode, code, response } = error as {
    name?: string;
    message?: string;
    statusCode?: number;
    code?: string;
    response?: PipelineResponse;
  };
  if (name === 'AbortError') throw error;
  if (CREDENTIAL_ERRORS.has(name ?? '')) return credentialError(error as Error, what);
  if (response) return httpError(response, what, now);
  if (statusCode !== undefined) return fromStatus(statusCode, what, code, message ?? '', undefined);
  return new AzureError('network', `cannot ${what}: ${message ?? String(error)}`, code ? { code } : {});
}

/** Of a credential that is a caller's own; `credentialFrom` throws AzureError. */
const CREDENTIAL_ERRORS = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

function credentialError(error: Error, what: string): AzureError {
  const told = signInError(error, 'the given credential');
  return told instanceof AzureError ? told : new AzureError('credentials', `cannot ${what}: ${told.message}`);
}
