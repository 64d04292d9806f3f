import { randomUUID } from 'node:crypto';
import type { Slot } from '../../relay/ports';
import type { StoredEvents } from '../../relay/storage/processed-events';
import { Table } from '../../relay/storage/table';
import { SimulatedAccount } from './simulated-account';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long before it is in force another number of shards is written down, and a little more. */
const NOTICE_MS = 11 * MINUTE_MS;

const claimed = async (world: SimulatedAccount, events: StoredEvents, slot: Slot) =>
  (await world.until(events.claim(slot))).kind;
const finished = async (world: SimulatedAccount, events: StoredEvents, slot: Slot) => {
  expect(await claimed(world, events, slot)).toBe('mine');
  await events.finish(slot);
  await world.until(events.settled());
};
/** Enough of them for every partition. */
const many = (world: SimulatedAccount, of: string) =>
  Array.from({ length: 40 }, (_, i) => world.slot(`${of}/${i}`));
/** Partitions of the tables of events that something was written to. */
const partitions = (world: SimulatedAccount) =>
  [...world.tables.partitions.entries()]
    .filter(([name, { changes }]) => /^relay\d{8}\//.test(name) && changes > 0)
    .map(([name]) => name.split('/')[1]!);

describe.each([
  ['raised', 4, 16],
  ['lowered', 16, 2],
])('a number of shards that is %s', (_, before, after) => {
  test('while events are on their way has each of them pushed once, by instances of both settings', async () => {
    const world = new SimulatedAccount();
    const old = world.process(before);
    await claimed(world, old, world.slot('first'));
    await world.time.pass(NOTICE_MS);
    const early = many(world, 'early');
    for (const slot of early) await finished(world, old, slot);
    // Claimed by an instance of the old setting that never ends, when one of the new has begun.
    const held = world.slot('held');
    const next = world.process(after);
    expect(await claimed(world, next, world.slot('next'))).toBe('mine');
    expect(await claimed(world, old, held)).toBe('mine');
    expect(await claimed(world, next, held)).toBe('busy');
    await world.time.pass(NOTICE_MS);
    // What came before lies where it did, a day long.
    for (const slot of early) expect(await claimed(world, next, slot)).toBe('duplicate');
    const late = many(world, 'late');
    for (const [i, slot] of late.entries()) await finished(world, i % 2 ? old : next, slot);
    for (const [i, slot] of late.entries())
      expect(await claimed(world, i % 2 ? world.process(after) : world.process(before), slot)).toBe(
        'duplicate',
      );
    await world.time.pass(23 * HOUR_MS);
    for (const slot of [...early, ...late])
      expect(await claimed(world, world.process(after), slot)).toBe('duplicate');
    expect(new Set(partitions(world)).size).toBeGreaterThan(Math.max(before, after) / 2);
  });
});

test('instances of two settings that start again and again agree at every moment', async () => {
  const world = new SimulatedAccount();
  for (let round = 0; round < 20; round++) {
    const slots = many(world, `round/${round}`);
    const [one, other] = [world.process(4), world.process(8)];
    for (const slot of slots) {
      expect(await claimed(world, one, slot)).toBe('mine');
      expect(await claimed(world, other, slot)).toBe('busy');
    }
    await world.time.pass(4 * MINUTE_MS);
  }
});

test('a new number stays in force although an instance of the old one started after it was written down', async () => {
  const world = new SimulatedAccount();
  await claimed(world, world.process(4), world.slot('before'));
  const staying = world.process(16);
  await claimed(world, staying, world.slot('first of the new setting'));
  await world.time.pass(MINUTE_MS);
  // Another of the old setting, which the deployment ends soon after.
  await claimed(world, world.process(4), world.slot('last of the old setting'));
  for (let minute = 0; minute < 30; minute++) {
    await world.time.pass(MINUTE_MS);
    await claimed(world, staying, world.slot(`minute/${minute}`));
  }
  const before = new Set(partitions(world));
  for (const slot of many(world, 'late')) await finished(world, staying, slot);
  const all = partitions(world);
  expect(all.filter((name) => name.startsWith('16-')).length).toBeGreaterThan(8);
  expect(all.filter((name) => !name.startsWith('16-') && !before.has(name))).toEqual([]);
});

test('an instance that cannot read the layouts any more claims nothing by them', async () => {
  const world = new SimulatedAccount();
  const events = world.process(4);
  await claimed(world, events, world.slot('first'));
  world.fault = (operation) => (operation?.kind === 'query' ? { kind: 'refused', status: 503 } : undefined);
  await world.time.pass(3 * MINUTE_MS);
  expect(await claimed(world, events, world.slot('soon after'))).toBe('mine');
  await world.time.pass(3 * MINUTE_MS);
  await expect(claimed(world, events, world.slot('long after'))).rejects.toThrow('answered 503');
  world.fault = () => undefined;
  expect(await claimed(world, events, world.slot('long after'))).toBe('mine');
});

describe('a row of a form that only a later release knows', () => {
  test('is left to that release: neither pushed again nor lost', async () => {
    const world = new SimulatedAccount();
    const events = world.process();
    const slot = world.slot('event');
    await finished(world, events, slot);
    const [name] = world.tables.tables.filter((table) => /^relay\d{8}$/.test(table));
    const table = new Table(world.account, name!);
    const [row] = await world.until(table.rows(`RowKey eq '${slot.key}'`));
    expect(row).toMatchObject({ format: 1 });
    const { partitionKey, rowKey } = row!;
    await world.until(table.change({ kind: 'merge', entity: { partitionKey, rowKey, format: 2 } }));
    await expect(claimed(world, world.process(), slot)).rejects.toThrow(/format 2, this release reads 1/);
  });
});

/** An instance of the release before rows had a format and shards could change, with the requests that it made. */
class FormerInstance {
  private readonly table: Table;

  constructor(private readonly world: SimulatedAccount) {
    const day = new Date(world.time.now()).toISOString().slice(0, 10).replaceAll('-', '');
    this.table = new Table(world.account, `relay${day}`);
  }

  async claim(slot: Slot): Promise<{ kind: string; token: string; sent: string[] }> {
    await this.table.create();
    const token = randomUUID();
    const keys = { partitionKey: String(slot.key.charCodeAt(0) % 4), rowKey: slot.key };
    const until = String(this.world.time.now() + slot.leaseMs);
    const entity = { ...keys, version: String(slot.version), holder: token, until };
    const none = { token, sent: [] };
    if ((await this.table.change({ kind: 'insert', entity })) === 'done') return { kind: 'mine', ...none };
    const kept = (await this.table.get(keys.partitionKey, keys.rowKey))!;
    const version = Number(kept['version']);
    if (version > slot.version) return { kind: 'superseded', ...none };
    if (kept[`done_${version}`]) {
      if (version === slot.version) return { kind: 'duplicate', ...none };
    } else if (kept['freed'] !== kept['holder'] && Number(kept['until']) > this.world.time.now()) {
      return { kind: 'busy', ...none };
    }
    const sent = String(kept[`sent_${slot.version}`] ?? '');
    await this.table.change({
      kind: 'replace',
      entity: { ...entity, [`sent_${slot.version}`]: sent },
      etag: kept.etag,
    });
    return { kind: 'mine', token, sent: sent.split(' ').filter((key) => key !== '') };
  }

  async mark({ key }: Slot, properties: Record<string, string | boolean>): Promise<void> {
    const entity = { partitionKey: String(key.charCodeAt(0) % 4), rowKey: key, ...properties };
    await this.table.change({ kind: 'merge', entity });
  }
}

describe('an instance of the release before, beside one of this', () => {
  const both = () => {
    const world = new SimulatedAccount();
    return { world, former: new FormerInstance(world), events: world.process() };
  };

  test('knows what this one finished, holds and gave back; and this one what it did', async () => {
    const { world, former, events } = both();
    for (let i = 0; i < 10; i++) {
      const [ours, theirs] = [world.slot(`ours/${i}`), world.slot(`theirs/${i}`)];
      const own = await world.until(events.claim(ours));
      const { token } = await world.until(former.claim(theirs));
      expect((await world.until(former.claim(ours))).kind).toBe('busy');
      expect(await claimed(world, events, theirs)).toBe('busy');
      if (own.kind !== 'mine') throw new Error(own.kind);
      if (i % 2 === 0) {
        await events.finish(ours);
        await world.until(former.mark(theirs, { done_0: true }));
        await world.until(events.settled());
        expect((await world.until(former.claim(ours))).kind).toBe('duplicate');
        expect(await claimed(world, world.process(), theirs)).toBe('duplicate');
      } else {
        await world.until(events.release(ours, own.token, new Set(['alert/apple', 'alert/fcmv1'])));
        await world.until(former.mark(theirs, { freed: token, sent_0: 'alert/apple alert/fcmv1' }));
        const sent = ['alert/apple', 'alert/fcmv1'];
        expect(await world.until(former.claim(ours))).toMatchObject({ kind: 'mine', sent });
        expect(await world.until(world.process().claim(theirs))).toMatchObject({
          kind: 'mine',
          sent: new Set(sent),
        });
      }
    }
  });
});
