import type { DeliveredPush } from '../../local/azure/core/context';
import { seededRandom } from '../../local/azure/core/random';
import { userTag } from '../../relay/tags';
import { repeats } from '../support/soak';
import { callClaim, messageClaim, readClaims } from './claims';
import { ACS, HUB, LocalRelay } from './local-relay';
import { identifier, Samples, type EventGridEvent } from './samples';

/** Another seed plays another course; the promises are the same. */
const SEED = Number(process.env['RELAY_TEST_SEED'] ?? 20_260_101);
const EVENTS = Number(process.env['RELAY_TEST_EVENTS'] ?? repeats(400, 10_000));
const USERS = repeats(40, 200);
const RESTARTS = repeats(3, 10);
const CLOCK_SPEED = 60;

jest.setTimeout(3_600_000);

const relay = new LocalRelay({ seed: SEED, clockSpeed: CLOCK_SPEED });
const random = seededRandom(`${SEED}/events`);
const now = () => relay.azure.context.clock.now();
const samples = new Samples(ACS, now);

const user = (n: number) => `8:acs:1a2b3c4d-0000-4000-8000-000000000001_${String(n).padStart(12, '0')}`;
const iphone = (n: number) => `aa${String(n).padStart(62, '0')}`;
const android = (n: number) => `android-token-${String(n).padStart(20, '0')}`;
const devicesOf = (n: number) => (n % 2 === 0 ? [iphone(n), android(n)] : [iphone(n)]);

beforeAll(async () => {
  await relay.start();
  for (let n = 0; n < USERS; n++) {
    await relay.install(`iphone-${n}`, 'apns', iphone(n), [userTag(user(n))]);
    if (n % 2 === 0) await relay.install(`android-${n}`, 'fcmv1', android(n), [userTag(user(n))]);
  }
});
afterAll(() => relay.close());

/** Events about one thing, in the order in which they happen. */
interface Story {
  /** Id of the message or the call, as pushes carry it. */
  readonly about: string;
  /** Key of what the relay writes down of it; none where it can make no push. */
  readonly claim?: string;
  readonly devices: readonly string[];
  readonly events: readonly EventGridEvent[];
  /** What each device is to show at the end, by the name in the push; nothing for an event without a recipient. */
  readonly last?: string;
}

function story(): Story {
  const n = Math.floor(random() * USERS);
  const devices = devicesOf(n);
  const kind = random();
  if (kind < 0.05) {
    const call = { correlationId: `call-${Math.floor(random() * 2 ** 48)}` };
    const callee = { to: identifier(user(n)), toCommunicationIdentifier: identifier(user(n)) };
    const events = [samples.incomingCall({ ...call, ...callee }), samples.callEnded(call)];
    const claim = callClaim(call.correlationId, user(n));
    return { about: call.correlationId, claim, devices, events, last: 'MissedCall' };
  }
  const recipient = { recipientCommunicationIdentifier: identifier(user(n)) };
  const received = samples.chatMessageReceived(recipient);
  const { messageId, version, threadId } = received.data as {
    messageId: string;
    version: number;
    threadId: string;
  };
  const later = (by: number) => ({ ...recipient, messageId, version: version + by });
  const events = [received];
  if (kind < 0.07) {
    delete received.data['threadId'];
    return { about: messageId, devices, events };
  }
  if (kind < 0.2) events.push(samples.chatMessageEdited(later(1)));
  if (kind < 0.13) events.push(samples.chatMessageDeleted(later(2)));
  const claim = messageClaim(user(n), threadId, messageId);
  return { about: messageId, claim, devices, events, last: events.at(-1)!.eventType.split('.').pop()! };
}

test(`${EVENTS} events with duplicates, disorder, failures and ${RESTARTS} restarts: one push per device, or kept`, async () => {
  const { eventGrid, hubs, metrics } = relay.services;
  hubs.setFaults({ throttledPercent: 8, failedPercent: 8, retryAfterSeconds: 0 });
  eventGrid.setFaults({ duplicatePercent: 20, disorder: true, deadLetterDelaySeconds: 10 });
  const registrations = metrics.total(HUB, 'incoming.all.requests');

  const stories: Story[] = [];
  const kills: { from: number }[] = [];
  // The attempts of which the relay was killed before it had written down how they ended: each may be repeated once.
  const cutShort = new Map<string, Set<string>>();
  const restartAt = Array.from({ length: RESTARTS }, (_, i) => Math.floor(((i + 0.5) * EVENTS) / RESTARTS));
  for (let published = 0; published < EVENTS;) {
    const next = story();
    stories.push(next);
    for (const event of next.events) eventGrid.publish(ACS, event);
    published += next.events.length;
    // More than wait for a claim of a killed process to run out, so that each restart meets the relay at work.
    if (stories.length % 50 === 0) await relay.until(() => eventGrid.pending() < 2_000, 5);
    if (kills.length < RESTARTS && published >= restartAt[kills.length]!) {
      await relay.until(() => eventGrid.deliveries().at(-1)?.status === 202, 1);
      const from = now();
      await relay.kill();
      kills.push({ from });
      const { unmarked } = await readClaims(relay);
      for (const [claim, attempt] of unmarked)
        cutShort.set(claim, (cutShort.get(claim) ?? new Set()).add(attempt));
      await relay.startFunction();
    }
  }
  await relay.until(() => eventGrid.pending() === 0, 200);
  // Nothing but a kill leaves an attempt without its end, which is written down a little after the answer: were it not, no
  // repetition could be told from one that may be.
  await relay.until(async () => {
    const { unmarked } = await readClaims(relay);
    return [...unmarked].every(([claim, attempt]) => cutShort.get(claim)?.has(attempt));
  }, 500);

  // It did go wrong as often as was asked for, events did come twice, and each kill met the relay at work.
  const requests = metrics.total(HUB, 'incoming.all.requests') - registrations;
  expect(metrics.total(HUB, 'incoming.all.failedrequests') / requests).toBeGreaterThan(0.08);
  const attempts = eventGrid.deliveries().map(({ startedAt, time, status, eventIds }) => ({
    from: Date.parse(startedAt),
    to: Date.parse(time),
    status,
    id: eventIds[0]!,
  }));
  const answered = attempts.filter(({ status }) => status === 202);
  const twice = answered.length - new Set(answered.map(({ id }) => id)).size;
  expect(twice / answered.length).toBeGreaterThan(0.05);
  expect(kills).toHaveLength(RESTARTS);
  for (const kill of kills) {
    // The front of the app answers for it: 502.
    const cutOff = attempts.filter(
      ({ from, to, status }) => status === 502 && from <= kill.from && to >= kill.from,
    );
    expect(cutOff).not.toEqual([]);
  }

  // What each device got about each thing, in order.
  const got = new Map<string, string[]>();
  for (const push of relay.inbox) {
    const { event, about } = dataOf(push);
    const key = `${about} ${push.handle}`;
    got.set(key, [...(got.get(key) ?? []), event]);
  }

  // Kept: what nobody can make a push of, by the relay; rings that found no relay in their minute, by Event Grid.
  const kept = await relay.deadLetters();
  const bad = stories.filter(({ last }) => last === undefined).map(({ events }) => events[0]!.id);
  expect(new Set(kept.map(({ content }) => content.event.id))).toEqual(new Set(bad));
  expect(new Set(kept.map(({ content }) => content.deadLetterReason))).toEqual(new Set(['invalid-data']));
  const givenUp = new Set(eventGrid.deadLetters().map(({ event }) => event.id));
  const calls = stories.filter(({ last }) => last === 'MissedCall').map(({ events }) => events[0]!.id);
  expect([...givenUp].filter((id) => !calls.includes(id))).toEqual([]);
  expect(eventGrid.deadLetters().filter(({ blob }) => blob === undefined)).toEqual([]);

  const wrong: string[] = [];
  let repeated = 0;
  for (const { about, claim, devices, events, last } of stories) {
    for (const device of devices) {
      const pushes = got.get(`${about} ${device}`) ?? [];
      got.delete(`${about} ${device}`);
      const lost = pushes.at(-1) !== last && !givenUp.has(events[0]!.id);
      if (lost)
        wrong.push(`${about}: ${pushes.join(', ') || 'nothing'} instead of ${last ?? 'nothing'} at the end`);
      const again = pushes.length - new Set(pushes).size;
      repeated += again;
      if (again > (cutShort.get(claim ?? '')?.size ?? 0)) wrong.push(`${about}: ${pushes.join(', ')}`);
    }
  }
  expect(wrong).toEqual([]);
  expect([...got.keys()]).toEqual([]);
  process.stdout.write(
    `${attempts.length} deliveries of ${stories.length} stories, ${relay.inbox.length} pushes, ` +
      `${repeated} repeated after ${RESTARTS} kills that cut ${cutShort.size} short, ${kept.length} kept, ${givenUp.size} rings given up\n`,
  );
});

/** Which event a push is of, and the message or call that it is about. */
function dataOf({ payload }: DeliveredPush): { event: string; about: string } {
  const { acs, message } = payload as {
    acs?: Record<string, string>;
    message?: { data: Record<string, string> };
  };
  const { event, messageId, correlationId } = acs ?? message!.data;
  return { event: event!, about: (messageId ?? correlationId)! };
}
