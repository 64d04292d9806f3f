import type { Check } from './check';
import { CONFIG_CHECKS, OPTIONAL_CHECKS } from './checks';

/**
 * - `live`: a call was seen going through the link
 * - `settled`: every check passes and the window has closed
 * - `settling`: nothing is wrong, but the window is open or an answer is outstanding
 * - `unproven`: nothing was seen to be wrong, but something could not be read, and waiting will not change that
 * - `broken`: a check failed
 */
export type VerdictName = 'live' | 'settled' | 'settling' | 'unproven' | 'broken';

/** How much proof is asked for: the configuration, the closed window, or a call. */
export type ProofLevel = 'config' | 'settled' | 'live';

export const PROOF_LEVELS: readonly ProofLevel[] = ['config', 'settled', 'live'];

export interface Verdict {
  readonly name: VerdictName;
  /** What to do: of the first failed check, or the first that could not be read. */
  readonly remedy?: string;
}

/** The verdict is a function of the checks alone. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const first = (status: Check['status']) =>
    checks.find((check) => check.status === status && (status === 'fail' || !OPTIONAL_CHECKS.has(check.id)));
  const failed = first('fail');
  if (failed) return withRemedy('broken', failed);
  if (checks.some(({ id, status }) => id === 'seen-live' && status === 'pass')) return { name: 'live' };
  if (checks.some(({ status }) => status === 'waiting')) return { name: 'settling' };
  const unread = first('unknown');
  if (unread) return withRemedy('unproven', unread);
  return { name: 'settled' };
}

/** Whether that is as much proof as was asked for. */
export function isProved(verdict: VerdictName, checks: readonly Check[], level: ProofLevel): boolean {
  if (verdict === 'broken') return false;
  if (level === 'config') {
    return checks.every(({ id, status }) => !CONFIG_CHECKS.has(id) || status === 'pass');
  }
  return verdict === 'live' || (level === 'settled' && verdict === 'settled');
}

function withRemedy(name: VerdictName, check: Check): Verdict {
  return { name, ...(check.remedy === undefined ? {} : { remedy: check.remedy }) };
}
