import type { HttpClient } from '@azure/core-rest-pipeline';
import { ManualClock } from '../../local/azure/core/clock';
import { TransientError } from '../../relay/errors';
import type { Slot } from '../../relay/ports';
import { RememberedEvents } from '../../relay/storage/remembered-events';
import { StoredEvents } from '../../relay/storage/processed-events';
import { LocalRelay } from './local-relay';

const LEASE_MS = 35_000;
const relay = new LocalRelay({ start: false });
const clock = new ManualClock(Date.now());
let keys = 0;

beforeAll(async () => {
  await relay.start();
});
afterAll(async () => {
  await relay.close();
});

/** The slots as a process sees them that has just started. */
const startProcess = (account = relay.account) =>
  new StoredEvents(account, {
    prefix: 'slots',
    shards: 4,
    clock,
    log: {
      write: (_, message, fields) => {
        throw new Error(`${message} ${JSON.stringify(fields)}`);
      },
    },
  });
const slotOf = (key: string, version: number): Slot => ({
  key,
  version,
  day: clock.now(),
  leaseMs: LEASE_MS,
});
const newKey = () => `key-${++keys}`;
/** The same slot in two versions, as an edited message has it. */
const twoVersions = () => {
  const key = newKey();
  return [slotOf(key, 1_613_694_358_927), slotOf(key, 1_613_694_358_928)] as const;
};
const take = async (events: StoredEvents | RememberedEvents, slot: Slot) => {
  const claim = await events.claim(slot);
  if (claim.kind !== 'mine') throw new Error(`slot is ${claim.kind}`);
  return { token: claim.token, sent: [...claim.sent] };
};
const overrun = () => clock.advance(LEASE_MS + 1_000);

test('a claim whose answer got lost is held by who made it, and by nobody else', async () => {
  let lost = 0;
  const lossy: HttpClient = {
    sendRequest: async (request) => {
      const response = await relay.account.httpClient.sendRequest(request);
      if (request.url.endsWith('/$batch') && lost++ === 0) throw new TransientError('no answer');
      return response;
    },
  };
  const slot = slotOf(newKey(), 0);
  const process = startProcess({ ...relay.account, httpClient: lossy });
  expect(await take(process, slot)).toMatchObject({ sent: [] });
  expect(lost).toBeGreaterThan(1);
  expect((await startProcess().claim(slot)).kind).toBe('busy');
});

test('what was finished is a duplicate in every process, and what came before it is superseded', async () => {
  const [first, second] = twoVersions();
  const process = startProcess();
  await take(process, second);
  await process.finish(second);
  await process.settled();
  expect((await process.claim(second)).kind).toBe('duplicate');
  expect((await startProcess().claim(second)).kind).toBe('duplicate');
  expect((await startProcess().claim(first)).kind).toBe('superseded');
});

test('a later version replaces one that was finished, with nothing of what was sent for it', async () => {
  const [first, second] = twoVersions();
  const process = startProcess();
  const { token } = await take(process, first);
  await process.release(first, token, new Set(['alert/apple']));
  expect((await take(process, first)).sent).toEqual(['alert/apple']);
  await process.finish(first);
  await process.settled();
  expect((await take(startProcess(), second)).sent).toEqual([]);
});

test('a claim holds until it is given back, and hands on what was accepted', async () => {
  const slot = slotOf(newKey(), 0);
  const process = startProcess();
  const { token } = await take(process, slot);
  expect((await startProcess().claim(slot)).kind).toBe('busy');
  await process.release(slot, token, new Set(['alert/apple', 'alert/fcmv1']));
  expect((await take(startProcess(), slot)).sent).toEqual(['alert/apple', 'alert/fcmv1']);
});

test.each([0, -1, 1.5, Number.MAX_VALUE])('a version can be any number: %d', async (version) => {
  const slot = slotOf(newKey(), version);
  const process = startProcess();
  await take(process, slot);
  await process.finish(slot);
  await process.settled();
  expect((await startProcess().claim(slot)).kind).toBe('duplicate');
});

describe('an attempt that ends after another took over', () => {
  test('does not finish a later version, which is handled again when its process died', async () => {
    const [first, second] = twoVersions();
    const late = startProcess();
    await take(late, first);
    await overrun();
    await take(startProcess(), second);
    await late.finish(first);
    await late.settled();
    expect((await startProcess().claim(second)).kind).toBe('busy');
    await overrun();
    expect((await take(startProcess(), second)).sent).toEqual([]);
  });

  test('does not give back a later version, nor what it had sent itself as sent of that', async () => {
    const [first, second] = twoVersions();
    const late = startProcess();
    const { token } = await take(late, first);
    await overrun();
    const next = startProcess();
    const claim = await take(next, second);
    await late.release(first, token, new Set(['alert/apple']));
    expect((await startProcess().claim(second)).kind).toBe('busy');
    await next.release(second, claim.token, new Set());
    expect((await take(startProcess(), second)).sent).toEqual([]);
  });

  test('does not undo that a later version is finished', async () => {
    const [first, second] = twoVersions();
    const late = startProcess();
    const { token } = await take(late, first);
    await overrun();
    const next = startProcess();
    await take(next, second);
    await next.finish(second);
    await next.settled();
    await late.release(first, token, new Set());
    expect((await startProcess().claim(second)).kind).toBe('duplicate');
  });

  test('does not give back the claim of another attempt at the same version', async () => {
    const slot = slotOf(newKey(), 0);
    const late = startProcess();
    const { token } = await take(late, slot);
    await overrun();
    await take(startProcess(), slot);
    await late.release(slot, token, new Set(['alert/apple']));
    expect((await startProcess().claim(slot)).kind).toBe('busy');
  });

  test('changes nothing in the memory of one process either', async () => {
    const [first, second] = twoVersions();
    const events = new RememberedEvents(clock);
    const late = await take(events, first);
    await overrun();
    await take(events, second);
    await events.finish(first);
    expect((await events.claim(second)).kind).toBe('busy');
    await events.release(first, late.token, new Set(['alert/apple']));
    expect((await events.claim(second)).kind).toBe('busy');
    await overrun();
    expect((await take(events, second)).sent).toEqual([]);
  });
});
