import type { AzureReader } from '../../link';
import type { Terraform } from '../terraform';

/** What a recovery works with. */
export interface RecoveryPlace {
  /** In the stack's folder, with its providers. */
  readonly terraform: Terraform;
  readonly azure: AzureReader;
  /** File that plans are kept in. */
  readonly planFile: string;
  /** Addresses that are taken although they may be somebody else's. */
  readonly also: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  onProgress(message: string): void;
}
