/** The one resource whose events the relay takes. */
export const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs-bench';

export type ChatEvent = ReturnType<typeof chatEvent>;

/** Numbers of events that were given out. */
let given = 0;

/** So many events that nobody had before, by their numbers. */
export function freshEvents(count: number): number[] {
  const first = reserveEvents(count);
  return Array.from({ length: count }, (_, i) => first + i);
}

/** The first number of so many. */
export function reserveEvents(count: number): number {
  given += count;
  return given - count;
}

/** So few that their preferences are in the relay's memory nearly always, however fast the machine is. */
const RECIPIENTS = 20;

/**
 * A chat message as Event Grid delivers it. The same number and time give the same event, in whichever process: that is
 * what a redelivery is.
 *
 * @param time when it was sent, in milliseconds since the epoch
 * @param recipients among how many people such messages go
 */
export function chatEvent(n: number, time: number, recipients = RECIPIENTS) {
  const user = (id: number) => {
    const rawId = `8:acs:109f0644-b956-4cd9-87b1-71024f6e2f44_00000008-578d-7caf-07fd-${String(id).padStart(12, '0')}`;
    return { rawId, communicationUser: { id: rawId } };
  };
  const sent = new Date(time).toISOString();
  return {
    id: `6a3f0c1e-7d52-4b8e-9c41-${n.toString(16).padStart(12, '0')}`,
    topic: SOURCE,
    subject: 'thread/19:6e5d6ca1d75044a49a36a7965ec4a906@thread.v2',
    eventType: 'Microsoft.Communication.ChatMessageReceived',
    eventTime: sent,
    dataVersion: '1.0',
    metadataVersion: '1',
    data: {
      messageBody: 'See you at nine, at the usual place',
      messageId: String(1_613_694_358_927 + n),
      senderCommunicationIdentifier: user(1),
      senderDisplayName: 'Alice',
      composeTime: sent,
      type: 'Text',
      version: 1_613_694_358_927 + n,
      recipientCommunicationIdentifier: user(2 + (n % recipients)),
      transactionId: 'oh+LGB2dUUadMcTAdRWQxQ.1.1.1.1.1827536918.1.7',
      threadId: '19:6e5d6ca1d75044a49a36a7965ec4a906@thread.v2',
    },
  };
}
