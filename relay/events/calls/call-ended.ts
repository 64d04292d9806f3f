import type { RelayEvent } from '../../envelope';
import type { Notification } from '../../notification';
import type { CallRecord } from '../../ports';
import { maybeBoolean, maybeNumber, shape, text, within } from '../../schema';
import type { Decision, DecisionPorts } from '../decision';
import { missedCall } from './missed';
import { hasAnswered, lastCalls, type Called } from './participation';
import { ringEnd } from './ring';
import { rememberStarter } from './starter';
import { verdictFor, type Verdict } from './verdict';

/**
 * https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events
 * The duration has another name in the page's sample than in the SDKs, and the sample has no reason.
 */
const ended = shape({
  correlationId: text('correlationId'),
  code: within('reason', maybeNumber('code')),
  subCode: within('reason', maybeNumber('subCode')),
  durationSeconds: maybeNumber('durationOfCall', 'callDurationInSeconds'),
  twoParty: maybeBoolean('isTwoParty'),
});

/** `CallEnded`: ends the rings of those who did not answer, and tells those who missed the call. */
export async function callEnded(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  const { correlationId, ...how } = ended(event.data);
  await rememberStarter(event, ports);
  const call = await ports.calls.learn(correlationId, { ended: { at: event.time, ...how } });
  const last = lastCalls(call);
  const notifications = last.flatMap((called) => told(event, correlationId, call, called, ports.now()));
  return { because: because(last[0] && verdictFor(call, last[0])), notifications };
}

function because(verdict: Verdict | undefined): Decision['because'] {
  if (verdict === undefined) return 'call-over';
  if (verdict === 'declined') return 'declined';
  return verdict === 'unknown' ? 'not-known' : 'answered';
}

function told(
  event: RelayEvent,
  correlationId: string,
  call: CallRecord,
  called: Called,
  now: number,
): Notification[] {
  const verdict = verdictFor(call, called);
  if (verdict === 'missed') return [missedCall(event, correlationId, call, called)];
  // Whose answer was reported has been told by that report.
  if (hasAnswered(call, called)) return [];
  const end = ringEnd(correlationId, call, called, verdict === 'declined' ? 'declined' : 'ended');
  return called.rang && end.expiresAt > now ? [end] : [];
}
