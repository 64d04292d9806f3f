import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEMPLATE_PARAMETERS } from '../../relay/notification';
import { userTag, VOIP_TAG } from '../../relay/tags';
import { bareRelay } from './bare-relay';
import { ACS, LocalRelay, VOIP_HUB } from './local-relay';
import { BOB, Samples, type EventGridEvent } from './samples';

const IPHONE = 'a1'.repeat(32);
const PUSHKIT = 'b2'.repeat(32);
const ANDROID = 'android-registration-token-of-bob';
const NUMBER = '4:+15555550199';
const samples = new Samples(ACS);

/** Templates whose every text is the app's own, with every parameter among its arguments. */
const templates = mkdtempSync(join(tmpdir(), 'loc-templates-'));
for (const [name, { parameters }] of Object.entries(TEMPLATE_PARAMETERS)) {
  const words = parameters.map((parameter) => `{${parameter}}`);
  const template = {
    title: words.join(' ') || 'something',
    titleFallback: 'something',
    titleLocKey: `${name}.title`,
    titleLocArgs: words,
    titleFallbackLocKey: 'something.title',
    body: words.join(', ') || 'something',
    bodyFallback: 'something',
    bodyLocKey: `${name}.body`,
    bodyLocArgs: words,
    bodyFallbackLocKey: 'something.body',
    androidChannel: 'any',
  };
  mkdirSync(join(templates, name));
  writeFileSync(join(templates, name, 'en.json'), JSON.stringify(template));
}

const relay = new LocalRelay({
  templates,
  settings: {
    RELAY_VOIP_HUB_RULE_ID: `${VOIP_HUB}/authorizationRules/relay-send`,
    RELAY_ANDROID_MESSAGES: 'notification',
  },
});

beforeAll(async () => {
  await relay.start();
  const tags = [userTag(BOB), userTag(NUMBER)];
  await relay.install('bobs-iphone', 'apns', IPHONE, [...tags, VOIP_TAG]);
  await relay.install('bobs-pushkit', 'apns', PUSHKIT, tags, VOIP_HUB);
  await relay.install('bobs-android', 'fcmv1', ANDROID, tags);
});
afterAll(async () => {
  await relay.close();
  rmSync(templates, { recursive: true, force: true });
});
beforeEach(() => {
  relay.inbox.length = 0;
});

const send = async (event: EventGridEvent) =>
  expect((await relay.deliver('messages', event)).status).toBe(202);
const pushTo = (handle: string) => {
  const pushes = relay.inbox.filter((push) => push.handle === handle);
  expect(pushes).toHaveLength(1);
  return pushes[0]!.payload as any;
};
/** What a browser would get; the relay deployed here pushes to none. */
const toBrowser = async (event: EventGridEvent, withMessageText: boolean) => {
  const { relay: bare, messages } = bareRelay(ACS, { templates, withMessageText });
  await bare.handle(event, 'messages', { write: () => undefined });
  return messages.filter(({ platform }) => platform === 'browser').map(({ body }) => JSON.parse(body));
};

describe('keys of the app’s own texts', () => {
  test('are where iOS and Android read them', async () => {
    await send(samples.chatMessageReceived());
    expect(pushTo(IPHONE).aps.alert).toEqual({
      title: 'Alice See you at nine',
      'title-loc-key': 'chat-message-received.title',
      'title-loc-args': ['Alice', 'See you at nine'],
      body: 'Alice, See you at nine',
      'loc-key': 'chat-message-received.body',
      'loc-args': ['Alice', 'See you at nine'],
    });
    const { message } = pushTo(ANDROID);
    expect(message.android.notification).toMatchObject({
      title_loc_key: 'chat-message-received.title',
      title_loc_args: ['Alice', 'See you at nine'],
      body_loc_key: 'chat-message-received.body',
      body_loc_args: ['Alice', 'See you at nine'],
    });
    expect(message.data).not.toHaveProperty('titleLocKey');
  });

  test('are among the data of rings, which the app shows by itself', async () => {
    await send(samples.incomingCall());
    const keys = {
      titleLocKey: 'incoming-call.title',
      titleLocArgs: '["Alice"]',
      bodyLocKey: 'incoming-call.body',
      bodyLocArgs: '["Alice"]',
    };
    expect(pushTo(ANDROID).message.data).toMatchObject({ title: 'Alice', ...keys });
    expect(pushTo(PUSHKIT).acs).toMatchObject({ title: 'Alice', ...keys });
  });

  test('are among the data of browsers', async () => {
    const [push] = await toBrowser(samples.incomingCall({ callerDisplayName: '' }), true);
    expect(push).toMatchObject({
      title: 'something',
      data: {
        event: 'IncomingCall',
        titleLocKey: 'something.title',
        titleLocArgs: '[]',
        bodyLocKey: 'something.body',
        bodyLocArgs: '[]',
      },
    });
  });

  test('and their arguments count for the limit', async () => {
    await send(samples.incomingCall({ callerDisplayName: 'ä'.repeat(3000) }));
    for (const payload of [pushTo(PUSHKIT), pushTo(ANDROID).message]) {
      expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(4096);
    }
    expect(JSON.parse(pushTo(PUSHKIT).acs.titleLocArgs)[0]).toMatch(/^ä+…$/);
  });
});

describe('with RELAY_MESSAGE_TEXT=omit', () => {
  const written = /See you|Great to connect|Holidays/;
  const events: [string, EventGridEvent][] = [
    ['a message', samples.chatMessageReceived()],
    [
      'a message with formatting',
      samples.chatMessageReceived({ type: 'Html', messageBody: '<b>See you</b>' }),
    ],
    ['an edited message', samples.chatMessageEdited()],
    ['a deleted message', samples.chatMessageDeleted({ messageBody: 'See you at nine' })],
    ['a new thread', samples.chatThreadCreatedWithUser()],
    ['an SMS', samples.smsReceived()],
    ['an SMS in PascalCase', samples.smsReceivedInPascalCase()],
  ];

  const shown = events.filter(([what]) => what !== 'a deleted message');
  test.each(shown)('%s would say what was written without that setting', async (what, event) => {
    await send({ ...event, id: `${event.id}/first`, data: { ...event.data, messageId: `${what}/first` } });
    expect(relay.inbox).toHaveLength(2);
    expect(JSON.stringify(relay.inbox)).toMatch(written);
  });

  describe('set', () => {
    beforeAll(async () => {
      await relay.kill();
      await relay.startFunction({ RELAY_MESSAGE_TEXT: 'omit' });
    });

    test.each(events)('nothing that was written is in the push of %s', async (_what, event) => {
      await send(event);
      expect(relay.inbox).toHaveLength(2);
      const browser = await toBrowser(event, false);
      expect(browser).toHaveLength(1);
      expect(JSON.stringify([relay.inbox, browser])).not.toMatch(written);
    });

    test('the push still says that there is something', async () => {
      await send(samples.chatMessageReceived());
      expect(pushTo(IPHONE).aps.alert).toEqual({
        title: 'something',
        'title-loc-key': 'something.title',
        'title-loc-args': [],
        body: 'something',
        'loc-key': 'something.body',
        'loc-args': [],
      });
    });
  });
});
