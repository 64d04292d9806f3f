import { userTag } from '../../../relay/tags';
import { ACS, LocalRelay } from '../local-relay';
import { ALICE, BOB, identifier, Samples, type EventGridEvent } from '../samples';

const IPHONE = 'a1'.repeat(32);
const ANDROID = 'android-registration-token-of-bob';
const CHANNEL = '75476a19-a68d-4e10-806c-3680f099e069';
const samples = new Samples(ACS);
const relay = new LocalRelay({
  settings: {
    RELAY_PLATFORMS: 'apple,fcmv1,browser',
    RELAY_OPTIONAL_EVENTS: 'AdvancedMessageReceived,ChatParticipantAddedToThreadWithUser',
  },
});

beforeAll(async () => {
  await relay.start();
  const tags = [userTag(BOB), userTag(`0:${CHANNEL}`)];
  const endpoint = 'https://push.example/bob';
  const subscription = { endpoint, p256dh: 'p'.repeat(87), auth: 'a'.repeat(22) };
  await relay.install('bobs-iphone', 'apns', IPHONE, tags);
  await relay.install('bobs-android', 'fcmv1', ANDROID, tags);
  await relay.install('bobs-browser', 'browser', subscription, tags);
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
});

const send = async (event: EventGridEvent) =>
  expect((await relay.deliver('messages', event)).status).toBe(202);
const payloadOf = (service: string): any => {
  const pushes = relay.inbox.filter((push) => push.service === service);
  expect(pushes).toHaveLength(1);
  return pushes[0]!.payload;
};
/** Title and body on each platform, whether Android shows them or the app does. */
const shown = () => {
  const { alert } = payloadOf('apns').aps;
  const { message } = payloadOf('fcmv1');
  const android = message.notification ?? message.data;
  const browser = payloadOf('browser');
  return [alert, android, browser].map(({ title, body }) => [title, body]);
};
const onAll = (title: string, body: string) => Array(3).fill([title, body]);

test('a formatted answer is its words, on every platform', async () => {
  await send(
    samples.chatMessageReceived({
      type: 'RichText/Html',
      messageBody:
        '<div><blockquote itemtype="http://schema.skype.com/Reply"><p>Where?</p></blockquote>' +
        '<p>Caf&eacute; &ldquo;Roma&rdquo;&hellip;</p><table><tr><td>9</td><td>o&#8217;clock</td></tr></table>&#xD83D;</div>',
    }),
  );
  expect(shown()).toEqual(onAll('Alice', 'Café “Roma”…\n9 o’clock\n\ufffd'));
});

test('a message that no parser should have to read for long is pushed as any other', async () => {
  await send(samples.chatMessageReceived({ type: 'html', messageBody: `See you${'<'.repeat(200_000)}` }));
  expect(shown().map(([title]) => title)).toEqual(Array(3).fill('Alice'));
  expect(payloadOf('apns').aps.alert.body).toMatch(/^See you</);
});

test('what nobody wrote reaches nobody', async () => {
  for (const type of [
    'ThreadActivity/AddMember',
    'Event/Call',
    'RichText/Media_CallRecording',
    'participantAdded',
  ]) {
    await send(
      samples.chatMessageReceived({ type, messageBody: '<addmember><target>8:acs:b</target></addmember>' }),
    );
  }
  expect(relay.inbox).toEqual([]);
  expect(relay.logged('event handled')).toMatchObject(
    Array(4).fill({ outcome: 'nobody-to-tell', because: 'control-message' }),
  );
});

test('an edit has no sound, and takes the place of what it changes', async () => {
  const received = samples.chatMessageReceived();
  await send(received);
  const [first] = relay.inbox.splice(0);
  const { messageId, version } = received.data as { messageId: string; version: number };
  await send(samples.chatMessageEdited({ messageId, version: version + 1 }));
  expect(shown()).toEqual(onAll('Alice', 'See you at ten'));
  expect(payloadOf('apns').aps).not.toHaveProperty('sound');
  expect(payloadOf('fcmv1').message.android?.notification ?? {}).not.toHaveProperty('sound');
  const iphone = relay.inbox.find(({ service }) => service === 'apns');
  expect(iphone!.headers['apns-collapse-id']).toBe(
    first!.headers['apns-collapse-id'] ?? payloadOf('browser').tag,
  );
});

test('an edit of a message of last week pops up nowhere', async () => {
  const composeTime = new Date(Date.now() - 7 * 24 * 60 * 60_000).toISOString();
  await send(samples.chatMessageEdited({ composeTime }));
  expect(relay.inbox).toEqual([]);
  expect(relay.logged('event handled')).toMatchObject([
    { outcome: 'nobody-to-tell', because: 'edit-of-old' },
  ]);
});

test('a message of WhatsApp, asked for, reaches who registered for its channel', async () => {
  await send(
    samples.event('AdvancedMessageReceived', {
      channelType: 'whatsapp',
      messageType: 'text',
      from: '14254360097',
      to: CHANNEL,
      content: 'Hello',
    }),
  );
  expect(shown()).toEqual(onAll('+14254360097', 'Hello'));
});

test('a new participant, asked for, is told to who takes part', async () => {
  await send(
    samples.event('ChatParticipantAddedToThreadWithUser', {
      threadId: '19:abc@thread.v2',
      recipientCommunicationIdentifier: identifier(BOB),
      addedByCommunicationIdentifier: identifier(ALICE),
      participantAdded: {
        displayName: 'Carol',
        participantCommunicationIdentifier: identifier('8:acs:carol'),
      },
    }),
  );
  expect(shown()).toEqual(onAll('Carol', 'Carol was added to a conversation of yours'));
});
