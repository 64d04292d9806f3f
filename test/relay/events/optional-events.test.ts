import type { OptionalEvent } from '../../../relay/contract';
import { readSettings } from '../../../relay/settings';
import { startRelay } from '../../../relay/start';
import { bareRelay } from '../bare-relay';
import { ALICE, BOB, CAROL, identifier, Samples, type EventGridEvent } from '../samples';

const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';
const CHANNEL = '75476a19-a68d-4e10-806c-3680f099e069';
const samples = new Samples(SOURCE);

const received = (data: Record<string, unknown>) =>
  samples.event('AdvancedMessageReceived', {
    channelType: 'whatsapp',
    messageId: '00000000-0000-0000-0000-000000000001',
    messageType: 'text',
    from: '14254360097',
    to: CHANNEL,
    receivedTimestamp: new Date().toISOString(),
    ...data,
  });
const added = (data: Record<string, unknown> = {}) =>
  samples.event('ChatParticipantAddedToThreadWithUser', {
    threadId: '19:abc@thread.v2',
    recipientId: BOB,
    recipientCommunicationIdentifier: identifier(BOB),
    time: new Date().toISOString(),
    addedByCommunicationIdentifier: identifier(ALICE),
    participantAdded: { displayName: 'Carol', participantCommunicationIdentifier: identifier(CAROL) },
    ...data,
  });

/** What the relay does about one event. */
async function handled(event: EventGridEvent, ...optionalEvents: OptionalEvent[]) {
  const { relay, messages } = bareRelay(SOURCE, { optionalEvents });
  const lines: Record<string, unknown>[] = [];
  const outcome = await relay.handle(event, 'messages', {
    write: (_level, _message, fields) => void lines.push({ ...fields }),
  });
  const apple = messages.find(({ platform }) => platform === 'apple');
  const { alert } = apple ? JSON.parse(apple.body).aps : { alert: undefined };
  return {
    outcome,
    because: lines[0]!['because'],
    platforms: messages.map(({ platform }) => platform),
    to: apple?.tagExpression,
    said: alert && [alert.title, alert.body],
    data: apple && JSON.parse(apple.body).acs,
  };
}

test('neither becomes a push unless it is asked for', async () => {
  for (const [event, other] of [
    [received({ content: 'Hello' }), 'ChatParticipantAddedToThreadWithUser'],
    [added(), 'AdvancedMessageReceived'],
  ] as const) {
    for (const asked of [[], [other]]) {
      expect(await handled(event, ...asked)).toMatchObject({
        outcome: 'nobody-to-tell',
        because: 'no-push-for-type',
        platforms: [],
      });
    }
  }
});

describe('a message of WhatsApp', () => {
  test('goes to the devices that registered for its channel, on every platform', async () => {
    expect(await handled(received({ content: 'Hello' }), 'AdvancedMessageReceived')).toMatchObject({
      outcome: 'pushed',
      platforms: ['apple', 'fcmv1', 'browser'],
      to: `user:0:${CHANNEL}`,
      said: ['+14254360097', 'Hello'],
      data: {
        event: 'AdvancedMessageReceived',
        sender: '+14254360097',
        channelKind: 'whatsapp',
        channelId: CHANNEL,
      },
    });
  });

  test.each([
    ['the caption of its picture', { messageType: 'image', media: { caption: 'The map' } }, 'The map'],
    ['the button that was pressed', { messageType: 'button', button: { text: 'Yes', payload: 'p' } }, 'Yes'],
    [
      'the answer that was chosen',
      {
        messageType: 'interactive',
        interactive: { type: 'buttonReply', buttonReply: { id: 'a', title: 'Agree' } },
      },
      'Agree',
    ],
    [
      'the line of a list that was chosen',
      {
        messageType: 'interactive',
        interactive: { type: 'listReply', listReply: { title: 'Priority Mail' } },
      },
      'Priority Mail',
    ],
    [
      'nothing of what has no words',
      { messageType: 'sticker', media: { mimeType: 'image/webp' } },
      'New message',
    ],
  ])('says %s', async (_, data, body) => {
    expect((await handled(received(data), 'AdvancedMessageReceived')).said).toEqual(['+14254360097', body]);
  });

  test('says nothing of what was written where message text is left out', async () => {
    const { relay, messages } = bareRelay(SOURCE, {
      optionalEvents: ['AdvancedMessageReceived'],
      withMessageText: false,
    });
    await relay.handle(received({ content: 'Hello' }), 'messages', { write: () => undefined });
    expect(messages).toHaveLength(3);
    expect(JSON.stringify(messages)).not.toContain('Hello');
  });

  test('without a channel or a sender is kept', async () => {
    for (const data of [{ to: undefined }, { from: '' }, { to: '' }]) {
      expect(await handled(received(data), 'AdvancedMessageReceived')).toMatchObject({
        outcome: 'dead-lettered',
      });
    }
  });

  test('is none when it is a reaction to one', async () => {
    const reaction = received({ messageType: 'reaction', reaction: { messageId: '1', emoji: '👍' } });
    expect(await handled(reaction, 'AdvancedMessageReceived')).toMatchObject({
      outcome: 'nobody-to-tell',
      because: 'control-message',
    });
  });

  test('of a sender without a number shows the id that there is', async () => {
    const { said } = await handled(
      received({ from: 'US.13491208655302', content: 'Hello' }),
      'AdvancedMessageReceived',
    );
    expect(said).toEqual(['US.13491208655302', 'Hello']);
  });
});

describe('a new participant of a conversation', () => {
  test('is told to who takes part in it', async () => {
    expect(await handled(added(), 'ChatParticipantAddedToThreadWithUser')).toMatchObject({
      outcome: 'pushed',
      to: `user:${BOB}`,
      said: ['Carol', 'Carol was added to a conversation of yours'],
      data: { event: 'ChatParticipantAddedToThreadWithUser', participant: CAROL, addedBy: ALICE },
    });
  });

  test('without a name is somebody', async () => {
    const nameless = added({ participantAdded: { participantCommunicationIdentifier: identifier(CAROL) } });
    const { said } = await handled(nameless, 'ChatParticipantAddedToThreadWithUser');
    expect(said).toEqual(['New participant', 'Somebody was added to a conversation of yours']);
  });

  test('is told that they are in it', async () => {
    const oneself = added({ recipientId: CAROL, recipientCommunicationIdentifier: identifier(CAROL) });
    const { to, said } = await handled(oneself, 'ChatParticipantAddedToThreadWithUser');
    expect([to, said]).toEqual([`user:${CAROL}`, ['New conversation', 'You were added to a conversation']]);
  });

  test('is not told to who added them', async () => {
    const own = added({ recipientId: ALICE, recipientCommunicationIdentifier: identifier(ALICE) });
    expect(await handled(own, 'ChatParticipantAddedToThreadWithUser')).toMatchObject({
      outcome: 'nobody-to-tell',
      because: 'own',
    });
  });
});

describe('the setting', () => {
  const environment = (optional: string): NodeJS.ProcessEnv => ({
    RELAY_SOURCE_ID: SOURCE,
    RELAY_HUB_RULE_ID:
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/n/notificationHubs/h/authorizationRules/r',
    AZURE_CLIENT_ID: 'c',
    IDENTITY_ENDPOINT: 'http://localhost',
    IDENTITY_HEADER: 'h',
    RELAY_OPTIONAL_EVENTS: optional,
  });

  test.each([
    ['', []],
    ['AdvancedMessageReceived', ['AdvancedMessageReceived']],
    [
      ' AdvancedMessageReceived, ChatParticipantAddedToThreadWithUser,AdvancedMessageReceived',
      ['AdvancedMessageReceived', 'ChatParticipantAddedToThreadWithUser'],
    ],
  ])('%j asks for %j', (value, expected) => {
    expect([...readSettings(environment(value)).optionalEvents]).toEqual(expected);
  });

  test('names what is no such event', () => {
    expect(() => readSettings(environment('AdvancedMessageReceived,IncomingCall'))).toThrow(
      "app setting RELAY_OPTIONAL_EVENTS must be some of AdvancedMessageReceived,ChatParticipantAddedToThreadWithUser, got 'IncomingCall'",
    );
  });

  test('does not start a relay that has no words for what is asked for', () => {
    const none = { defaultLanguage: 'en', languages: ['en'], templates: {} } as never;
    const start = (optional: string) => startRelay(environment(optional), none, { write: () => undefined });
    expect(() => start('')).not.toThrow();
    expect(() => start('ChatParticipantAddedToThreadWithUser')).toThrow(
      'publish a package with chat-participant-added-to-thread-with-user, chat-user-added-to-thread',
    );
  });
});
