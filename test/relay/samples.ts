import { randomUUID } from 'node:crypto';

const RESOURCE = '1a2b3c4d-0000-4000-8000-000000000001';
export const ALICE = `8:acs:${RESOURCE}_0000001a-aaaa-bbbb-cccc-000000000001`;
export const BOB = `8:acs:${RESOURCE}_0000001a-aaaa-bbbb-cccc-000000000002`;
export const CAROL = `8:acs:${RESOURCE}_0000001a-aaaa-bbbb-cccc-000000000003`;

export interface EventGridEvent {
  id: string;
  topic: string;
  subject: string;
  eventType: string;
  eventTime: string;
  dataVersion: string;
  metadataVersion: string;
  data: Record<string, unknown>;
}

type Data = Record<string, unknown>;

export const identifier = (rawId: string) => ({
  kind: 'communicationUser',
  rawId,
  communicationUser: { id: rawId },
});

const participant = (rawId: string) => ({ communicationIdentifier: identifier(rawId), role: 'Attendee' });

let counter = 0;
const unique = () => String(1_613_694_358_927 + ++counter);

/** Samples of events of one resource, in the shapes that Azure's documentation shows; no two have the same ids. */
export class Samples {
  constructor(
    private readonly topic: string,
    private readonly now: () => number = Date.now,
  ) {}

  event(type: string, data: Data, over: Partial<EventGridEvent> = {}): EventGridEvent {
    return {
      id: randomUUID(),
      topic: this.topic,
      subject: 'thread/19:abc@thread.v2',
      eventType: `Microsoft.Communication.${type}`,
      eventTime: new Date(this.now()).toISOString(),
      dataVersion: '1.0',
      metadataVersion: '1',
      data,
      ...over,
    };
  }

  private chat(over: Data): Data {
    const messageId = unique();
    return {
      messageId,
      type: 'Text',
      version: Number(messageId),
      senderId: ALICE,
      senderDisplayName: 'Alice',
      senderCommunicationIdentifier: identifier(ALICE),
      composeTime: new Date(this.now()).toISOString(),
      threadId: '19:abc@thread.v2',
      transactionId: 'oh+LGB2dUUadMcTAdRWQxQ.1.1.1.1.1827536918.1.7',
      recipientId: BOB,
      recipientCommunicationIdentifier: identifier(BOB),
      ...over,
    };
  }

  chatMessageReceived(over: Data = {}): EventGridEvent {
    const data = this.chat({ messageBody: 'See you at nine', metadata: { key: 'value' }, ...over });
    return this.event('ChatMessageReceived', data);
  }

  chatMessageEdited(over: Data = {}): EventGridEvent {
    const data = this.chat({
      messageBody: 'See you at ten',
      editTime: new Date(this.now()).toISOString(),
      ...over,
    });
    return this.event('ChatMessageEdited', data);
  }

  chatMessageDeleted(over: Data = {}): EventGridEvent {
    return this.event(
      'ChatMessageDeleted',
      this.chat({ deleteTime: new Date(this.now()).toISOString(), ...over }),
    );
  }

  chatThreadCreatedWithUser(over: Data = {}): EventGridEvent {
    return this.event('ChatThreadCreatedWithUser', {
      createdBy: ALICE,
      createdByCommunicationIdentifier: identifier(ALICE),
      properties: { topic: 'Holidays' },
      members: [{ displayName: 'Alice', memberId: ALICE }],
      participants: [
        { displayName: 'Alice', participantCommunicationIdentifier: identifier(ALICE) },
        { displayName: 'Bob', participantCommunicationIdentifier: identifier(BOB) },
      ],
      createTime: new Date(this.now()).toISOString(),
      version: Number(unique()),
      recipientId: BOB,
      recipientCommunicationIdentifier: identifier(BOB),
      transactionId: 'zbZt+9h/N0em+XCW2QvyIA.1.1.1.1.1737228330.0.1737490483.1.6',
      threadId: `19:${unique()}@thread.v2`,
      ...over,
    });
  }

  incomingCall(over: Data = {}): EventGridEvent {
    return this.event(
      'IncomingCall',
      {
        to: identifier(BOB),
        toCommunicationIdentifier: identifier(BOB),
        from: identifier(ALICE),
        fromCommunicationIdentifier: identifier(ALICE),
        serverCallId: 'tob2JIV0wzOHdab3dWcGVWZmsrL2QxYVZnQ2U1bVVLQTh1T056YmpvdXdnQjNzZTlnTEhj',
        callerDisplayName: 'Alice',
        incomingCallContext: 'a context with which the call can be answered',
        correlationId: randomUUID(),
        customContext: { sipHeaders: {}, voipHeaders: {} },
        ...over,
      },
      { subject: `/caller/${ALICE}/recipient/${BOB}` },
    );
  }

  private calling(over: Data): Data {
    return {
      startedBy: participant(ALICE),
      serverCallId: `server-call-${unique()}`,
      group: { id: '00000000-0000-0000-0000-000000000000' },
      room: { id: '{roomId}' },
      isTwoParty: false,
      correlationId: randomUUID(),
      isRoomsCall: false,
      ...over,
    };
  }

  callStarted(over: Data = {}): EventGridEvent {
    return this.event('CallStarted', this.calling(over), {
      subject: `call/{serverCallId}/startedBy/${ALICE}`,
    });
  }

  callEnded(over: Data = {}): EventGridEvent {
    return this.event('CallEnded', this.calling({ durationOfCall: 31.7, ...over }), {
      subject: 'call/{serverCallId}',
    });
  }

  callParticipantAdded(over: Data = {}): EventGridEvent {
    const data = this.calling({
      user: participant(BOB),
      displayName: 'Bob',
      participantId: randomUUID(),
      endpointType: 'web',
      ...over,
    });
    return this.event('CallParticipantAdded', data, { subject: `call/{serverCallId}/participant/${BOB}` });
  }

  callParticipantRemoved(over: Data = {}): EventGridEvent {
    const data = this.calling({
      user: participant(BOB),
      displayName: 'Bob',
      participantId: randomUUID(),
      ...over,
    });
    return this.event('CallParticipantRemoved', data, { subject: `call/{serverCallId}/participant/${BOB}` });
  }

  smsReceived(over: Data = {}): EventGridEvent {
    const messageId = `Incoming_${unique()}`;
    return this.event(
      'SMSReceived',
      {
        messageId,
        from: '15555550100',
        to: '15555550199',
        message: 'Great to connect',
        receivedTimestamp: new Date(this.now()).toISOString(),
        segmentCount: 1,
        ...over,
      },
      { subject: '/phonenumber/15555550199' },
    );
  }

  recordingFileStatusUpdated(serverCallId: string, over: Data = {}): EventGridEvent {
    return this.event(
      'RecordingFileStatusUpdated',
      {
        recordingStorageInfo: {
          recordingChunks: [
            { documentId: '0-eus-d12', index: 0, endReason: 'SessionEnded', contentLocation: 'https://…' },
          ],
        },
        recordingStartTime: new Date(this.now()).toISOString(),
        recordingDurationMs: 662_000,
        sessionEndReason: 'CallEnded',
        ...over,
      },
      { subject: `/recording/call/{callId}/serverCallId/${serverCallId}/recordingId/recording-${unique()}` },
    );
  }

  /** One of each kind that a push is made of. */
  all(): EventGridEvent[] {
    return [
      this.chatMessageReceived(),
      this.chatMessageEdited(),
      this.chatMessageDeleted(),
      this.chatThreadCreatedWithUser(),
      this.incomingCall(),
      this.callStarted(),
      this.callEnded(),
      this.callParticipantAdded(),
      this.callParticipantRemoved(),
      this.smsReceived(),
      this.recordingFileStatusUpdated('server-call'),
    ];
  }
}

/** The same event as Event Grid delivers it in the CloudEvents schema. */
export function asCloudEvent(e: EventGridEvent): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: e.id,
    source: e.topic,
    subject: e.subject,
    type: e.eventType,
    time: e.eventTime,
    datacontenttype: 'application/json',
    data: e.data,
  };
}
