import { SOURCE } from './stand-in';

export const ALICE = '8:acs:1a2b3c4d-0000-4000-8000-000000000001_0000001a-aaaa-bbbb-cccc-000000000001';
export const BOB = '8:acs:1a2b3c4d-0000-4000-8000-000000000001_0000001a-aaaa-bbbb-cccc-000000000002';

const identifier = (rawId: string) => ({
  kind: 'communicationUser',
  rawId,
  communicationUser: { id: rawId },
});

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

export function event(
  type: string,
  data: Record<string, unknown>,
  over: Partial<EventGridEvent> = {},
): EventGridEvent {
  return {
    id: '6d1c5b0e-0000-4000-8000-000000000001',
    topic: SOURCE,
    subject: 'thread/19:abc@thread.v2',
    eventType: `Microsoft.Communication.${type}`,
    eventTime: new Date().toISOString(),
    dataVersion: '1.0',
    metadataVersion: '1',
    data,
    ...over,
  };
}

export function chatMessageReceived(over: Record<string, unknown> = {}): EventGridEvent {
  return event('ChatMessageReceived', {
    messageBody: 'See you at nine',
    messageId: '1613694358927',
    type: 'Text',
    version: 1613694358927,
    senderDisplayName: 'Alice',
    senderCommunicationIdentifier: identifier(ALICE),
    composeTime: new Date().toISOString(),
    threadId: '19:abc@thread.v2',
    transactionId: 'tx',
    recipientCommunicationIdentifier: identifier(BOB),
    metadata: {},
    ...over,
  });
}

export function incomingCall(over: Record<string, unknown> = {}): EventGridEvent {
  return event('IncomingCall', {
    to: identifier(BOB),
    toCommunicationIdentifier: identifier(BOB),
    from: identifier(ALICE),
    fromCommunicationIdentifier: identifier(ALICE),
    serverCallId: 'c2VydmVyLWNhbGw',
    callerDisplayName: 'Alice',
    incomingCallContext: 'a context with which the call can be answered',
    correlationId: 'd732db64-0000-4000-8000-000000000001',
    customContext: { sipHeaders: {}, voipHeaders: {} },
    ...over,
  });
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
