import type { Check } from './check';
import { CONFIG_CHECKS, DELIVERY_CHECKS, OPTIONAL_CHECKS } from './checks';
import { id as WINDOW } from './checks/link-window';

/**
 * - `live`: a push was seen going through to a device, and every check passes
 * - `settled`: every check passes and the window has closed
 * - `settling`: nothing is wrong, but the window is open or an answer is outstanding
 * - `undelivered`: a call reached the hub and the push service refused it; nothing else is wrong
 * - `unproven`: nothing was seen to be wrong, but something could not be read, and waiting will not change that
 * - `broken`: a check failed
 */
export type VerdictName = 'live' | 'settled' | 'settling' | 'undelivered' | 'unproven' | 'broken';

/** How much proof is asked for: the configuration, the closed window, or a delivery. */
export type ProofLevel = 'config' | 'settled' | 'live';

/** The levels of proof, each with all that the one before asks. */
export const PROOF_LEVELS: readonly ProofLevel[] = ['config', 'settled', 'live'];

export interface Verdict {
  readonly name: VerdictName;
  /** What to do: of the first failed check, or the first that could not be read. */
  readonly remedy?: string;
}

const OF_DELIVERY: ReadonlySet<string> = new Set(Object.values(DELIVERY_CHECKS));

/** The verdict is a function of the checks alone. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const failed = checks.find(({ id, status }) => status === 'fail' && !OF_DELIVERY.has(id));
  if (failed) return withRemedy('broken', failed);
  const refused = checks.find(({ id, status }) => status === 'fail' && id === DELIVERY_CHECKS.deliveries);
  if (refused) return withRemedy('undelivered', refused);
  const seen = checks.find(({ id }) => id === DELIVERY_CHECKS.seenLive);
  const needed = checks.filter(({ id }) => !OPTIONAL_CHECKS.has(id));
  const delivered = seen?.status === 'pass';
  // A delivery through this link is more than a window that has its time still to run, and no more than that: what has
  // changed since, and the other push service, are proved by other checks.
  const waiting = needed.filter(({ id, status }) => status === 'waiting' && !(delivered && id === WINDOW));
  const unread = needed.find(({ status }) => status === 'unknown');
  if (waiting.length > 0) return { name: 'settling' };
  if (unread) return withRemedy('unproven', unread);
  if (delivered) return { name: 'live' };
  if (seen?.status === 'fail') return withRemedy('undelivered', seen);
  return { name: 'settled' };
}

/** Whether that is as much proof as was asked for. */
export function isProved(verdict: VerdictName, checks: readonly Check[], level: ProofLevel): boolean {
  if (verdict === 'broken') return false;
  if (level === 'config') {
    return checks.every(({ id, status }) => !CONFIG_CHECKS.has(id) || status === 'pass');
  }
  if (verdict === 'live') return true;
  if (level === 'live') return false;
  // That a single device got nothing says nothing against the link: the call has come through it.
  const alarming = checks.some(({ id, status }) => id === DELIVERY_CHECKS.deliveries && status === 'fail');
  return verdict === 'settled' || (verdict === 'undelivered' && !alarming);
}

function withRemedy(name: VerdictName, check: Check): Verdict {
  return { name, ...(check.remedy === undefined ? {} : { remedy: check.remedy }) };
}
