import type { RelayEvent } from '../envelope';
import { PermanentError, TransientError } from '../errors';
import type { CallRecord } from '../ports';
import { maybeNumber, maybeRawId, maybeText, rawId, shape, text, within } from '../schema';
import { collapseId, MESSAGE_MS, type Decision, type DecisionPorts } from './decision';

/**
 * A call rings for 30 seconds, in milliseconds.
 * https://learn.microsoft.com/azure/communication-services/concepts/call-automation/incoming-call-notification
 */
export const RING_MS = 30_000;

/** How long a recording waits for the event that says who started its call, in milliseconds. */
const STARTER_MS = 15 * 60_000;

/** https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events */
const incoming = shape({
  callee: rawId('toCommunicationIdentifier', 'to'),
  caller: maybeRawId('fromCommunicationIdentifier', 'from'),
  callerName: maybeText('callerDisplayName'),
  correlationId: text('correlationId'),
});

const calling = shape({
  correlationId: maybeText('correlationId'),
  serverCallId: maybeText('serverCallId'),
  startedBy: maybeRawId('startedBy'),
});

const added = shape({ user: maybeRawId('user') });

const ended = shape({
  correlationId: text('correlationId'),
  code: within('reason', maybeNumber('code')),
});

const recording = shape({
  durationMs: maybeNumber('recordingDurationMs'),
});

/** `IncomingCall`: rings who is called, or says that a call was missed when it is over already. */
export async function incomingCall(event: RelayEvent, { calls }: DecisionPorts): Promise<Decision> {
  const { callee, caller = '', callerName = '', correlationId } = incoming(event.data);
  if (callee === caller) return { notifications: [], because: 'own' };
  const call = await calls.learn(correlationId, { called: { callee, caller, callerName } });
  if (call.ended) return missed(event, correlationId, call, callee);
  if (call.joined.has(callee)) return { notifications: [], because: 'answered' };
  const id = notificationId(correlationId);
  return {
    notifications: [
      {
        recipient: callee,
        kind: 'ring',
        template: 'incoming-call',
        parameters: { caller: callerName },
        expiresAt: event.time + RING_MS,
        collapseId: id,
        threadId: 'calls',
        // Without `incomingCallContext`: whoever holds that can answer the call.
        data: { event: 'IncomingCall', correlationId, caller, notificationId: id },
      },
    ],
  };
}

/** `CallEnded`: tells those who were called and did not take part. */
export async function callEnded(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  const { correlationId, code } = ended(event.data);
  await rememberStarter(event, ports);
  const call = await ports.calls.learn(correlationId, { ended: { at: event.time, code } });
  return missed(event, correlationId, call);
}

/** `CallStarted`: tells nobody; says who will be told of the call's recording. */
export async function callStarted(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  await rememberStarter(event, ports);
  return { notifications: [], because: 'no-push-for-type' };
}

/**
 * `CallParticipantAdded`: who took part has not missed the call. Tells nobody, unless it comes after `CallEnded`: then
 * what may have been said by mistake is taken back.
 */
export async function callParticipantAdded(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  const { correlationId } = calling(event.data);
  const { user } = added(event.data);
  await rememberStarter(event, ports);
  if (correlationId && user) {
    const call = await ports.calls.learn(correlationId, { joined: user });
    if (tellsMissed(call) && call.called.some(({ callee }) => callee === user)) {
      const id = notificationId(correlationId);
      return {
        notifications: [
          {
            slot: missedSlot(event, correlationId, call, user, 1),
            recipient: user,
            kind: 'background',
            parameters: {},
            expiresAt: event.time + MESSAGE_MS,
            collapseId: id,
            threadId: 'calls',
            data: { event: 'MissedCallWithdrawn', correlationId, notificationId: id },
          },
        ],
      };
    }
  }
  return { notifications: [], because: 'no-push-for-type' };
}

/**
 * `RecordingFileStatusUpdated`: tells who started the call that its recording is ready. The event itself names
 * nobody; other events of the same call do.
 */
export async function recordingFileStatusUpdated(
  event: RelayEvent,
  { calls, now }: DecisionPorts,
): Promise<Decision> {
  const { durationMs = 0 } = recording(event.data);
  const [, serverCallId, recordingId] =
    /\/serverCallId\/([^/]+)\/recordingId\/([^/]+)/i.exec(event.subject) ?? [];
  if (!serverCallId || !recordingId) {
    throw new PermanentError('invalid-data', `'subject' must name serverCallId and recordingId`);
  }
  const { startedBy } = await calls.learn(serverCallId, {});
  if (!startedBy) {
    if (now() - event.time < STARTER_MS) {
      throw new TransientError('who started the recorded call is not known yet');
    }
    throw new PermanentError(
      'no-recipient',
      'nobody to tell of the recording: no CallStarted or CallEnded event named who started the call',
    );
  }
  const id = collapseId('recording', recordingId);
  return {
    notifications: [
      {
        recipient: startedBy,
        kind: 'message',
        template: 'recording-file-status-updated',
        parameters: { minutes: String(Math.max(1, Math.round(durationMs / 60_000))) },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: id,
        threadId: 'recordings',
        data: { event: 'RecordingFileStatusUpdated', recordingId, notificationId: id },
      },
    ],
  };
}

async function rememberStarter(event: RelayEvent, { calls }: DecisionPorts): Promise<void> {
  const { serverCallId, startedBy } = calling(event.data);
  if (serverCallId && startedBy) await calls.learn(serverCallId, { startedBy });
}

/** @param only the one who may be told; without, everybody who was called */
function missed(event: RelayEvent, correlationId: string, call: CallRecord, only?: string): Decision {
  const callees = tellsMissed(call)
    ? call.called.filter(({ callee }) => (only ?? callee) === callee && !call.joined.has(callee))
    : [];
  const id = notificationId(correlationId);
  return {
    because: call.called.length > 0 ? 'answered' : 'call-over',
    notifications: callees.map(({ callee, caller, callerName }) => ({
      slot: missedSlot(event, correlationId, call, callee, 0),
      recipient: callee,
      kind: 'message',
      template: 'missed-call',
      parameters: { caller: callerName },
      expiresAt: event.time + MESSAGE_MS,
      // The ring's own id: it takes the ring's place on the device.
      collapseId: id,
      threadId: 'calls',
      data: { event: 'MissedCall', correlationId, caller, notificationId: id },
    })),
  };
}

/** An ordinary end means that somebody was there to end it. */
function tellsMissed({ ended }: CallRecord): boolean {
  return ended !== undefined && ended.code !== 0;
}

/**
 * `IncomingCall` and `CallEnded` can both find that somebody missed the call. Who took part after all has the later
 * version, so that the notification does not follow its own withdrawal.
 */
function missedSlot(
  event: RelayEvent,
  correlationId: string,
  call: CallRecord,
  user: string,
  version: 0 | 1,
) {
  return { key: `missed\n${correlationId}\n${user}`, version, day: call.ended?.at ?? event.time };
}

function notificationId(correlationId: string): string {
  return collapseId('call', correlationId);
}
