import { readFileSync } from 'node:fs';
import { ManualClock } from '../../local/azure/core/clock';
import type { Faults } from '../../local/azure/services/notification-hubs/faults';
import { isSignedWith, parseSharedAccess } from '../../local/azure/core/access/shared-access-signature';
import { TransientError } from '../../relay/errors';
import { Hub } from '../../relay/hub';
import { Transport, type HttpRequest, type HttpResponse } from '../../relay/http';
import type { Clock, HubMessage } from '../../relay/ports';
import { SendKey } from '../../relay/send-key';
import { readSettings } from '../../relay/settings';
import { userTag } from '../../relay/tags';
import { ACS, HUB, LocalRelay } from './local-relay';
import { BOB, Samples } from './samples';

const relay = new LocalRelay();
const samples = new Samples(ACS);
const IPHONE = 'a1'.repeat(32);

beforeAll(async () => {
  await relay.start();
  await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB)]);
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
});
afterEach(() => relay.services.hubs.setFaults({}));

describe('each answer of the hub', () => {
  const last = () => relay.logged('event handled').at(-1)!;
  const deliver = (event: unknown) => relay.deliver('messages', event).then(({ status }) => status);
  const reasons = async (id: string) =>
    (await relay.deadLetters())
      .filter(({ content }) => content.event.id === id)
      .map(({ content }) => content.deadLetterReason);

  test.each([400, 413])('%d: kept, since no later attempt could end otherwise', async (refusedStatus) => {
    relay.services.hubs.setFaults({ refusedPercent: 100, refusedStatus });
    const event = samples.chatMessageReceived();
    expect(await deliver(event)).toBe(202);
    expect(last()).toMatchObject({
      outcome: 'dead-lettered',
      reason: 'refused-by-hub',
      detail: `hub ntfns-relay/relay answered ${refusedStatus}`,
    });
    expect(await reasons(event.id)).toEqual(['refused-by-hub']);
    // A replay is let through.
    relay.services.hubs.setFaults({});
    expect(await deliver(event)).toBe(202);
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([IPHONE]);
  });

  const passing: [string, Faults, RegExp][] = [
    ['403', { refusedPercent: 100, refusedStatus: 403 }, /^hub ntfns-relay\/relay answered 403$/],
    ['404', { refusedPercent: 100, refusedStatus: 404 }, /^hub ntfns-relay\/relay answered 404$/],
    ['500', { failedPercent: 100 }, /^hub ntfns-relay\/relay answered 500$/],
    [
      '503 after a while',
      { timeoutPercent: 100, timeoutSeconds: 1 },
      /^hub ntfns-relay\/relay answered 503$/,
    ],
  ];
  test.each(passing)('%s: Event Grid is to come again, and nothing is kept', async (_, faults, detail) => {
    relay.services.hubs.setFaults(faults);
    const event = samples.chatMessageReceived();
    expect(await deliver(event)).toBe(500);
    expect(last()).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(detail) });
    expect(await reasons(event.id)).toEqual([]);
    expect(relay.inbox).toEqual([]);
    relay.services.hubs.setFaults({});
    expect(await deliver(event)).toBe(202);
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([IPHONE]);
  });

  test('one that got lost: the push is repeated, and takes the place of the first on the device', async () => {
    relay.services.hubs.setFaults({ lostAnswerPercent: 100, formats: ['apple'] });
    const event = samples.chatMessageReceived();
    expect(await deliver(event)).toBe(500);
    expect(last()).toMatchObject({ outcome: 'failed', pushes: [{ key: 'alert/fcmv1/en' }] });
    relay.services.hubs.setFaults({});
    expect(await deliver(event)).toBe(202);
    expect(relay.inbox).toHaveLength(5);
    expect(new Set(relay.inbox.map(({ headers }) => headers['apns-collapse-id'])).size).toBe(1);
  });
});

/** Tells which requests went out, and can answer in the place of whoever they were for. */
class WatchedTransport extends Transport {
  readonly sent: HttpRequest[] = [];
  answer: HttpResponse | undefined;

  constructor() {
    super(relay.environment, readFileSync(relay.azure.endpoints.certificateFile, 'utf8'));
  }

  override send(request: HttpRequest): Promise<HttpResponse> {
    this.sent.push(request);
    return this.answer ? Promise.resolve(this.answer) : super.send(request);
  }

  sends(): number {
    return this.sent.filter(({ url }) => url.includes('/messages/')).length;
  }
}

class WatchedClock extends ManualClock {
  readonly sleeps: number[] = [];

  constructor() {
    // Signatures are held against the machine's clock.
    super(Date.now());
  }

  override sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    return super.sleep(milliseconds);
  }
}

const message: HubMessage = {
  hub: 'alert',
  platform: 'apple',
  key: 'test',
  tagExpression: userTag(BOB),
  headers: { 'apns-push-type': 'alert' },
  body: '{"aps":{"alert":"Hello"}}',
  shortened: false,
};

/** The hub as the relay reaches it, by connections and a clock of the test's. */
function hubBy(transport: Transport, clock: Clock): Hub {
  const { hubRule } = readSettings({
    ...relay.settings(),
    IDENTITY_ENDPOINT: 'http://127.0.0.1/',
    IDENTITY_HEADER: 'x',
  });
  return new Hub(hubRule, new SendKey(hubRule, relay.tokens, transport, clock), transport, clock);
}

test('no answer in the time that there is: the send fails in passing, and the next one is taken', async () => {
  const [transport, clock] = [new WatchedTransport(), new WatchedClock()];
  const hub = hubBy(transport, clock);
  try {
    relay.services.hubs.setFaults({ timeoutPercent: 100 });
    await expect(hub.send(message, clock.now() + 500)).rejects.toMatchObject({
      name: 'TransientError',
      message: expect.stringMatching(/^no answer from ntfns-relay\.servicebus\.windows\.net \(timeout /),
    });
    relay.services.hubs.setFaults({});
    await hub.send(message, clock.now() + 18_000);
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([IPHONE]);
  } finally {
    transport.close();
  }
});

describe('a key that was regenerated', () => {
  const rule = `${HUB}/authorizationRules/relay-send`;

  /** A hub that does not know some of its keys yet. */
  class ForgetfulTransport extends WatchedTransport {
    readonly unknown = new Set<string>();

    override send(request: HttpRequest): Promise<HttpResponse> {
      const { headers } = request;
      const authorization = Array.isArray(headers)
        ? headers[headers.indexOf('authorization') + 1]
        : undefined;
      const token = parseSharedAccess(authorization);
      if (token && [...this.unknown].some((key) => isSignedWith(token, key))) {
        this.sent.push(request);
        return Promise.resolve({ status: 401, headers: {}, body: '' });
      }
      return super.send(request);
    }

    listKeys(): number {
      return this.sent.filter(({ url }) => url.includes('/listKeys')).length;
    }
  }

  const regenerate = async (policyKey: 'PrimaryKey' | 'SecondaryKey') =>
    (await relay.arm('POST', `${rule}/regenerateKeys`, '2023-10-01-preview', { policyKey })).json;

  let transport: ForgetfulTransport;
  let clock: WatchedClock;
  let hub: Hub;
  const send = () => hub.send(message, Date.now() + 18_000);

  beforeEach(() => {
    transport = new ForgetfulTransport();
    clock = new WatchedClock();
    hub = hubBy(transport, clock);
  });
  afterEach(() => transport.close());

  test('and is not known to the hub yet is gone round by the other one, with no wait and no second push', async () => {
    await send();
    const { primaryKey } = await regenerate('PrimaryKey');
    transport.unknown.add(primaryKey);
    await Promise.all(Array.from({ length: 20 }, send));
    expect(transport.listKeys()).toBe(2);
    expect(relay.inbox).toHaveLength(21);

    // From then on the one that works is used first.
    const before = transport.sends();
    await send();
    expect(transport.sends()).toBe(before + 1);

    await regenerate('SecondaryKey');
    transport.unknown.clear();
    await send();
    expect(transport.listKeys()).toBe(3);
    expect(relay.inbox).toHaveLength(23);
  });

  test('and whose pair is not known either is told as a matter of the rule, and tried again', async () => {
    await send();
    const { primaryKey } = await regenerate('PrimaryKey');
    const { secondaryKey } = await regenerate('SecondaryKey');
    transport.unknown.add(primaryKey).add(secondaryKey);
    // By its own clock, which stands still: no wait for another attempt fits in.
    await expect(hub.send(message, clock.now() + 100)).rejects.toThrow(
      'hub ntfns-relay/relay refused both keys of rule relay-send that were read just now',
    );
    transport.unknown.clear();
    await send();
    expect(relay.inbox).toHaveLength(2);
  });
});

describe('Retry-After', () => {
  let transport: WatchedTransport;
  let clock: WatchedClock;
  let hub: Hub;
  const send = (withinMs: number) => hub.send(message, clock.now() + withinMs);

  beforeEach(() => {
    transport = new WatchedTransport();
    clock = new WatchedClock();
    hub = hubBy(transport, clock);
  });
  afterEach(() => transport.close());

  test('of a hub holds back every send to it, and fails those at once that cannot wait', async () => {
    relay.services.hubs.setFaults({ throttledPercent: 100, retryAfterSeconds: 7 });
    const first = send(18_000);
    await relay.until(() => clock.sleeps.length === 1);
    expect(clock.sleeps).toEqual([7_000]);
    expect(transport.sends()).toBe(1);

    await expect(send(5_000)).rejects.toMatchObject({
      name: 'TransientError',
      message: 'hub ntfns-relay/relay asked to be left alone',
      retryAfterMs: 7_000,
    });
    await clock.advance(3_000);
    const patient = send(18_000);
    await relay.until(() => clock.sleeps.length === 2);
    expect(clock.sleeps).toEqual([7_000, 4_000]);
    expect(transport.sends()).toBe(1);

    relay.services.hubs.setFaults({});
    await clock.advance(4_000);
    await Promise.all([first, patient]);
    expect(transport.sends()).toBe(3);
    expect(relay.inbox).toHaveLength(2);
  });

  test('of a hub that asks for more than there is of time is for all that come until then', async () => {
    relay.services.hubs.setFaults({ throttledPercent: 100, retryAfterSeconds: 60 });
    await expect(send(18_000)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    relay.services.hubs.setFaults({});
    await clock.advance(30_000);
    await expect(send(18_000)).rejects.toMatchObject({ retryAfterMs: 30_000 });
    expect(clock.sleeps).toEqual([]);
    expect(transport.sends()).toBe(1);
    await clock.advance(30_000);
    await send(18_000);
    expect(transport.sends()).toBe(2);
  });

  test('is not needed to give up when no time is left', async () => {
    await expect(send(0)).rejects.toBeInstanceOf(TransientError);
    expect(transport.sent).toEqual([]);
  });
});
