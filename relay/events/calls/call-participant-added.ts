import type { RelayEvent } from '../../envelope';
import { maybeRawId, maybeText, shape } from '../../schema';
import type { Decision, DecisionPorts } from '../decision';
import { missedCallWithdrawn } from './missed';
import { hasAnswered, lastCalls } from './participation';
import { ringEnd } from './ring';
import { rememberStarter } from './starter';
import { verdictFor } from './verdict';

/** https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events */
const added = shape({ correlationId: maybeText('correlationId'), user: maybeRawId('user') });

/**
 * `CallParticipantAdded`: who answers on one device is to hear the ring no more on the others. When it comes after
 * `CallEnded`, what may have been said by mistake is taken back.
 */
export async function callParticipantAdded(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  const { correlationId, user } = added(event.data);
  await rememberStarter(event, ports);
  if (!correlationId || !user) return { notifications: [], because: 'no-push-for-type' };
  const call = await ports.calls.learn(correlationId, { joined: { user, at: event.time } });
  const called = lastCalls(call).find(({ callee }) => callee === user);
  if (!called || !hasAnswered(call, called)) return { notifications: [], because: 'no-push-for-type' };
  // What would have been said without this event.
  const before = verdictFor(
    { ...call, joined: new Map([...call.joined].filter(([who]) => who !== user)) },
    called,
  );
  if (before === 'missed')
    return { notifications: [missedCallWithdrawn(event, correlationId, call, called)] };
  const end = ringEnd(correlationId, call, called, 'answered');
  if (!called.rang || end.expiresAt <= ports.now()) return { notifications: [], because: 'no-push-for-type' };
  return { notifications: [end] };
}
