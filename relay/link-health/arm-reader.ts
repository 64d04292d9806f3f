import type { TokenCredential } from '@azure/core-auth';
import { ARM } from '../arm';
import type { ArmResource } from '../../link/arm-resource';
import type { AzureReader } from '../../link/azure';
import { systemFacts } from '../../link/system-facts';
import { AzureError, fromStatus, retryAfterOf } from '../../link/azure-error';
import { TransientError } from '../errors';
import type { HttpResponse, Transport } from '../http';
import { bearer } from '../identity';
import type { Clock } from '../ports';

/** Asks ARM in the engine's stead, over the relay's own connections and with its identity. */
export class ArmReader implements AzureReader {
  requests = 0;
  private skew: number | undefined;

  constructor(
    private readonly credential: TokenCredential,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  async get(id: string, apiVersion: string): Promise<ArmResource | undefined> {
    const answer = (await this.ask('GET', id, apiVersion, {}, `read ${id}`)) as
      Partial<ArmResource> | undefined;
    if (!answer) return undefined;
    return {
      id: answer.id ?? id,
      properties: answer.properties ?? {},
      ...(answer.tags && { tags: answer.tags }),
      ...systemFacts(answer),
    };
  }

  query(path: string, apiVersion: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    return this.ask('GET', path, apiVersion, query, `read ${path}`);
  }

  act(id: string, action: string, apiVersion: string, body?: unknown): Promise<unknown> {
    return this.ask('POST', `${id}/${action}`, apiVersion, {}, `${action} on ${id}`, body);
  }

  azureNow(): number | undefined {
    return this.skew === undefined ? undefined : this.clock.now() + this.skew;
  }

  /** Undefined on 404. */
  private async ask(
    method: string,
    path: string,
    apiVersion: string,
    query: Readonly<Record<string, string>>,
    what: string,
    body?: unknown,
  ): Promise<unknown> {
    this.requests++;
    const authorization = await this.authorization(what);
    const search = new URLSearchParams({ 'api-version': apiVersion, ...query });
    const answer = await this.send(what, {
      method,
      url: `${ARM}${path}?${search.toString()}`,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const date = Date.parse(answer.headers.date ?? '');
    if (!Number.isNaN(date)) this.skew = date - this.clock.now();
    if (answer.status === 404) return undefined;
    const content = parsed(answer.body);
    if (answer.status < 400) return content ?? {};
    const { code, message } =
      (content as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
    const retryAfter = retryAfterOf(answer.headers['retry-after'], this.clock.now());
    throw fromStatus(answer.status, what, code, message ?? '', retryAfter);
  }

  private authorization(what: string): Promise<string> {
    return bearer(this.credential, ARM).catch((error: unknown) => {
      throw new AzureError('credentials', `cannot ${what}: ${(error as Error).message}`);
    });
  }

  private send(what: string, request: Parameters<Transport['send']>[0]): Promise<HttpResponse> {
    return this.transport.send(request).catch((error: unknown) => {
      if (!(error instanceof TransientError)) throw error;
      throw new AzureError('network', `cannot ${what}: ${error.message}`);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
