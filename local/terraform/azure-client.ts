import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import {
  agentPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  defaultRetryPolicy,
  type HttpMethods,
} from '@azure/core-rest-pipeline';
import { ProviderError } from './provider';
import { TunnelAgent } from './tunnel-agent';

/** Environment variables, as `process.env` holds them. */
export type AzureEnvironment = Readonly<Record<string, string | undefined>>;

/** Who signs in, and the subscription worked in. */
export interface Credentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptionId: string;
}

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

const LOGIN_HOST = 'https://login.microsoftonline.com';
export const ARM_HOST = 'https://management.azure.com';

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
}

/** Connections to Azure, kept open between requests. */
export class AzureTransport {
  private readonly agent: Agent;
  private readonly client = createDefaultHttpClient();
  private readonly pipeline = createEmptyPipeline();

  constructor(environment: AzureEnvironment) {
    const proxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'];
    const extra = environment['SSL_CERT_FILE'] ?? environment['NODE_EXTRA_CA_CERTS'];
    const ca = extra ? [...rootCertificates, readFileSync(extra, 'utf8')] : undefined;
    this.agent = proxy
      ? new TunnelAgent(new URL(proxy), { ca })
      : new Agent({ keepAlive: true, ...(ca && { ca }) });
    this.pipeline.addPolicy(agentPolicy(this.agent));
    this.pipeline.addPolicy(defaultRetryPolicy({ maxRetries: 3, retryDelayInMs: 300 }));
  }

  async send(request: AzureRequest): Promise<AzureResponse> {
    const { body } = request;
    const response = await this.pipeline.sendRequest(
      this.client,
      createPipelineRequest({
        url: request.url,
        method: request.method,
        headers: createHttpHeaders({
          accept: 'application/json',
          ...(body !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
          ...request.headers,
        }),
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(request.signal && { abortSignal: request.signal }),
      }),
    );
    const text = response.bodyAsText ?? '';
    return {
      status: response.status,
      headers: response.headers.toJSON(),
      body: parseJson(text),
      text,
    };
  }

  close(): void {
    this.agent.destroy();
  }
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The credentials of a provider block, each gap filled from the environment; says what is missing where. */
export function credentials(
  provider: string,
  config: Readonly<Record<string, unknown>>,
  environment: AzureEnvironment,
): Credentials {
  const settings: Record<keyof Credentials, [attribute: string, variable: string]> = {
    tenantId: ['tenant_id', 'ARM_TENANT_ID'],
    clientId: ['client_id', 'ARM_CLIENT_ID'],
    clientSecret: ['client_secret', 'ARM_CLIENT_SECRET'],
    subscriptionId: ['subscription_id', 'ARM_SUBSCRIPTION_ID'],
  };
  const missing: string[] = [];
  const found = Object.fromEntries(
    Object.entries(settings).map(([name, [attribute, variable]]) => {
      const value = config[attribute] ?? environment[variable];
      if (typeof value !== 'string' || value === '') missing.push(`${variable} (or ${attribute})`);
      return [name, value];
    }),
  ) as unknown as Credentials;
  if (missing.length > 0) {
    throw new ProviderError(
      'No Azure credentials',
      `the stand-in ${provider} provider signs in with a client secret and misses ${missing.join(', ')}; ` +
        `set the environment variables where the stand-in providers are started, or the attributes in the provider block`,
    );
  }
  return found;
}

/** Signed-in requests of one provider instance. */
export class AzureClient {
  private readonly tokens = new Map<string, Promise<{ token: string; expires: number }>>();

  constructor(
    private readonly transport: AzureTransport,
    readonly credentials: Credentials,
    private readonly options: { readonly userAgent: string; readonly armScope: string },
  ) {}

  /** A bearer token for that scope; one request for each until it expires. */
  async token(scope: string): Promise<string> {
    let pending = this.tokens.get(scope);
    if (pending && (await pending).expires < Date.now() + 60_000) pending = undefined;
    if (!pending) {
      pending = this.requestToken(scope);
      this.tokens.set(scope, pending);
      pending.catch(() => this.tokens.delete(scope));
    }
    return (await pending).token;
  }

  /** The object id of who is signed in. */
  async objectId(): Promise<string> {
    const [, claims] = (await this.token(this.options.armScope)).split('.');
    const oid =
      claims && (parseJson(Buffer.from(claims, 'base64url').toString('utf8')) as { oid?: string })?.oid;
    if (!oid)
      throw new ProviderError('Token without oid', 'the access token carries no object id (claim oid)');
    return oid;
  }

  private async requestToken(scope: string): Promise<{ token: string; expires: number }> {
    const { tenantId, clientId, clientSecret } = this.credentials;
    const request: AzureRequest = {
      method: 'POST',
      url: `${LOGIN_HOST}/${tenantId}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': this.options.userAgent },
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: 'client_credentials',
        scope,
      }).toString(),
    };
    const response = await this.transport.send(request);
    if (response.status !== 200) throw new AzureError(request, response);
    const { access_token, expires_in } = response.body as { access_token: string; expires_in: number };
    return { token: access_token, expires: Date.now() + expires_in * 1000 };
  }

  /** A request with the token of that scope, or ARM's. Answers below 400 only; throws AzureError otherwise. */
  async send(request: AzureRequest & { readonly scope?: string }): Promise<AzureResponse> {
    const { scope = this.options.armScope, ...rest } = request;
    return this.sendSigned(rest, `Bearer ${await this.token(scope)}`);
  }

  /** A request with an Authorization header of the caller's, or none. */
  async sendSigned(request: AzureRequest, authorization?: string): Promise<AzureResponse> {
    const response = await this.transport.send({
      ...request,
      headers: {
        'user-agent': this.options.userAgent,
        ...(authorization && { authorization }),
        ...request.headers,
      },
    });
    if (response.status >= 400) throw new AzureError(request, response);
    return response;
  }

  /** One request to Azure Resource Manager. `path` starts at the slash after the host. */
  arm(
    method: HttpMethods,
    path: string,
    apiVersion: string,
    options: {
      readonly query?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<AzureResponse> {
    const query = new URLSearchParams({ 'api-version': apiVersion });
    for (const [name, value] of Object.entries(options.query ?? {})) {
      for (const item of [value].flat()) query.append(name, item);
    }
    query.sort();
    const { body, headers, signal } = options;
    return this.send({
      method,
      url: `${ARM_HOST}${path}?${query}`,
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
      signal,
    });
  }

  /** The resource, or undefined where it does not exist. */
  async get<T = ArmResource>(
    path: string,
    apiVersion: string,
    options: Parameters<AzureClient['arm']>[3] = {},
  ): Promise<T | undefined> {
    try {
      return (await this.arm('GET', path, apiVersion, options)).body as T;
    } catch (error) {
      if (error instanceof AzureError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * A PUT, PATCH, POST or DELETE and the end of the operation that it started, by `Azure-AsyncOperation` or
   * `Location`. Answers with the first response.
   */
  async operation(
    method: HttpMethods,
    path: string,
    apiVersion: string,
    options: Parameters<AzureClient['arm']>[3] = {},
  ): Promise<AzureResponse> {
    const response = await this.arm(method, path, apiVersion, options);
    const operation = response.headers['azure-asyncoperation'];
    const location = response.status === 202 ? response.headers['location'] : undefined;
    if (operation) {
      await this.poll(options.signal, async () => {
        const { body } = await this.send({ method: 'GET', url: operation, signal: options.signal });
        const { status, error } = body as { status: string; error?: { code?: string; message?: string } };
        if (status === 'Failed' || status === 'Canceled') {
          throw new ProviderError(
            `Azure's operation ended as ${status}`,
            `${method} ${path}: ${error?.code ?? 'no error code'}: ${error?.message ?? 'no message'}`,
          );
        }
        return status === 'Succeeded';
      });
    } else if (location) {
      await this.poll(options.signal, async () => {
        const { status } = await this.send({ method: 'GET', url: location, signal: options.signal });
        return status !== 202;
      });
    }
    return response;
  }

  /** Asks again and again, at first quickly, until the answer is true. */
  async poll(signal: AbortSignal | undefined, done: () => Promise<boolean>): Promise<void> {
    for (let delay = 50; !(await done()); delay = Math.min(delay * 2, 1000)) await pause(delay, signal);
  }
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, signal && { signal });
}

/** A resource as ARM answers it. */
export interface ArmResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location?: string;
  readonly tags?: Record<string, string> | null;
  readonly kind?: string;
  readonly sku?: Record<string, unknown>;
  readonly identity?: {
    readonly type: string;
    readonly principalId?: string;
    readonly tenantId?: string;
    readonly userAssignedIdentities?: Record<string, unknown> | null;
  };
  readonly properties: Record<string, any>;
}
