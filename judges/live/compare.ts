import { isSettled, type Assumption } from './assumption';
import { NotSettled } from './not-settled';
import type { World } from './world';

/** What came of one assumption. */
export interface Finding {
  readonly assumption: Assumption;
  readonly verdict: 'same' | 'other' | 'not settled';
  /** What local Azure answered, and the other one; unset where there was no answer. */
  readonly local?: string;
  readonly real?: string;
  /** Why it is not settled, or what is left open. */
  readonly note?: string;
}

/** Questions that are asked at the same time: most of the time goes into waiting. */
const AT_A_TIME = 4;

export interface Compared {
  readonly local: World;
  readonly real: World;
  /** Told of each finding as it comes. */
  readonly onFinding?: (finding: Finding) => void;
  /** Ends the questions that are still open; what was found stays. */
  readonly deadline?: AbortSignal;
}

/**
 * Asks both Azures, in the order of the assumptions.
 * @throws the reason of a world's signal, when it aborts before the deadline does
 */
export async function compare(assumptions: readonly Assumption[], worlds: Compared): Promise<Finding[]> {
  const findings = new Map<Assumption, Finding>();
  const waiting = assumptions.values();
  const work = async () => {
    for (const assumption of waiting) {
      const finding = await find(assumption, worlds);
      findings.set(assumption, finding);
      worlds.onFinding?.(finding);
    }
  };
  // Whoever is stopped has ended all requests before the caller cleans up.
  const ended = await Promise.allSettled(Array.from({ length: AT_A_TIME }, work));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return assumptions.map((assumption) => findings.get(assumption)!);
}

async function find(assumption: Assumption, { local, real, deadline }: Compared): Promise<Finding> {
  const { kit } = assumption;
  if (!isSettled(kit)) return { assumption, verdict: 'not settled', note: kit.unsettled };
  const ask = (world: World) => answerOf(() => kit.settle(world), deadline);
  const [mine, theirs] = await Promise.all([ask(local), ask(real)]);
  const answers = {
    assumption,
    ...('answer' in mine ? { local: mine.answer } : {}),
    ...('answer' in theirs ? { real: theirs.answer } : {}),
  };
  if ('reason' in theirs) return { ...answers, verdict: 'not settled', note: theirs.reason };
  if ('reason' in mine) return { ...answers, verdict: 'not settled', note: `in local Azure: ${mine.reason}` };
  return {
    ...answers,
    verdict: mine.answer === theirs.answer ? 'same' : 'other',
    ...(kit.leavesOpen === undefined ? {} : { note: `leaves open ${kit.leavesOpen}` }),
  };
}

async function answerOf(
  settle: () => Promise<string>,
  deadline: AbortSignal | undefined,
): Promise<{ answer: string } | { reason: string }> {
  try {
    deadline?.throwIfAborted();
    return { answer: await settle() };
  } catch (error) {
    if (deadline?.aborted) return { reason: 'the time was over' };
    if (error instanceof NotSettled) return { reason: error.message };
    if ((error as { name?: string }).name === 'AbortError') throw error;
    return { reason: `no answer: ${(error as Error).name}` };
  }
}
