import { randomBytes } from 'node:crypto';
import { readDevice } from '../../relay/devices/device';
import { bareRelay } from '../relay/bare-relay';
import { chat, rendered, ring as ringOf, ringEnd } from '../relay/push/messages';
import { ACS } from '../relay/local-relay';
import { BOB, Samples, type EventGridEvent } from '../relay/samples';
import { Chromium } from './chromium';
import { serveApi, servePage, type Asked } from './page-server';

const HOUR_MS = 3_600_000;
const samples = new Samples(ACS);
const asked: Asked[] = [];
let page: Awaited<ReturnType<typeof servePage>>;
let api: Awaited<ReturnType<typeof serveApi>>;
let chromium: Chromium;
let registrationId: string;
let worker: string;

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly silent: boolean;
  readonly requireInteraction: boolean;
  readonly data: Record<string, string>;
}

beforeAll(async () => {
  chromium = new Chromium();
  page = await servePage();
  api = await serveApi(page.origin, asked);
  await chromium.ask('Browser.grantPermissions', { origin: page.origin, permissions: ['notifications'] });
  await chromium.open(page.origin);
  const updated = chromium.once(
    'ServiceWorker.workerRegistrationUpdated',
    ({ registrations }) => registrations.length > 0,
  );
  await chromium.ask('ServiceWorker.enable');
  await chromium.evaluate(
    `navigator.serviceWorker.register('service-worker.js').then(() => navigator.serviceWorker.ready).then(() => 0)`,
  );
  registrationId = (await updated)['registrations'][0].registrationId;
  worker = await chromium.attachToServiceWorker();
  // While a notification is on its way, asking for those that are shown makes Chromium forget it. So what the worker
  // shows is written down, and nothing is asked before it is there. What the worker waits for is over when the test
  // says so.
  await chromium.evaluate(
    `{
      self.seen = [];
      self.waits = [];
      self.setTimeout = (work, milliseconds) => self.waits.push({ work, milliseconds });
      const show = self.registration.showNotification;
      self.registration.showNotification = async (title, options) => {
        await show.call(self.registration, title, options);
        self.seen.push({ body: options.body, silent: options.silent });
      };
    }`,
    worker,
  );
});
afterAll(async () => {
  await chromium?.close();
  await page?.close();
  await api?.close();
});
afterEach(async () => {
  if (!worker) return;
  await chromium.evaluate(`${NOTIFICATIONS}.then((all) => all.forEach((one) => one.close()))`);
  await untilNothingIsShown();
  await endWaits();
  await chromium.evaluate('self.seen.length = 0', worker);
});

const NOTIFICATIONS = 'navigator.serviceWorker.ready.then((one) => one.getNotifications())';
const FIELDS = ['title', 'body', 'tag', 'silent', 'requireInteraction', 'data'];

const shown = () =>
  chromium.evaluate<Shown[]>(
    `${NOTIFICATIONS}.then((all) => all.map(({ ${FIELDS.join(', ')} }) => ({ ${FIELDS.join(', ')} })))`,
  );

const seen = () => chromium.evaluate<{ body: string; silent: boolean }[]>('self.seen', worker);

/** Waits until something is so; the test's own timeout is the limit. */
async function until(so: () => Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Waits until the worker has shown that text, and gives what is shown then. */
async function untilShown(body: string): Promise<Shown> {
  await until(async () => (await seen()).some((one) => one.body === body));
  const found = (await shown()).find((one) => one.body === body);
  if (!found) throw new Error(`'${body}' is not shown: ${JSON.stringify(await shown())}`);
  return found;
}

/** Has the worker do what it waits for, and gives for how long it would have waited: milliseconds. */
function endWaits(): Promise<number[]> {
  return chromium.evaluate(
    `(async () => {
      const waits = self.waits.splice(0);
      for (const { work } of waits) work();
      // What comes of that is in its turn by the next message.
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(0);
      });
      await turn;
      return waits.map(({ milliseconds }) => milliseconds);
    })()`,
    worker,
  );
}

async function timePasses(): Promise<number[]> {
  await until(() => chromium.evaluate<boolean>('self.waits.length > 0', worker));
  return endWaits();
}

const untilNothingIsShown = () => until(async () => (await shown()).length === 0);

const deliver = (payload: string) =>
  chromium.ask('ServiceWorker.deliverPushMessage', { origin: page.origin, registrationId, data: payload });

/** A ring, however long it takes until it is delivered. */
const inTime = (ring: string) => JSON.stringify({ ...JSON.parse(ring), expiresAt: Date.now() + HOUR_MS });

/** What the relay makes of events for a browser, in one relay. */
async function pushesOf(...events: EventGridEvent[]): Promise<string[]> {
  const { relay, messages } = bareRelay(ACS);
  for (const event of events) await relay.handle(event, 'messages', { write: () => undefined });
  return messages.filter(({ platform }) => platform === 'browser').map(({ body }) => body);
}

test('a chat message is shown, with its data', async () => {
  const [push] = await pushesOf(samples.chatMessageReceived());
  await deliver(push!);
  const one = await untilShown('See you at nine');
  expect(one).toMatchObject({
    title: 'Alice',
    tag: JSON.parse(push!).tag,
    silent: false,
    data: { event: 'ChatMessageReceived', notificationId: one.tag },
  });
});

test('an edited message takes its place, a deleted one its words for a moment', async () => {
  const received = samples.chatMessageReceived();
  const { messageId, version } = received.data as { messageId: string; version: number };
  const [first, edited, deleted] = await pushesOf(
    received,
    samples.chatMessageEdited({ messageId, version: version + 1 }),
    samples.chatMessageDeleted({ messageId, version: version + 2 }),
  );
  await deliver(first!);
  const { tag } = await untilShown('See you at nine');
  await deliver(edited!);
  await untilShown('See you at ten');
  expect(await shown()).toHaveLength(1);

  await deliver(deleted!);
  expect(await untilShown('This message was deleted')).toMatchObject({ tag, silent: true });
  expect(await shown()).toHaveLength(1);
  await timePasses();
  await untilNothingIsShown();
});

test('a withdrawal of what is not shown is seen all the same', async () => {
  const [deleted] = await pushesOf(samples.chatMessageDeleted());
  await deliver(deleted!);
  expect(await untilShown('This message was deleted')).toMatchObject({ silent: true });
  await timePasses();
  await untilNothingIsShown();
});

test('what comes under the same tag while words of a withdrawal are shown stays', async () => {
  const { browser } = rendered(chat({ expiresAt: Date.now() + HOUR_MS }));
  const words = { ...JSON.parse(browser.body), withdraw: true, body: 'gone' };
  await deliver(JSON.stringify(words));
  await untilShown('gone');
  await deliver(browser.body);
  await untilShown('See you at nine');
  await timePasses();
  expect(await shown()).toMatchObject([{ body: 'See you at nine' }]);
});

test('a silent replacement makes no sound', async () => {
  await deliver(rendered(chat({ silent: true, expiresAt: Date.now() + HOUR_MS })).browser.body);
  expect(await untilShown('See you at nine')).toMatchObject({ silent: true });
});

describe('a ring', () => {
  test('stays until somebody does something, and a missed call takes its place', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data as { correlationId: string };
    const [ring, missed] = await pushesOf(call, samples.callEnded({ correlationId }));
    await deliver(inTime(ring!));
    expect(await untilShown('Incoming call')).toMatchObject({
      title: 'Alice',
      requireInteraction: true,
      silent: false,
      data: { event: 'IncomingCall', correlationId },
    });
    await deliver(missed!);
    expect(await untilShown('Missed call')).toMatchObject({ requireInteraction: false });
    expect(await shown()).toHaveLength(1);
  });

  test('is replaced silently by the words of its end', async () => {
    const id = 'e'.repeat(32);
    await deliver(rendered(ringOf({ collapseId: id, expiresAt: Date.now() + HOUR_MS })).browser.body);
    await untilShown('Incoming call');
    const end = rendered(ringEnd({ collapseId: id, expiresAt: Date.now() + HOUR_MS })).browser;
    await deliver(end.body);
    expect(await untilShown('Call over')).toMatchObject({ silent: true, requireInteraction: false });
    await timePasses();
    await untilNothingIsShown();
  });

  test('stops by itself when its time is over and nothing else came', async () => {
    await deliver(rendered(ringOf({ expiresAt: Date.now() + HOUR_MS })).browser.body);
    await untilShown('Incoming call');
    const [milliseconds] = await timePasses();
    expect(milliseconds).toBeLessThanOrEqual(HOUR_MS);
    // Less what the machine takes, which the test's own limit ends.
    expect(milliseconds).toBeGreaterThan(HOUR_MS / 2);
    expect(await untilShown('Call over')).toMatchObject({ title: 'Alice', silent: true });
  });

  test('that comes when its time is over does not ring, and is seen', async () => {
    await deliver(rendered(ringOf({ expiresAt: Date.now() - 1 })).browser.body);
    expect(await untilShown('Call over')).toMatchObject({ silent: true, requireInteraction: false });
  });

  test('that comes after its missed call does not take its place', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data as { correlationId: string };
    const [ring, missed] = await pushesOf(call, samples.callEnded({ correlationId }));
    await deliver(missed!);
    await untilShown('Missed call');
    await deliver(JSON.stringify({ ...JSON.parse(ring!), expiresAt: Date.now() - 1 }));
    await until(async () => (await seen()).length === 2);
    expect(await shown()).toMatchObject([{ body: 'Missed call', silent: true }]);
  });
});

test('an expired message is shown silently', async () => {
  await deliver(rendered(chat({ expiresAt: Date.now() - 1 })).browser.body);
  expect(await untilShown('See you at nine')).toMatchObject({ silent: true });
});

describe('the page', () => {
  // A browser without a network cannot subscribe; the rest is the page's own doing.
  const SUBSCRIPTION = {
    endpoint: 'https://push.example/abc',
    expirationTime: null,
    keys: {
      p256dh: Buffer.concat([Buffer.from([4]), randomBytes(64)]).toString('base64url'),
      auth: randomBytes(16).toString('base64url'),
    },
  };
  const click = (selector: string) => chromium.evaluate(`document.querySelector('${selector}').click()`);
  const status = async (text: string) => {
    while ((await chromium.evaluate(`document.getElementById('status').textContent`)) !== text)
      await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const fillIn = () =>
    chromium.evaluate(`{
      const { elements } = document.getElementById('settings');
      elements.api.value = ${JSON.stringify(api.origin)};
      elements.vapidPublicKey.value = 'BAAA';
      elements.user.value = ${JSON.stringify(BOB)};
      elements.token.value = 'a-token';
    }`);

  beforeAll(async () => {
    await chromium.ask('Page.addScriptToEvaluateOnNewDocument', {
      source: `
        PushManager.prototype.subscribe = async (options) => {
          if (!options.userVisibleOnly || options.applicationServerKey !== 'BAAA') throw new Error('wrong options');
          if (window.formerKey) throw new DOMException('made with another key', 'InvalidStateError');
          return { toJSON: () => (${JSON.stringify(SUBSCRIPTION)}) };
        };`,
    });
    await chromium.go(page.origin);
  });

  test('registers its subscription with the devices API of another origin, in a form that it takes', async () => {
    await fillIn();
    await click('button');
    await status('Notifications are on');
    expect(asked).toEqual([
      {
        method: 'PUT',
        path: expect.stringMatching(/^\/api\/devices\/[0-9a-f-]{36}$/),
        authorization: 'Bearer a-token',
        body: { platform: 'browser', pushChannel: SUBSCRIPTION, user: BOB, language: expect.any(String) },
      },
    ]);
    expect(readDevice(asked[0]!.body)).toMatchObject({
      device: {
        platform: 'browser',
        pushChannel: { endpoint: SUBSCRIPTION.endpoint, ...SUBSCRIPTION.keys },
      },
    });
  });

  test('registers under the same id at its next start, and takes it back when signing out', async () => {
    await chromium.go(page.origin);
    await fillIn();
    await click('button');
    await status('Notifications are on');
    await click('#off');
    await status('Notifications are off');
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'DELETE']);
    expect(new Set(asked.map(({ path }) => path)).size).toBe(1);
    await click('button');
    await status('Notifications are on');
    expect(asked.at(-1)!.path).not.toBe(asked[0]!.path);
  });

  test('subscribes anew when the hub has another key than the one it subscribed with', async () => {
    await chromium.go(page.origin);
    await chromium.evaluate(`{
      window.formerKey = true;
      PushManager.prototype.getSubscription = async () => ({ unsubscribe: async () => (window.formerKey = false) });
    }`);
    const before = asked.length;
    await fillIn();
    await click('button');
    await status('Notifications are on');
    expect(asked.slice(before).map(({ method }) => method)).toEqual(['PUT']);
  });
});
