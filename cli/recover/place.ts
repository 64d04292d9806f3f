import type { AzureReader } from '../../link';
import type { InitializedStack } from '../stacks';

/** What a recovery works with. */
export interface RecoveryPlace extends InitializedStack {
  readonly azure: AzureReader;
  /** Addresses that are taken although they may be somebody else's. */
  readonly also: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  onProgress(message: string): void;
}
