import type { Random } from '../../core/random';

/** What share of requests goes wrong, and how. All percentages are of all requests, 0 when left out. */
export interface Faults {
  /**
   * Only sends of these formats go wrong (header `ServiceBusNotification-Format`): `apple`, `fcmv1`, …; without it, all
   * requests.
   */
  readonly formats?: readonly string[];
  /** Answered 429 with Retry-After. */
  readonly throttledPercent?: number;
  /** Seconds that Retry-After names; default 1. */
  readonly retryAfterSeconds?: number;
  /** Answered `refusedStatus` without having done anything. */
  readonly refusedPercent?: number;
  /** 400 to 499; default 400. */
  readonly refusedStatus?: number;
  /** Answered 500 without having done anything. */
  readonly failedPercent?: number;
  /** Done, and answered 500 all the same: what makes a client's retry a duplicate. */
  readonly lostAnswerPercent?: number;
  /** Not answered for `timeoutSeconds`, and then 503 without having done anything. */
  readonly timeoutPercent?: number;
  /** Seconds of Azure's time; default 60. */
  readonly timeoutSeconds?: number;
}

export type Fault = 'throttled' | 'refused' | 'failed' | 'lostAnswer' | 'timeout';

export function pickFault(faults: Faults, random: Random): Fault | undefined {
  let roll = random() * 100;
  const shares: [Fault, number][] = [
    ['throttled', faults.throttledPercent ?? 0],
    ['failed', faults.failedPercent ?? 0],
    ['lostAnswer', faults.lostAnswerPercent ?? 0],
    ['timeout', faults.timeoutPercent ?? 0],
    ['refused', faults.refusedPercent ?? 0],
  ];
  for (const [fault, share] of shares) {
    if (roll < share) return fault;
    roll -= share;
  }
  return undefined;
}
