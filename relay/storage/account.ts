import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Transport } from '../http';
import type { Clock } from '../ports';

/** A storage account, and what its clients reach it with. */
export interface StorageAccount {
  readonly name: string;
  /** The relay's own connections, kept alive. */
  readonly httpClient: HttpClient;
  /** The app's identity. */
  readonly credential: TokenCredential;
  readonly clock: Clock;
}

/** A storage account that Azure's clients reach by the relay's connections. */
export function storageAccount(
  name: string,
  {
    transport,
    credential,
    clock,
  }: {
    readonly transport: Pick<Transport, 'sdkClient'>;
    readonly credential: TokenCredential;
    readonly clock: Clock;
  },
): StorageAccount {
  return { name, httpClient: transport.sdkClient, credential, clock };
}
