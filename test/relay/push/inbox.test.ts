import { userTag } from '../../../relay/tags';
import { ACS, LocalRelay } from '../local-relay';
import { BOB, Samples, type EventGridEvent } from '../samples';

const samples = new Samples(ACS);
const IPHONE = 'a1'.repeat(32);
const ANDROID = 'android-registration-token-of-bob';
const BROWSER = 'https://push.example/bobs';
const relay = new LocalRelay({ settings: { RELAY_PLATFORMS: 'apple,fcmv1,browser' } });

beforeAll(async () => {
  await relay.start();
  await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB)]);
  await relay.install('bobs-android', 'fcmv1', ANDROID, [userTag(BOB)]);
  const pushChannel = { endpoint: BROWSER, p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) };
  await relay.install('bobs-browser', 'browser', pushChannel, [userTag(BOB)]);
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
});

const send = async (...events: EventGridEvent[]) => {
  for (const event of events) expect((await relay.deliver('messages', event)).status).toBe(202);
};
const chats = (...texts: string[]) =>
  texts.map((messageBody) => samples.chatMessageReceived({ messageBody }));
const to = (handle: string) => relay.inbox.filter((push) => push.handle === handle) as any[];
const textsOnAndroid = () =>
  to(ANDROID).map(({ payload }) => (payload.message.notification ?? payload.message.data).body);

/** Three chats come while the phone has no network. */
const whileOffline = async () => {
  relay.services.pushServices.setOnline(ANDROID, false);
  await send(...chats('one', 'two', 'three'));
  expect(to(IPHONE)).toHaveLength(3);
  expect(to(ANDROID)).toHaveLength(0);
  relay.services.pushServices.setOnline(ANDROID, true);
};

test('three chats that come while an Android phone is offline all reach it afterwards', async () => {
  await whileOffline();
  expect(textsOnAndroid()).toEqual(['one', 'two', 'three']);
});

test('a ring and its text reach every platform in its own form, and none is refused', async () => {
  const call = samples.incomingCall();
  expect((await relay.deliver('calls', call)).status).toBe(202);
  const [iphone] = to(IPHONE);
  const [android] = to(ANDROID);
  const [browser] = to(BROWSER);
  expect(iphone.payload.aps['interruption-level']).toBe('time-sensitive');
  const { data, apns } = android.payload.message;
  expect(data).toMatchObject({ event: 'IncomingCall', title: 'Alice', visibility: 'private' });
  expect(apns.payload.aps.alert).toEqual(iphone.payload.aps.alert);
  expect(apns.headers).toEqual({
    'apns-push-type': 'alert',
    'apns-priority': '10',
    'apns-expiration': iphone.headers['apns-expiration'],
    'apns-collapse-id': iphone.headers['apns-collapse-id'],
  });
  expect(browser.payload).toMatchObject({ title: 'Alice', ring: true, tag: data.notificationId });
  expect(browser.headers).toMatchObject({ urgency: 'high', topic: data.notificationId });
  expect(Number(browser.headers.ttl)).toBeLessThanOrEqual(30);
});

test('a deleted message has words for the browser, and wakes the phones in the background', async () => {
  await send(samples.chatMessageDeleted());
  expect(to(IPHONE)[0].payload.aps).toEqual({ 'content-available': 1 });
  expect(to(ANDROID)[0].payload.message.apns.payload.aps).toEqual({ 'content-available': 1 });
  expect(to(BROWSER)[0].payload).toMatchObject({
    withdraw: true,
    silent: true,
    title: 'Message deleted',
    tag: to(ANDROID)[0].payload.message.data.notificationId,
  });
});

test('a long message fits on every platform and says that it was cut', async () => {
  await send(...chats('ä'.repeat(5000)));
  expect(to(IPHONE)[0].payload.acs.shortened).toBe('1');
  expect(to(ANDROID)[0].payload.message.data.shortened).toBe('1');
  expect(to(BROWSER)[0].payload.data.shortened).toBe('1');
});

test('of those chats the last is shown where Android shows them by itself', async () => {
  await relay.terminate();
  await relay.startFunction({ RELAY_ANDROID_MESSAGES: 'notification' });
  await whileOffline();
  expect(textsOnAndroid()).toEqual(['three']);
});
