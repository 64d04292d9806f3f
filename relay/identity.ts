import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential } from '@azure/identity';
import { TransientError } from './errors';
import type { Clock } from './ports';

/**
 * Whoever wants a token tries again. The library would for 16 s, or for as long as the endpoint names in `Retry-After`,
 * and all others would wait for it: an event has 30 s in all.
 */
const RETRIES = { maxRetries: 0 };

/** So long before its end a token is not used any more, in milliseconds: it must not expire on its way. */
const SPARE_MS = 2 * 60_000;

/**
 * The app's managed identity, asked through the endpoint that App Service and Functions name in `IDENTITY_ENDPOINT` and
 * `IDENTITY_HEADER` of the process.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 *
 * @param clientId of the user-assigned identity
 */
export function managedIdentity(clientId: string, httpClient: HttpClient, clock: Clock): TokenCredential {
  return new SharedTokens(
    new ManagedIdentityCredential({ clientId, httpClient, retryOptions: RETRIES }),
    clock,
  );
}

interface Known {
  readonly token: AccessToken;
  /** When to ask for another, in milliseconds since the epoch. */
  readonly renewAt: number;
}

/**
 * Tokens of a credential, each asked for once, however many want it. The library's own makes a request for each who
 * asks while it has none, and where renewing fails it has none to give, although the one at hand is good for hours.
 */
export class SharedTokens implements TokenCredential {
  private readonly known = new Map<string, Known>();
  private readonly pending = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly credential: TokenCredential,
    private readonly clock: Clock,
  ) {}

  /** @throws TransientError when there is no token */
  getToken(scopes: string | string[]): Promise<AccessToken> {
    const scope = String(scopes);
    const known = this.known.get(scope);
    const now = this.clock.now();
    if (known && now < known.renewAt) return Promise.resolve(known.token);
    const request = this.pending.get(scope) ?? this.ask(scope);
    if (!known || now >= known.token.expiresOnTimestamp - SPARE_MS) return request;
    // Whoever comes next asks again.
    request.catch(() => undefined);
    return Promise.resolve(known.token);
  }

  private ask(scope: string): Promise<AccessToken> {
    const request = this.fetch(scope).finally(() => this.pending.delete(scope));
    this.pending.set(scope, request);
    return request;
  }

  private async fetch(scope: string): Promise<AccessToken> {
    const token = await this.credential.getToken(scope).catch((error: unknown) => {
      throw new TransientError(`no token for ${scope}: ${(error as Error).message}`, undefined, {
        cause: error,
      });
    });
    if (!token) throw new TransientError(`no token for ${scope}`);
    const now = this.clock.now();
    const life = token.expiresOnTimestamp - now;
    // The credential's own choice; else five minutes early, and short-lived ones at half of their time.
    const renewAt = token.refreshAfterTimestamp ?? now + Math.max(life - 300_000, life / 2);
    this.known.set(scope, { token, renewAt });
    return token;
  }
}

/**
 * The header that signs a request in.
 *
 * @param resource whose tokens are asked for: `https://management.azure.com`
 * @throws whatever the credential throws
 */
export async function bearer(credential: TokenCredential, resource: string): Promise<string> {
  return `Bearer ${await accessToken(credential, resource)}`;
}

/**
 * @param resource what the token is for, with or without a slash at its end
 * @throws whatever the credential throws
 */
export async function accessToken(credential: TokenCredential, resource: string): Promise<string> {
  const answer = await credential.getToken(`${resource.replace(/\/+$/, '')}/.default`);
  if (!answer) throw new TransientError(`no token for ${resource}`);
  return answer.token;
}
