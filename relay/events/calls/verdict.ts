import type { CallRecord } from '../../ports';
import { callEnding } from './call-end';
import { hasAnswered, lastCalls, reportsParticipation, type Called } from './participation';

/**
 * What became of a call for one of those who were called:
 * `open`, it goes on; `answered`; `declined`; `missed`; `unknown`, nothing can be said of it that is sure to be true.
 */
export type Verdict = 'open' | 'answered' | 'declined' | 'missed' | 'unknown';

/**
 * A call rings for two minutes at most, in seconds (subcode 10004): one that lasted longer was answered by somebody.
 * https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
 */
const LONGEST_RING_S = 120;

/** `docs/relay.md` has this as a table. */
export function verdictFor(call: CallRecord, called: Called): Verdict {
  if (hasAnswered(call, called)) return 'answered';
  const { ended } = call;
  if (!ended) return 'open';
  const among = lastCalls(call).length > 1 || ended.twoParty === false ? 'several' : 'two';
  const ending = callEnding(ended);
  const reports = reportsParticipation(called.callee);
  if (among === 'several') {
    // The code is that of the call. Which of several declined and who did not hear it ring, nobody says.
    if (ending === 'declined') return allDeclined(ended) ? 'declined' : 'unknown';
    if (reports) return 'missed';
    return ending === 'unanswered' && nobodyAnswered(call) ? 'missed' : 'unknown';
  }
  if (ending === 'declined') return 'declined';
  if (ending === 'answered' || ending === 'ordinary') return 'answered';
  if (ending === 'unanswered' || reports) return 'missed';
  const { durationSeconds } = ended;
  if (durationSeconds === 0) return 'missed';
  return durationSeconds !== undefined && durationSeconds > LONGEST_RING_S ? 'answered' : 'unknown';
}

/** Subcodes 5003 and 10024 speak of all who were called. */
function allDeclined({ subCode }: NonNullable<CallRecord['ended']>): boolean {
  return subCode === 5003 || subCode === 10_024;
}

function nobodyAnswered(call: CallRecord): boolean {
  return lastCalls(call).every((called) => !hasAnswered(call, called));
}
