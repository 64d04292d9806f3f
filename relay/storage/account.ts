import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
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
