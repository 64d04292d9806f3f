import { randomUUID } from 'node:crypto';

/** An event as Event Grid delivers it. */
export type SampleEvent = Readonly<Record<string, unknown>>;

/** Whom a sample is for, and what of it shows in preferences. */
export interface SampleOf {
  /** Raw id of who is to be told. */
  readonly user: string;
  /** Source of the events: the Communication Services resource. */
  readonly sourceId: string;
  /** The chat thread that events of chat are of. */
  readonly threadId: string;
  /** When it happens, in milliseconds since the epoch. */
  readonly now: number;
}

/** Somebody who does not exist, so that no app opens a conversation with a person. */
const OTHER = '8:acs:00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-00000000a11c';
const OTHER_NAME = 'Alice Sample';

/** Event types that a sample push can be made of, without `Microsoft.Communication.`. */
export const SAMPLE_EVENTS = [
  'IncomingCall',
  'CallEnded',
  'ChatMessageReceived',
  'ChatMessageEdited',
  'ChatMessageDeleted',
  'ChatThreadCreatedWithUser',
  'SMSReceived',
  'RecordingFileStatusUpdated',
] as const;

export type SampleEventName = (typeof SAMPLE_EVENTS)[number];

/**
 * Events of one kind with made-up contents, in the shapes of the documentation. The last one is of that kind; those
 * before it say what it does not: who was called, who started the call.
 * https://learn.microsoft.com/azure/event-grid/event-schema-communication-services
 */
export function sampleEvents(name: SampleEventName, of: SampleOf): readonly SampleEvent[] {
  const { user, sourceId, threadId } = of;
  const time = new Date(of.now).toISOString();
  const id = randomUUID();
  const event = (type: string, subject: string, data: Record<string, unknown>): SampleEvent => ({
    id: randomUUID(),
    topic: sourceId,
    subject,
    eventType: `Microsoft.Communication.${type}`,
    eventTime: time,
    dataVersion: '1.0',
    metadataVersion: '1',
    data,
  });
  const chat = (text?: string) =>
    event(name, `thread/${threadId}/sender/${OTHER}/recipient/${user}`, {
      ...(text !== undefined && { messageBody: text }),
      messageId: String(of.now),
      type: 'Text',
      version: of.now,
      senderDisplayName: OTHER_NAME,
      senderCommunicationIdentifier: { rawId: OTHER },
      recipientCommunicationIdentifier: { rawId: user },
      composeTime: time,
      threadId,
      transactionId: id,
    });
  const incomingCall = event('IncomingCall', `/caller/${OTHER}/recipient/${user}`, {
    toCommunicationIdentifier: { rawId: user },
    fromCommunicationIdentifier: { rawId: OTHER },
    callerDisplayName: OTHER_NAME,
    serverCallId: id,
    correlationId: id,
    incomingCallContext: '',
  });
  switch (name) {
    case 'IncomingCall':
      return [incomingCall];
    case 'CallEnded':
      return [
        incomingCall,
        event('CallEnded', `call/${id}`, {
          serverCallId: id,
          correlationId: id,
          startedBy: { communicationIdentifier: { rawId: OTHER } },
          reason: { code: 487, subCode: 0, phrase: 'nobody answered' },
        }),
      ];
    case 'ChatMessageReceived':
      return [chat('This is a sample message')];
    case 'ChatMessageEdited':
      return [chat('This is a sample message, edited')];
    case 'ChatMessageDeleted':
      return [chat()];
    case 'ChatThreadCreatedWithUser':
      return [
        event(name, `thread/${threadId}/createdBy/${OTHER}/recipient/${user}`, {
          threadId,
          createdByCommunicationIdentifier: { rawId: OTHER },
          recipientCommunicationIdentifier: { rawId: user },
          properties: { topic: 'Sample conversation' },
          participants: [{ displayName: OTHER_NAME, participantCommunicationIdentifier: { rawId: OTHER } }],
          createTime: time,
        }),
      ];
    case 'SMSReceived':
      return [
        event(name, `/phonenumber/${user}`, {
          messageId: `Incoming_${id}`,
          from: '+15555550100',
          to: user.replace(/^4:/, ''),
          message: 'This is a sample message',
          receivedTimestamp: time,
        }),
      ];
    case 'RecordingFileStatusUpdated':
      return [
        event('CallStarted', `call/${id}/startedBy/${user}`, {
          serverCallId: id,
          correlationId: id,
          startedBy: { communicationIdentifier: { rawId: user } },
        }),
        event(name, `/recording/call/${id}/serverCallId/${id}/recordingId/${id}`, {
          recordingStorageInfo: { recordingChunks: [] },
          recordingStartTime: time,
          recordingDurationMs: 60_000,
          sessionEndReason: 'CallEnded',
        }),
      ];
  }
}
