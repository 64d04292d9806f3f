import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { AzureError, LostConnection, type AzureRequest, type AzureResponse } from './azure-errors';
import type { AzureEnvironment } from './credentials';
import { ProviderError } from './provider';
import { asked } from './journal';
import type { RetryRules } from './retries';
import { TunnelAgent } from './tunnel-agent';

/** Connections to Azure, kept open between reads. */
export class AzureTransport {
  private readonly reads: Agent;
  private readonly writes: Agent;
  private readonly client = createDefaultHttpClient();

  constructor(environment: AzureEnvironment) {
    const proxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'];
    const extra = environment['SSL_CERT_FILE'] ?? environment['NODE_EXTRA_CA_CERTS'];
    const ca = extra ? [...rootCertificates, readFileSync(extra, 'utf8')] : undefined;
    const agent = (keepAlive: boolean) =>
      proxy
        ? new TunnelAgent(new URL(proxy), { keepAlive, ca })
        : new Agent({ keepAlive, ...(ca && { ca }) });
    this.reads = agent(true);
    // An idle connection that the server closes just now looks like a lost answer; Go can tell, Node cannot.
    this.writes = agent(false);
  }

  /**
   * The answer, after as many tries as the rules allow.
   * @throws AzureError for an answer of 400 and more
   * @throws LostConnection where the last try was not answered
   */
  async send(request: AzureRequest, rules: RetryRules): Promise<AzureResponse> {
    for (let tried = 1; ; tried++) {
      const outcome = await this.attempt(request);
      if (!(outcome instanceof ProviderError)) return outcome;
      const asked = outcome instanceof AzureError ? outcome.retryAfterMs : undefined;
      const wait = asked ?? rules.waitMs(tried);
      if (tried === rules.tries || !rules.repeats(request, outcome) || wait > rules.patienceMs())
        throw outcome;
      await pause(wait, request.signal);
    }
  }

  private async attempt(request: AzureRequest): Promise<AzureResponse | AzureError | LostConnection> {
    try {
      const response = await this.sendOnce(request);
      asked(request.method, request.url, response.status);
      return response.status >= 400 ? new AzureError(request, response) : response;
    } catch (error) {
      asked(request.method, request.url);
      request.signal?.throwIfAborted();
      return new LostConnection(request, error);
    }
  }

  private async sendOnce({ method, url, headers, body, signal }: AzureRequest): Promise<AzureResponse> {
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({
        accept: 'application/json',
        ...(body !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
        ...headers,
      }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { abortSignal: signal }),
    });
    request.agent = method === 'GET' ? this.reads : this.writes;
    const response = await this.client.sendRequest(request);
    const text = response.bodyAsText ?? '';
    return { status: response.status, headers: response.headers.toJSON(), body: parseJson(text), text };
  }

  close(): void {
    this.reads.destroy();
    this.writes.destroy();
  }
}

/** The value, or undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, signal && { signal });
}
