import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { AuthenticationError } from '@azure/identity';
import type { AccessToken, GetTokenOptions, TokenCredential } from '../token-credential';
import type { NetworkWatch } from './watch';

/** Source: hashicorp/go-azure-sdk, sdk/auth/managed_identity_authorizer.go. */
const API_VERSION = '2018-02-01';

/**
 * A managed identity asked where ARM_MSI_ENDPOINT says, by the request that azurerm sends there.
 * `ManagedIdentityCredential` looks for endpoints by itself and takes none.
 */
export class CustomManagedIdentity implements TokenCredential {
  constructor(
    private readonly endpoint: string,
    private readonly asked: { readonly apiVersion?: string; readonly clientId?: string },
    private readonly watch: NetworkWatch,
  ) {}

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const url = new URL(this.endpoint);
    url.searchParams.set('api-version', this.asked.apiVersion ?? API_VERSION);
    url.searchParams.set('resource', [scopes].flat()[0]!.replace(/\/\.default$/, ''));
    if (this.asked.clientId) url.searchParams.set('client_id', this.asked.clientId);
    const response = await this.watch.send(
      createPipelineRequest({
        url: url.href,
        headers: createHttpHeaders({ metadata: 'true' }),
        allowInsecureConnection: true,
        ...(options.abortSignal ? { abortSignal: options.abortSignal } : {}),
      }),
    );
    const answer = parse(response.bodyAsText);
    if (response.status >= 300 || !answer.access_token) {
      throw new AuthenticationError(response.status, {
        error: 'no_token',
        error_description: `${url.host} answered ${response.status} without a token: ${answer.error_description ?? answer.message ?? ''}`,
      });
    }
    return { token: answer.access_token, expiresOnTimestamp: expiryOf(answer) };
  }
}

interface Answer {
  readonly access_token?: string;
  /** Seconds since the epoch; on App Service only. */
  readonly expires_on?: string | number;
  /** Seconds from now. */
  readonly expires_in?: string | number;
  readonly error_description?: string;
  readonly message?: string;
}

function expiryOf({ expires_on: on, expires_in: seconds }: Answer): number {
  if (Number(seconds) > 0) return Date.now() + Number(seconds) * 1000;
  return Number(on) > 0 ? Number(on) * 1000 : Date.now();
}

function parse(text: string | null | undefined): Answer {
  try {
    return JSON.parse(text ?? '{}') as Answer;
  } catch {
    return {};
  }
}
