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
  const several = lastCalls(call).length > 1;
  const ending = callEnding(ended);
  if (ending === 'declined') {
    // The code is that of the call. Which of several declined and who did not hear it ring, nobody says.
    return several && ended.code !== 0 && ended.subCode !== ALL_DECLINED ? 'unknown' : 'declined';
  }
  const reports = reportsParticipation(called.callee);
  if (ending === 'answered' && !several) return 'answered';
  if (several || ended.twoParty === false) {
    if (reports) return 'missed';
    return ending === 'unanswered' && nobodyAnswered(call) ? 'missed' : 'unknown';
  }
  if (ending === 'ordinary') return 'answered';
  if (ending === 'unanswered' || reports) return 'missed';
  const { durationSeconds } = ended;
  if (durationSeconds === 0) return 'missed';
  return durationSeconds !== undefined && durationSeconds > LONGEST_RING_S ? 'answered' : 'unknown';
}

/** "Call declined by all callee endpoints"; 5003 with code 0 says the same. */
const ALL_DECLINED = 10_024;

function nobodyAnswered(call: CallRecord): boolean {
  return lastCalls(call).every((called) => !hasAnswered(call, called));
}
