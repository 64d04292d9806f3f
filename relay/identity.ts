import { TransientError } from './errors';
import { askMachine } from './http';
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
  private readonly cached = new Map<string, { value: string; renewAt: number }>();
  private readonly pending = new Map<string, Promise<string>>();

  constructor(
    private readonly options: { endpoint: string; header: string; clientId: string },
    private readonly clock: Clock,
  ) {}

  token(resource: string): Promise<string> {
    const known = this.cached.get(resource);
    if (known && this.clock.now() < known.renewAt) return Promise.resolve(known.value);
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
    const { status, body } = await askMachine({
      method: 'GET',
      url: url.toString(),
      headers: { 'x-identity-header': this.options.header },
    });
    if (status !== 200) {
      throw new TransientError(
        `no token for ${resource} from the managed identity ${this.options.clientId}: status ${status}`,
      );
    }
    const answer = readJson(body) as { access_token?: string; expires_on?: string | number };
    if (!answer.access_token) throw new TransientError(`the identity endpoint answered without access_token`);
    const now = this.clock.now();
    const life = Number(answer.expires_on) * 1000 - now;
    // Five minutes early, so that a token never expires on its way; short-lived ones at half of their time.
    const renewAt = now + Math.max(life - 300_000, life / 2);
    this.cached.set(resource, { value: answer.access_token, renewAt });
    return answer.access_token;
  }
}

/** @throws TransientError when the text is not a JSON object */
export function readJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new TransientError('an answer was not a JSON object');
}
