import { TransientError } from './errors';
import { sendHttp } from './http';
import type { Clock } from './ports';

/** Gives access tokens for an Azure resource. */
export interface TokenSource {
  /** @param resource audience, for example `https://management.azure.com/` */
  token(resource: string): Promise<string>;
}

/**
 * The app's managed identity, asked through the endpoint that App Service and Functions provide.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export class ManagedIdentity implements TokenSource {
  private readonly cached = new Map<string, { value: string; expiresAt: number }>();
  private readonly pending = new Map<string, Promise<string>>();

  constructor(
    private readonly options: { endpoint: string; header: string; clientId: string },
    private readonly clock: Clock,
  ) {}

  token(resource: string): Promise<string> {
    const known = this.cached.get(resource);
    // Five minutes early, so that a token never expires on its way.
    if (known && known.expiresAt - 300_000 > this.clock.now()) return Promise.resolve(known.value);
    let request = this.pending.get(resource);
    if (!request) {
      request = this.fetch(resource).finally(() => this.pending.delete(resource));
      this.pending.set(resource, request);
    }
    return request;
  }

  private async fetch(resource: string): Promise<string> {
    const url = new URL(this.options.endpoint);
    url.searchParams.set('api-version', '2019-08-01');
    url.searchParams.set('resource', resource);
    url.searchParams.set('client_id', this.options.clientId);
    const response = await sendHttp({
      method: 'GET',
      url: url.toString(),
      headers: { 'x-identity-header': this.options.header },
      onMachine: true,
    });
    if (response.status !== 200) {
      throw new TransientError(
        `no token for ${resource} from the managed identity ${this.options.clientId}: status ${response.status}`,
      );
    }
    const body = JSON.parse(response.bodyAsText ?? '{}') as {
      access_token?: string;
      expires_on?: string | number;
    };
    if (!body.access_token) throw new TransientError(`the identity endpoint answered without access_token`);
    this.cached.set(resource, { value: body.access_token, expiresAt: Number(body.expires_on) * 1000 });
    return body.access_token;
  }
}
