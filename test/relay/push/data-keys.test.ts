import { Renderer } from '../../../relay/push/render';
import { Wording } from '../../../relay/words';
import { bareRelay, loadTemplates } from '../bare-relay';
import { ALICE, BOB, CAROL, identifier, type EventGridEvent } from '../samples';
import { samples, SOURCE } from '../events/story';
import { NOW, withdrawal } from './messages';

/** FCM takes no such keys: https://firebase.google.com/docs/cloud-messaging/customize-messages/set-message-type */
const RESERVED = /^(?:from|message_type|notification|collapse_key)$|^(?:google|gcm)/;
const LIMITS = { apple: 4096, fcmv1: 4096, browser: 3993 };

/** One of each event that becomes a push, those on request too. */
function events(): EventGridEvent[] {
  const correlationId = 'call';
  return [
    samples.chatMessageReceived(),
    samples.chatMessageEdited(),
    samples.chatMessageDeleted(),
    samples.chatThreadCreatedWithUser(),
    samples.smsReceived(),
    samples.incomingCall({ correlationId }),
    samples.callEnded({ correlationId, reason: { code: 487 } }),
    samples.callParticipantAdded({ correlationId }),
    samples.callStarted({ serverCallId: 'recorded' }),
    samples.recordingFileStatusUpdated('recorded'),
    samples.event('AdvancedMessageReceived', {
      messageId: 'id',
      messageType: 'text',
      channelType: 'whatsapp',
      content: 'Hello',
      from: '15555550100',
      to: 'b045be8c-45bf-4b9f-a3cd-3fb3a4a4a4a4',
    }),
    samples.event('ChatParticipantAddedToThreadWithUser', {
      recipientCommunicationIdentifier: identifier(BOB),
      addedByCommunicationIdentifier: identifier(ALICE),
      participantAdded: { displayName: 'Carol', participantCommunicationIdentifier: identifier(CAROL) },
      threadId: '19:abc@thread.v2',
    }),
  ];
}

async function pushes(androidMessages: 'data' | 'notification', told = events()) {
  const { relay, messages, letters } = bareRelay(SOURCE, {
    voip: true,
    androidMessages,
    optionalEvents: ['AdvancedMessageReceived', 'ChatParticipantAddedToThreadWithUser'],
  });
  for (const event of told) await relay.handle(event, 'messages', { write: () => undefined });
  return { messages, letters };
}

const dataOf = (body: string): Record<string, unknown> => {
  const payload = JSON.parse(body);
  return payload.acs ?? payload.message?.data ?? payload.data;
};

describe.each(['data', 'notification'] as const)('with %s on Android', (androidMessages) => {
  test('what the app finds is text under keys that FCM takes, in every push', async () => {
    const { messages } = await pushes(androidMessages);
    const found = messages.flatMap(({ body }) => Object.entries(dataOf(body)));
    expect(found.filter(([, value]) => typeof value !== 'string')).toEqual([]);
    expect(found.map(([key]) => key).filter((key) => RESERVED.test(key))).toEqual([]);
  });

  test('it is the same on every platform: nothing of it is hidden by what Android shows it by', async () => {
    const { messages } = await pushes(androidMessages);
    const on = (platform: string) =>
      messages
        .filter((message) => message.hub === 'alert' && message.platform === platform)
        .map(({ body }) => dataOf(body));
    expect(on('apple').length).toBeGreaterThan(10);
    expect(on('fcmv1')).toEqual(on('apple').map((data) => expect.objectContaining(data)));
    expect(on('browser')).toEqual(on('apple').map((data) => expect.objectContaining(data)));
  });

  test.each(['漢', '😀', '"', '\\', '\u0301'])('no push is too large for its service (%j)', async (unit) => {
    const long = unit.repeat(3000);
    const said = { messageBody: long, message: long, content: long, senderDisplayName: long };
    const told = events().map((event) => ({ ...event, data: { ...event.data, ...said } }));
    const { messages, letters } = await pushes(androidMessages, told);
    expect(letters).toEqual([]);
    const sizes = messages.map(({ platform, body }) => Buffer.byteLength(body) - LIMITS[platform]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(0);
  });
});

test('a withdrawal that is too large for a push is kept, and not sent to be refused', () => {
  const renderer = new Renderer(new Wording(loadTemplates(), true), { platforms: ['fcmv1'], voip: false });
  const threadId = 'x'.repeat(5000);
  expect(() => renderer.render(withdrawal({ data: { event: 'ChatMessageDeleted', threadId } }), NOW)).toThrow(
    expect.objectContaining({ reason: 'too-large' }),
  );
});
