import { seededRandom } from '../../../local/azure/core/random';

/** What goes wrong with a request. */
export type Fault =
  /** Refused, nothing was done. Within: a transaction is answered with 202 that holds the refusal. */
  | {
      readonly kind: 'refused';
      readonly status: 500 | 503;
      readonly retryAfterSeconds?: number;
      readonly within?: boolean;
    }
  /** An error although it was carried out. */
  | { readonly kind: 'failed'; readonly status: 500 | 503 }
  /** The connection is gone, before or after the request was carried out. */
  | { readonly kind: 'lost'; readonly carriedOut: boolean }
  /** Answered after a long time, and carried out at its beginning or its end. */
  | { readonly kind: 'hanging'; readonly forMs: number; readonly carriedOut: 'first' | 'last' };

/** `share` of all requests, 0 to 1, have this fault. */
export interface FaultShare {
  readonly share: number;
  readonly fault: Fault;
}

/** Deals out faults, the same ones to the same sequence of requests. */
export function faultsFrom(seed: number, shares: readonly FaultShare[]): () => Fault | undefined {
  const random = seededRandom(seed);
  return () => {
    let drawn = random();
    for (const { share, fault } of shares) {
      if (drawn < share) return fault;
      drawn -= share;
    }
    return undefined;
  };
}
