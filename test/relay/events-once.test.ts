import type { DeliveredPush } from '../../local/azure/context';
import { seededRandom } from '../../local/azure/random';
import { userTag } from '../../relay/tags';
import { ACS, HUB, LocalRelay } from './local-relay';
import { Samples } from './samples';

/** Another seed plays another course; the promises are the same. */
const SEED = Number(process.env['RELAY_TEST_SEED'] ?? 20_260_101);
const EVENTS = Number(process.env['RELAY_TEST_EVENTS'] ?? 10_000);
const USERS = 200;
const RESTARTS = 10;

jest.setTimeout(900_000);

const relay = new LocalRelay({ seed: SEED, clockSpeed: 60 });
const random = seededRandom(`${SEED}/events`);
const samples = new Samples(ACS, () => relay.azure.context.clock.now());

const user = (n: number) => `8:acs:1a2b3c4d-0000-4000-8000-000000000001_${String(n).padStart(12, '0')}`;
const iphone = (n: number) => `aa${String(n).padStart(62, '0')}`;
const android = (n: number) => `android-token-${String(n).padStart(20, '0')}`;

beforeAll(async () => {
  await relay.start();
  for (let n = 0; n < USERS; n++) {
    await relay.install(`iphone-${n}`, 'apns', iphone(n), [userTag(user(n))]);
    if (n % 2 === 0) await relay.install(`android-${n}`, 'fcmv1', android(n), [userTag(user(n))]);
  }
});
afterAll(() => relay.close());

test(`${EVENTS} events with duplicates, disorder, failures and ${RESTARTS} restarts: one push per device, or kept`, async () => {
  relay.services.hubs.setFaults({ throttledPercent: 5, failedPercent: 5, retryAfterSeconds: 0 });
  relay.services.eventGrid.setFaults({ duplicatePercent: 10, disorder: true, deadLetterDelaySeconds: 10 });

  const registrations = relay.services.metrics.total(HUB, 'incoming.all.requests');

  // What must come of each event, by the collapse id's source: message id.
  const expected = new Map<string, { devices: string[] }>();
  const bad = new Set<string>();
  const publish = () => {
    const n = Math.floor(random() * USERS);
    const roll = random();
    const event = samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: user(n) } });
    if (roll < 0.02) {
      delete event.data['threadId'];
      bad.add(event.id);
    } else {
      expected.set(String(event.data['messageId']), {
        devices: n % 2 === 0 ? [iphone(n), android(n)] : [iphone(n)],
      });
    }
    relay.services.eventGrid.publish(ACS, event);
  };

  const restartAt = new Set(
    Array.from({ length: RESTARTS }, (_, i) => Math.floor(((i + 0.5) * EVENTS) / RESTARTS)),
  );
  // Deliveries that local Event Grid has under way at a time, one event each.
  const inFlightAtKill = 16;
  for (let i = 0; i < EVENTS; i++) {
    publish();
    // More than wait for a claim of a killed process to run out, so that each restart meets the relay at work.
    if (i % 100 === 0) await relay.until(() => relay.services.eventGrid.pending() < 2_000, 5);
    if (restartAt.has(i)) {
      await relay.kill();
      await relay.startFunction();
    }
  }
  await relay.until(() => relay.services.eventGrid.pending() === 0, 200);

  // Which devices were shown which message: a push with the same collapse id takes the place of the one before.
  const shown = new Map<string, Map<string, number>>();
  for (const push of relay.inbox) {
    const message = messageOf(push);
    const devices = shown.get(message) ?? new Map<string, number>();
    devices.set(push.handle, (devices.get(push.handle) ?? 0) + 1);
    shown.set(message, devices);
  }

  // It did go wrong as often as was asked for, and events did come twice.
  const requests = relay.services.metrics.total(HUB, 'incoming.all.requests') - registrations;
  const failed = relay.services.metrics.total(HUB, 'incoming.all.failedrequests');
  expect(failed / requests).toBeGreaterThan(0.08);
  const answered = relay.services.eventGrid.deliveries().filter(({ status }) => status === 202);
  const twice = answered.length - new Set(answered.flatMap(({ eventIds }) => eventIds)).size;
  expect(twice / answered.length).toBeGreaterThan(0.05);

  const deadLetters = await relay.deadLetters();
  expect(new Set(deadLetters.map(({ content }) => content.event.id))).toEqual(bad);
  expect(new Set(deadLetters.map(({ content }) => content.deadLetterReason))).toEqual(
    new Set(['invalid-data']),
  );
  expect(relay.services.eventGrid.deadLetters()).toEqual([]);

  const wrong: string[] = [];
  let repeated = 0;
  for (const [message, { devices }] of expected) {
    const got = shown.get(message);
    if (JSON.stringify([...(got?.keys() ?? [])].sort()) !== JSON.stringify([...devices].sort()))
      wrong.push(message);
    for (const count of got?.values() ?? []) repeated += count - 1;
  }
  expect(wrong).toEqual([]);
  expect(shown.size + bad.size).toBe(EVENTS);
  // A hub accepted it and the process was killed before it could write that down: only what was under way then.
  expect(repeated).toBeLessThanOrEqual(RESTARTS * inFlightAtKill * 2);
  process.stdout.write(`${EVENTS} events, ${relay.inbox.length} pushes, ${repeated} repeated after a kill\n`);
});

function messageOf({ payload }: DeliveredPush): string {
  const { acs, message } = payload as {
    acs?: { messageId: string };
    message?: { data: { messageId: string } };
  };
  return acs?.messageId ?? message!.data.messageId;
}
