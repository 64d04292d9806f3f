import { readFileSync } from 'node:fs';
import {
  connect,
  DeadLetterBox,
  functionDelivery,
  testPush,
  testSend,
  type DeadLetterEntry,
  type TestPushOptions,
} from '../../relay/operations';
import { StoredDeadLetters } from '../../relay/storage/dead-letters';
import { userTag } from '../../relay/tags';
import { credentialOf } from '../../local/test/support/clients';
import { ACCOUNT_NAME, ACS, HUB, LocalRelay, SITE } from './local-relay';
import { BOB, Samples } from './samples';

jest.setTimeout(180_000);

// Many times as fast, so that Event Grid gives up within seconds.
const relay = new LocalRelay({ clockSpeed: 600 });
const samples = new Samples(ACS);
const IPHONE = 'b0b1'.repeat(16);
let box: DeadLetterBox;

const connection = () => {
  const ca = readFileSync(relay.azure.endpoints.certificateFile, 'utf8');
  return connect(relay.tokens, { environment: relay.environment, ca });
};
const entries = async (filter = {}) => {
  const all: DeadLetterEntry[] = [];
  for await (const entry of box.list(filter)) all.push(entry);
  return all;
};
const deliver = async (functionName: string, event: unknown) =>
  (await relay.deliver(functionName, [event])).status;

/** An event that the relay kept because it was set up for another resource at that time. */
async function refusedOnce(over: Record<string, unknown> = {}) {
  const event = samples.chatMessageReceived(over);
  const letters = new StoredDeadLetters(relay.account, 'deadletter');
  const detail = `expected ${ACS.toLowerCase()}-before`;
  await letters.keep({ reason: 'another-source', detail, functionName: 'messages', event: { ...event } });
  return event;
}

let connected: ReturnType<typeof connection>;
beforeAll(async () => {
  await relay.start();
  connected = connection();
  box = new DeadLetterBox(connected, ACCOUNT_NAME, 'deadletter');
  await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB)]);
});
afterAll(async () => {
  connected.transport.close();
  await relay.close();
});
beforeEach(() => {
  relay.inbox.length = 0;
});

test('dead letters are listed, filtered and shown with their reason', async () => {
  const bad = samples.chatMessageReceived({ threadId: '' });
  const unknown = samples.event('BrandNew', {});
  for (const event of [bad, unknown]) await relay.deliver('messages', event);
  expect(await entries({ reason: 'invalid-data' })).toEqual([
    expect.objectContaining({
      keptBy: 'relay',
      eventId: bad.id,
      functionName: 'messages',
      detail: "'data.threadId' must be text, got nothing",
      event: bad,
    }),
  ]);
  expect((await entries({ eventType: 'BrandNew' })).map((entry) => entry.reason)).toEqual(['unknown-type']);
  expect(await entries({ eventId: unknown.id, since: '2100-01-01' })).toEqual([]);
  const [first] = await entries({ eventId: unknown.id });
  expect(await box.show(first!.id)).toEqual(first);
  expect(await box.show('relay/nothing.json')).toBeUndefined();
});

describe('an event of more than a megabyte', () => {
  const large = 'x'.repeat(1_200_000);

  test('is kept whole when no shorter text would make it fit', async () => {
    const event = samples.chatMessageReceived({ threadId: large });
    expect((await relay.deliver('messages', event)).status).toBe(202);
    expect(relay.inbox).toHaveLength(0);
    const [entry] = await entries({ eventId: event.id });
    expect(entry).toMatchObject({ reason: 'too-large', keptBy: 'relay' });
    expect(entry!.event).toEqual(event);
  });

  test('is shortened when it is the text that is long', async () => {
    const event = samples.chatMessageReceived({ messageBody: large });
    expect((await relay.deliver('messages', event)).status).toBe(202);
    expect(relay.inbox).toHaveLength(1);
    expect(Buffer.byteLength(JSON.stringify(relay.inbox[0]!.payload))).toBeLessThanOrEqual(4096);
    expect(await entries({ eventId: event.id })).toEqual([]);
  });
});

describe('what Event Grid gave up', () => {
  const call = samples.incomingCall();
  const unfit = samples.incomingCall({ toCommunicationIdentifier: {} });
  const givenUp = ({ id }: { id: string }) => ({ keptBy: 'event-grid', eventId: id }) as const;

  beforeAll(async () => {
    await relay.kill();
    for (const event of [call, unfit]) relay.services.eventGrid.publish(ACS, event);
    for (const event of [call, unfit])
      await relay.until(async () => (await entries(givenUp(event))).length > 0, 200);
    await relay.startFunction();
  });

  test('is listed and replayed, once', async () => {
    const [entry] = await entries(givenUp(call));
    // A minute to live, two attempts: whichever is over first.
    expect(entry).toMatchObject({ reason: expect.stringMatching(/Exceeded$/), functionName: 'calls' });
    expect(relay.inbox).toHaveLength(0);
    expect(await box.replay(entry!, deliver)).toEqual({ kind: 'replayed' });
    expect(relay.inbox).toHaveLength(1);
    expect(await box.replay(entry!, deliver)).toEqual({ kind: 'already', at: expect.any(String) });
    expect(relay.inbox).toHaveLength(1);
    expect(await entries({ ...givenUp(call), open: true })).toEqual([]);
  });

  test('and the relay refuses is left open, each time', async () => {
    const [entry] = await entries(givenUp(unfit));
    for (let i = 0; i < 2; i++) {
      expect(await box.replay(entry!, deliver)).toEqual({ kind: 'kept-again', reason: 'invalid-data' });
    }
    // A host that writes times in its own way: the relay keeps an event of other text, under the same id.
    const rewriting = (functionName: string, event: unknown) => {
      const { eventTime } = event as { eventTime: string };
      return deliver(functionName, { ...(event as object), eventTime: eventTime.replace('Z', '0Z') });
    };
    for (let i = 0; i < 2; i++) {
      expect(await box.replay(entry!, rewriting)).toEqual({ kind: 'kept-again', reason: 'invalid-data' });
    }
    expect(await entries({ ...givenUp(unfit), open: true })).toEqual([entry]);
  });
});

test('a replay that the function does not take leaves the entry open', async () => {
  const event = samples.chatMessageReceived({ messageId: 4 });
  await relay.deliver('messages', event);
  const [entry] = await entries({ eventId: event.id });
  expect(await box.replay(entry!, () => Promise.resolve(500))).toEqual({ kind: 'failed', status: 500 });
  expect(await entries({ eventId: event.id, open: true })).toHaveLength(1);
});

test('an event that is fit by now is replayed through the deployed function, with the key that ARM gives for it', async () => {
  const event = await refusedOnce();
  const [entry] = await entries({ eventId: event.id });
  expect(entry).toMatchObject({ reason: 'another-source' });
  const deployer = { ...connected, credential: credentialOf(relay.azure) };
  expect(await box.replay(entry!, await functionDelivery(SITE, deployer))).toEqual({ kind: 'replayed' });
  expect(relay.inbox).toHaveLength(1);
  expect(await entries({ eventId: event.id, open: true })).toEqual([]);
  await expect(functionDelivery(`${SITE}-other`, deployer)).rejects.toThrow(/answered 404/);
});

describe('a replay that the relay refuses again', () => {
  test('says why and leaves the entry open, each time', async () => {
    const event = samples.chatMessageReceived({ messageId: 6 });
    await relay.deliver('messages', event);
    const [entry] = await entries({ eventId: event.id });
    for (let i = 0; i < 2; i++) {
      expect(await box.replay(entry!, deliver)).toEqual({ kind: 'kept-again', reason: 'invalid-data' });
    }
    expect(await entries({ eventId: event.id, open: true })).toEqual([entry]);
  });

  test('for another reason than before is seen as well', async () => {
    const event = await refusedOnce({ messageId: 7 });
    const [entry] = await entries({ eventId: event.id });
    expect(await box.replay(entry!, deliver)).toEqual({ kind: 'kept-again', reason: 'invalid-data' });
    const reasons = (await entries({ eventId: event.id, open: true })).map(({ reason }) => reason);
    expect(reasons.sort()).toEqual(['another-source', 'invalid-data']);
  });
});

test('a replay and deliveries of the same event, all at once, leave the entry whole and open', async () => {
  const event = samples.chatMessageReceived({ messageId: 8 });
  await relay.deliver('messages', event);
  const [entry] = await entries({ eventId: event.id });
  // Event Grid delivers it once more, all the while.
  const [result] = await Promise.all([
    box.replay(entry!, deliver),
    ...Array.from({ length: 3 }, () => relay.deliver('messages', event)),
  ]);
  expect(result).toEqual({ kind: 'kept-again', reason: 'invalid-data' });
  expect(await box.show(entry!.id)).toEqual(entry);
});

test('two replays at the same time are one', async () => {
  const event = samples.chatMessageReceived({ messageId: 5 });
  await relay.deliver('messages', event);
  const [entry] = await entries({ eventId: event.id });
  let deliveries = 0;
  const slow = async () => {
    deliveries++;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 202;
  };
  const results = await Promise.all([box.replay(entry!, slow), box.replay(entry!, slow)]);
  expect(results.map((result) => result.kind).sort()).toEqual(['already', 'replayed']);
  expect(deliveries).toBe(1);
});

const sendTest = async (options: TestPushOptions, ruleId = `${HUB}/authorizationRules/relay-send`) =>
  testSend(testPush(options, Date.now()), { alert: ruleId }, connected);

test('a test push says what became of it on each device', async () => {
  await relay.install('bobs-old-phone', 'apns', 'dead'.repeat(16), [userTag(BOB)]);
  relay.services.pushServices.setHandle('dead'.repeat(16), 'expired');
  const report = await sendTest({ to: { user: BOB }, title: 'Test', body: 'Is it there?' });
  expect(
    report.devices.map(({ platform, handle, delivered }) => [platform, handle, delivered]).sort(),
  ).toEqual([
    ['apple', 'b0b1b0b1…', true],
    ['apple', 'deaddead…', false],
  ]);
  expect(relay.inbox.map((push) => push.handle)).toEqual([IPHONE]);

  relay.inbox.length = 0;
  const one = await sendTest({
    to: { installationId: 'bobs-iphone' },
    title: 'Test',
    body: 'One device',
    platforms: ['apple'],
  });
  expect(one.devices).toHaveLength(1);
  expect(relay.inbox).toHaveLength(1);
});

test('a test push reaches a browser when it is asked to', async () => {
  const endpoint = 'https://push.example/bobs';
  const pushChannel = { endpoint, p256dh: 'p'.repeat(87), auth: 'a'.repeat(22) };
  await relay.install('bobs-browser', 'browser', pushChannel, [userTag(BOB)]);
  const { devices } = await sendTest({
    to: { installationId: 'bobs-browser' },
    title: 'Test',
    body: 'In a browser',
    platforms: ['browser'],
  });
  expect(devices).toEqual([expect.objectContaining({ platform: 'browser', delivered: true })]);
  expect(relay.inbox).toEqual([expect.objectContaining({ service: 'browser', handle: endpoint })]);
});

test.each(['bobs-iphone} || user:8:acs:somebody', '*', 'short', ''])(
  'a test push to the installation %p reaches nobody',
  async (installationId) => {
    const sending = sendTest({ to: { installationId }, title: 't', body: 'b' });
    await expect(sending).rejects.toThrow('installation id expected');
    expect(relay.inbox).toHaveLength(0);
  },
);

test('a rule that is none is refused', async () => {
  const sending = sendTest({ to: { user: BOB }, title: 't', body: 'b' }, '/nothing');
  await expect(sending).rejects.toThrow('expected the id of an authorization rule of a notification hub');
});
