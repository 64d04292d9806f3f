import { cleanLine } from '../../clean-text';
import type { RelayEvent } from '../../envelope';
import type { CallRecord } from '../../ports';
import { maybeRawId, maybeText, rawId, shape, text } from '../../schema';
import type { Decision, DecisionPorts } from '../decision';
import { missedCall } from './missed';
import { hasAnswered, lastCalls, type Called } from './participation';
import { ring, RING_MS, ringOf } from './ring';
import { verdictFor } from './verdict';

/** https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events */
const incoming = shape({
  callee: rawId('toCommunicationIdentifier', 'to'),
  caller: maybeRawId('fromCommunicationIdentifier', 'from'),
  callerName: maybeText('callerDisplayName'),
  correlationId: text('correlationId'),
});

/** `IncomingCall`: rings who is called, or says that a call was missed when it is over already. */
export async function incomingCall(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  const { callee, caller = '', callerName = '', correlationId } = incoming(event.data);
  if (callee === caller) return { notifications: [], because: 'own' };
  const { call, called } = await whoIsCalled(ports, correlationId, {
    callee,
    caller,
    // As it can be shown: a name that nobody can see is none, and a row of a table holds no name without end.
    callerName: cleanLine(callerName),
    at: event.time,
  });
  if (!call.ended) {
    if (hasAnswered(call, called)) return { notifications: [], because: 'answered' };
    return { notifications: [ring(correlationId, call, called)] };
  }
  // That one more was called can say of the others too that they missed it.
  const missed = lastCalls(call).filter((one) => verdictFor(call, one) === 'missed');
  return {
    because: 'call-over',
    notifications: missed.map((one) => missedCall(event, correlationId, call, one)),
  };
}

/**
 * Remembers who is called, and that a ring was or will be sent: by an earlier attempt too, which may have reached some
 * of the devices. Where no ring is sent there is none to end.
 */
async function whoIsCalled(
  ports: DecisionPorts,
  correlationId: string,
  one: Omit<Called, 'rang'>,
): Promise<{ call: CallRecord; called: Called }> {
  const { calls } = ports;
  const known = await calls.learn(correlationId, {});
  const before = known.called.find(({ callee, at }) => callee === one.callee && at === one.at);
  const rang = before?.rang || (await rings(known, one, ports));
  if (before?.rang === rang) return { call: known, called: before };
  const called = { ...one, rang };
  return { call: await calls.learn(correlationId, { called }), called };
}

/** Whether a ring will be sent now. */
async function rings(call: CallRecord, one: Omit<Called, 'rang'>, ports: DecisionPorts): Promise<boolean> {
  if (call.ended || hasAnswered(call, one) || one.at + RING_MS <= ports.now()) return false;
  return ports.wants(ringOf(one.callee));
}
