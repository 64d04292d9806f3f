import { randomUUID } from 'node:crypto';
import type { Slot } from '../../relay/ports';
import type { StoredEvents } from '../../relay/storage/processed-events';
import type { Fault } from '../support/simulated-tables';
import { SimulatedAccount } from './simulated-account';

/** Events that are handled at a time. */
const AT_A_TIME = 256;

/** Handles the events, so many at a time; gives what became of each. */
async function handle(events: StoredEvents, slots: readonly Slot[]): Promise<string[]> {
  const outcomes: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < slots.length) {
      const slot = slots[next++]!;
      const { kind } = await events.claim(slot);
      if (kind === 'mine') await events.finish(slot);
      outcomes.push(kind);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return outcomes;
}

const slots = (world: SimulatedAccount, of: string, count: number) =>
  Array.from({ length: count }, (_, i) => world.slot(`${of}/${i}`));

describe('events that come again', () => {
  test.each([1, 10, 50, 100])('of %d %% cost half as much again as fresh ones at most', async (percent) => {
    const world = new SimulatedAccount();
    const known = slots(world, 'known', 4_000);
    const first = world.process();
    const fresh = await world.operations(handle(first, known));
    await world.until(first.settled());
    const mixed = known.map((slot, i) => ((i * 37) % 100 < percent ? slot : world.slot(`new/${i}`)));
    let outcomes: string[] = [];
    const next = world.process();
    const again = await world.operations(handle(next, mixed).then((all) => (outcomes = all)));
    expect(outcomes.filter((kind) => kind === 'duplicate')).toHaveLength(40 * percent);
    expect(outcomes.filter((kind) => kind === 'mine')).toHaveLength(4_000 - 40 * percent);
    expect(again).toBeLessThanOrEqual(1.5 * fresh);
  });

  test('are handled in the time of fresh ones, by the time that requests take', async () => {
    const world = new SimulatedAccount();
    const known = slots(world, 'known', 4_000);
    const timeOf = async (events: StoredEvents) => {
      const start = world.time.now();
      let end = 0;
      await world.until(handle(events, known).then(() => (end = world.time.now())));
      return end - start;
    };
    const first = world.process();
    const fresh = await timeOf(first);
    await world.until(first.settled());
    expect(fresh / (await timeOf(world.process()))).toBeGreaterThanOrEqual(0.7);
  });
});

describe('a request without an answer', () => {
  /** Claims, 200 a second; how long each took, in milliseconds. */
  const claims = async (world: SimulatedAccount, count: number): Promise<number[]> => {
    const events = world.process();
    const took: number[] = [];
    const all: Promise<void>[] = [];
    const begin = async (i: number) => {
      const start = world.time.now();
      const slot = world.slot(`claim/${i}`);
      const { kind } = await events.claim(slot);
      expect(kind).toBe('mine');
      took.push(world.time.now() - start);
      await events.finish(slot);
    };
    const come = async () => {
      for (let i = 0; i < count; i++) {
        all.push(begin(i));
        await world.time.sleep(5);
      }
      await Promise.all(all);
    };
    await world.until(come());
    return took;
  };

  test.each(['first', 'last'] as const)(
    'holds up no claim for two seconds, carried out %s',
    async (carriedOut) => {
      const world = new SimulatedAccount();
      let transactions = 0;
      world.fault = (operation) =>
        operation?.kind === 'transaction' && ++transactions % 100 === 50
          ? { kind: 'hanging', forMs: 60_000, carriedOut }
          : undefined;
      const took = await claims(world, 3_000);
      expect(transactions).toBeGreaterThan(200);
      expect(took).toHaveLength(3_000);
      expect(took.filter((ms) => ms > 2_000)).toEqual([]);
    },
  );

  test('holds up the first claim of a process no longer: where its partition is, it has to read', async () => {
    const world = new SimulatedAccount();
    await world.until(world.process().claim(world.slot('before')));
    let hung = 0;
    world.fault = (operation) =>
      operation?.kind === 'query' && hung++ === 0
        ? { kind: 'hanging', forMs: 60_000, carriedOut: 'last' }
        : undefined;
    const start = world.time.now();
    let end = Infinity;
    const claim = world
      .process()
      .claim(world.slot('first'))
      .then(() => (end = world.time.now()));
    await world.until(claim);
    expect(hung).toBeGreaterThan(0);
    expect(end - start).toBeLessThan(2_000);
  });

  test('that all requests of a minute are, is not asked three times as much', async () => {
    const world = new SimulatedAccount();
    const events = world.process();
    await world.until(events.claim(world.slot('before')));
    world.fault = () => ({ kind: 'hanging', forMs: 700, carriedOut: 'last' });
    const before = world.tables.requests;
    const work = Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await world.time.sleep(i * 1_000);
        await events.claim(world.slot(`slow/${i}`));
      }),
    );
    await world.until(work);
    expect(world.tables.requests - before).toBeLessThanOrEqual(40 + 20);
  });
});

describe('a table that is busy', () => {
  const busy = (over: Partial<Fault & { kind: 'refused' }> = {}): Fault => ({
    kind: 'refused',
    status: 503,
    ...over,
  });

  test.each([
    ['refuses a transaction', {}],
    ['refuses a part of one', { within: true }],
    ['fails within one', { status: 500, within: true } as const],
  ])('and %s is asked again, three times in all', async (_, over) => {
    const world = new SimulatedAccount();
    const events = world.process();
    await world.until(events.claim(world.slot('before')));
    let left = 2;
    world.fault = (operation) => (operation?.kind === 'transaction' && left-- > 0 ? busy(over) : undefined);
    const all = Promise.all(Array.from({ length: 40 }, (_, i) => events.claim(world.slot(`claim/${i}`))));
    expect((await world.until(all)).every(({ kind }) => kind === 'mine')).toBe(true);
    left = 12;
    await expect(world.until(events.claim(world.slot('in vain')))).rejects.toThrow(/answered 50[03]/);
  });

  test('is asked again when it says, but not later than in ten seconds', async () => {
    const world = new SimulatedAccount();
    const events = world.process();
    await world.until(events.claim(world.slot('before')));
    const start = world.time.now();
    let left = 1;
    world.fault = () => (left-- > 0 ? busy({ retryAfterSeconds: 4 }) : undefined);
    await world.until(events.claim(world.slot('soon')));
    expect(world.time.now() - start).toBeGreaterThanOrEqual(4_000);
    left = 1;
    const later = world.time.now();
    world.fault = () => (left-- > 0 ? busy({ retryAfterSeconds: 3_600 }) : undefined);
    await expect(world.until(events.claim(world.slot('late')))).rejects.toThrow('answered 503');
    expect(world.time.now() - later).toBeLessThan(1_000);
  });
});

describe('how an attempt ended', () => {
  const away = (world: SimulatedAccount) => (world.fault = () => ({ kind: 'refused', status: 503 }));
  const back = (world: SimulatedAccount) => (world.fault = () => undefined);

  test('is written down when the table is back: that it was finished', async () => {
    const world = new SimulatedAccount();
    const events = world.process();
    const slot = world.slot('event');
    await world.until(events.claim(slot));
    away(world);
    await events.finish(slot);
    await world.time.pass(20_000);
    expect((await world.until(events.claim(slot))).kind).toBe('duplicate');
    back(world);
    await world.until(events.settled());
    expect((await world.stateOf(slot)).kind).toBe('done');
    expect(world.told).toEqual([]);
  });

  test('is written down when the table is back: what was sent', async () => {
    const world = new SimulatedAccount();
    const events = world.process();
    const slot = world.slot('event');
    const claim = await world.until(events.claim(slot));
    if (claim.kind !== 'mine') throw new Error(claim.kind);
    away(world);
    await world.until(events.release(slot, claim.token, new Set(['alert/apple'])));
    await world.time.pass(10_000);
    back(world);
    await world.until(events.settled());
    const next = await world.until(world.process().claim(slot));
    expect(next).toMatchObject({ kind: 'mine', sent: new Set(['alert/apple']) });
  });

  test('is told when it could not be written down for two minutes, and known to the process all the same', async () => {
    const world = new SimulatedAccount();
    const events = world.process();
    const slot = world.slot('event');
    const claim = await world.until(events.claim(slot));
    if (claim.kind !== 'mine') throw new Error(claim.kind);
    away(world);
    await world.until(events.release(slot, claim.token, new Set(['alert/apple'])));
    await world.until(events.settled());
    expect(world.told).toEqual([expect.stringContaining('not written down')]);
    back(world);
    expect(await world.until(events.claim(slot))).toMatchObject({ sent: new Set(['alert/apple']) });
  });

  test('adds to what others sent: two attempts that give back in whatever order forget nothing', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const world = new SimulatedAccount();
      const slot = world.slot(randomUUID());
      const attempts = [world.process(), world.process()];
      const tokens: string[] = [];
      for (const attempt of attempts) {
        const claim = await world.until(attempt.claim(slot));
        if (claim.kind !== 'mine') throw new Error(claim.kind);
        tokens.push(claim.token);
        await world.time.pass(36_000);
      }
      const keys = ['alert/apple', 'alert/fcmv1'];
      for (const i of order) {
        await world.until(attempts[i]!.release(slot, tokens[i]!, new Set([keys[i]!])));
      }
      const next = await world.until(world.process().claim(slot));
      expect(next).toMatchObject({ kind: 'mine', sent: new Set(keys) });
    }
  });
});
