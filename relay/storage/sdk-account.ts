import type { Transport } from '../http';
import type { TokenSource } from '../identity';
import type { Clock } from '../ports';
import type { StorageAccount } from './account';

/** How long a token is given out as good for, in milliseconds: the source renews its own. */
const TOKEN_MS = 10 * 60_000;

/** A storage account that Azure's clients reach by the relay's connections, signed in to with its identity. */
export function storageAccount(
  name: string,
  tokens: TokenSource,
  transport: Pick<Transport, 'sdkClient'>,
  clock: Clock,
): StorageAccount {
  return {
    name,
    httpClient: transport.sdkClient,
    credential: {
      getToken: async () => ({
        token: await tokens.token('https://storage.azure.com/'),
        expiresOnTimestamp: Date.now() + TOKEN_MS,
      }),
    },
    clock,
  };
}
