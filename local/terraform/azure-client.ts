import type { HttpMethods } from '@azure/core-rest-pipeline';
import { AzureError, type AzureRequest, type AzureResponse } from './azure-errors';
import { parseJson, pause, type AzureTransport } from './azure-transport';
import type { Credentials } from './credentials';
import { ProviderError } from './provider';
import { TOKEN_RETRIES, type RetryRules } from './retries';

const LOGIN_HOST = 'https://login.microsoftonline.com';
export const ARM_HOST = 'https://management.azure.com';

/** Rules of its own take the place of the client's. */
type SignedRequest = AzureRequest & { readonly retries?: RetryRules | undefined };

export interface ArmOptions {
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** @default - the client's */
  readonly retries?: RetryRules | undefined;
}

/** Signed-in requests of one provider instance. */
export class AzureClient {
  private readonly tokens = new Map<string, Promise<{ token: string; expires: number }>>();

  constructor(
    private readonly transport: AzureTransport,
    readonly credentials: Credentials,
    private readonly options: {
      readonly userAgent: string;
      readonly armScope: string;
      readonly retries: RetryRules;
    },
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
    const response = await this.transport.send(request, TOKEN_RETRIES);
    const { access_token, expires_in } = response.body as { access_token: string; expires_in: number };
    return { token: access_token, expires: Date.now() + expires_in * 1000 };
  }

  /** A request with the token of that scope, or ARM's. Answers below 400 only; throws AzureError otherwise. */
  async send(request: SignedRequest & { readonly scope?: string }): Promise<AzureResponse> {
    const { scope = this.options.armScope, ...rest } = request;
    return this.sendSigned(rest, `Bearer ${await this.token(scope)}`);
  }

  /** A request with an Authorization header of the caller's, or none. */
  async sendSigned(request: SignedRequest, authorization?: string): Promise<AzureResponse> {
    const headers = {
      'user-agent': this.options.userAgent,
      ...(authorization && { authorization }),
      ...request.headers,
    };
    return this.transport.send({ ...request, headers }, request.retries ?? this.options.retries);
  }

  /** One request to Azure Resource Manager. `path` starts at the slash after the host. */
  arm(
    method: HttpMethods,
    path: string,
    apiVersion: string,
    options: ArmOptions = {},
  ): Promise<AzureResponse> {
    const query = new URLSearchParams({ 'api-version': apiVersion });
    for (const [name, value] of Object.entries(options.query ?? {})) {
      for (const item of [value].flat()) query.append(name, item);
    }
    query.sort();
    const { body, headers, retries, signal } = options;
    return this.send({
      method,
      url: `${ARM_HOST}${path}?${query}`,
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
      retries,
      signal,
    });
  }

  /** The resource, or undefined where it does not exist. */
  async get<T = ArmResource>(
    path: string,
    apiVersion: string,
    options: ArmOptions = {},
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
   * `Location`. Answers with the first response; `onAccepted` is called as soon as that is there.
   */
  async operation(
    method: HttpMethods,
    path: string,
    apiVersion: string,
    options: ArmOptions & { readonly onAccepted?: () => void } = {},
  ): Promise<AzureResponse> {
    const response = await this.arm(method, path, apiVersion, options);
    options.onAccepted?.();
    const { retries, signal } = options;
    const operation = response.headers['azure-asyncoperation'];
    const location = response.status === 202 ? response.headers['location'] : undefined;
    if (operation) {
      await this.poll(signal, async () => {
        const { body } = await this.send({ method: 'GET', url: operation, retries, signal });
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
      await this.poll(signal, async () => {
        const { status } = await this.send({ method: 'GET', url: location, retries, signal });
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
