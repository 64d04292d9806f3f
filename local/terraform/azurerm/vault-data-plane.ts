import type { HttpMethods } from '@azure/core-rest-pipeline';
import { AzureError } from '../azure-errors';
import { ProviderError } from '../provider';
import type { AzurermSession } from './resource';

export const VAULT_API_VERSION = '7.4';

export interface VaultSecret {
  readonly id: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Record<string, string>;
  readonly attributes?: { readonly enabled?: boolean; readonly exp?: number; readonly nbf?: number };
}

/**
 * One request to a vault. It goes out without a token first: the vault's answer names whom it trusts, and only
 * then is it asked again with one. Undefined where nothing is found.
 */
export async function vault<T = VaultSecret>(
  session: AzurermSession & { readonly signal: AbortSignal },
  method: HttpMethods,
  url: string,
  body?: object,
): Promise<T | undefined> {
  const { client, signal } = session;
  const request = { method, url: `${url}?api-version=${VAULT_API_VERSION}`, signal };
  try {
    // Without the body, which is not for anybody who has not asked for a token.
    const scope = await challenge(() => client.sendSigned(request));
    if (scope === undefined)
      throw new ProviderError('No challenge', `${url} answered without asking for a token`);
    return (await client.send({ ...request, ...(body && { body }), scope })).body as T;
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return undefined;
    throw error;
  }
}

/** The scope of the token that a 401 asks for. */
async function challenge(send: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (!(error instanceof AzureError) || error.status !== 401) throw error;
    const resource = /(?:resource|scope)="?([^",\s]+)"?/.exec(
      error.response.headers['www-authenticate'] ?? '',
    )?.[1];
    if (!resource) {
      throw new ProviderError(
        'No challenge',
        `${error.message}\nthe answer has no WWW-Authenticate: Bearer resource="…"`,
      );
    }
    return resource.endsWith('/.default') ? resource : `${resource}/.default`;
  }
}
