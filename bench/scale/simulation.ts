import { seededRandom, type Random } from '../../local/azure/core/random';
import { sha256 } from '../../relay/hash';
import type { Log, Slot } from '../../relay/ports';
import { AZURE_LIMITS, SimulatedTables, type Operation } from '../../test/support/simulated-tables';
import { VirtualTime } from '../../test/support/virtual-time';
import { storedEvents } from './stored-events';

/** What is tried. */
export interface Setting {
  readonly eventsPerSecond: number;
  /** Instances of the relay; each event comes to one of them. */
  readonly instances: number;
  /** Partitions that an account's slots are spread over. */
  readonly partitions: number;
  /** Storage accounts; each event belongs to one of them. */
  readonly accounts: number;
}

export interface Outcome extends Setting {
  /** Milliseconds from a delivery to its claim. */
  readonly claimP50Ms: number;
  readonly claimP99Ms: number;
  /** Deliveries that failed, in parts of the events. */
  readonly failedDeliveries: number;
  /** Entities that were turned away with 503, in parts of the changes that were carried out. */
  readonly throttled: number;
  /** Changes of entities, and requests, for each event. */
  readonly changesPerEvent: number;
  readonly requestsPerEvent: number;
  /** Changes a second of the busiest partition, in parts of its limit. */
  readonly busiestPartition: number;
  /** Events that were handled whose mark was not written: what is delivered again after that is pushed again. */
  readonly unmarked: number;
  /** Events that wait for their claim or their next delivery, half way and at the end. */
  readonly waiting: readonly [number, number];
  readonly works: boolean;
}

const START = Date.UTC(2026, 0, 1, 12);
/** Before events come: tables are made, and settings that are in force a while after they are written down. */
const BEFORE_MS = 11 * 60_000;
const BEGIN = START + BEFORE_MS;
const LEASE_MS = 35_000;
/** What is sent to the hub between claim and mark. */
const SEND_MS = 30;
/** An event of which the first delivery failed comes again. https://learn.microsoft.com/azure/event-grid/delivery-and-retry */
const REDELIVERED_AFTER_MS = [10_000, 30_000, 60_000, 300_000];
/** Share of the events that come a second time although they were acknowledged, and when. An assumption. */
const REPEATED = { share: 0.01, afterMs: 2_000 };
/** There is little to use up before the limits count. */
const LIMITS = { ...AZURE_LIMITS, initially: 0.05 };
/** A setting does not work when claims take longer than this, or more than so many entities are turned away. */
const MAX_CLAIM_P99_MS = 1_000;
const MAX_THROTTLED = 0.001;

/**
 * A request takes 8 ms and 0.15 ms for each entity, more or less by up to a third. An assumption: no document says how
 * long one takes.
 */
function latency(random: Random): (operation: Operation | undefined) => number {
  return (operation) => {
    const entities = operation?.kind === 'transaction' ? operation.changes.length : 1;
    return (8 + 0.15 * entities) * (0.67 + 0.66 * random());
  };
}

function slotOf(key: string): Slot {
  return { key, version: 0, day: BEGIN, leaseMs: LEASE_MS };
}

/** Events come for so many seconds, at random moments, to the relay's own storage code. */
export async function simulate(setting: Setting, seconds: number, seed = 1): Promise<Outcome> {
  const random = seededRandom(seed);
  const time = new VirtualTime(START);
  let unmarked = 0;
  const log: Log = { write: () => unmarked++ };
  const accounts = Array.from(
    { length: setting.accounts },
    () => new SimulatedTables({ clock: time, limits: LIMITS, latencyMs: latency(random) }),
  );
  const instances = accounts.map((account) =>
    Array.from({ length: setting.instances / setting.accounts }, () =>
      storedEvents(account, setting.partitions, time, log),
    ),
  );
  const claims: number[] = [];
  let events = 0;
  let failed = 0;
  let waiting = 0;

  const deliver = async (key: string, attempt: number, account: number): Promise<void> => {
    const all = instances[account]!;
    const instance = all[Math.floor(random() * all.length)]!;
    const slot = slotOf(key);
    const began = time.now();
    try {
      const claim = await instance.claim(slot);
      claims.push(time.now() - began);
      if (claim.kind === 'busy') throw new Error('the slot is busy');
      waiting--;
      if (claim.kind !== 'mine') return;
      await time.sleep(SEND_MS);
      await instance.finish(slot);
    } catch {
      failed++;
      const again = REDELIVERED_AFTER_MS[attempt];
      if (again === undefined) return;
      await time.sleep(again);
      await deliver(key, attempt + 1, account);
    }
  };
  const arriving = (key: string, account: number) => {
    waiting++;
    return deliver(key, 0, account);
  };
  const arrive = async () => {
    const end = BEGIN + seconds * 1000;
    for (let at = BEGIN; at < end;) {
      at += (-Math.log(1 - random()) * 1000) / setting.eventsPerSecond;
      if (at > time.now()) await time.sleep(at - time.now());
      const key = sha256(`event\n${events++}`);
      const account = events % setting.accounts;
      void arriving(key, account);
      if (random() < REPEATED.share) void time.sleep(REPEATED.afterMs).then(() => arriving(key, account));
    }
  };

  for (const [first] of instances) void first!.claim(slotOf(sha256('the first one')));
  await time.pass(BEFORE_MS);
  void arrive();
  await time.pass(seconds * 500);
  const half = waiting;
  await time.pass(seconds * 500);
  const end = waiting;
  const total = (of: (account: SimulatedTables) => number) =>
    accounts.reduce((sum, account) => sum + of(account), 0);
  const throttled = total((account) => account.total.throttled);
  const changes = total((account) => account.total.changes);
  const busiest = Math.max(
    ...accounts.flatMap(({ partitions }) => [...partitions.values()].map((partition) => partition.changes)),
  );
  claims.sort((a, b) => a - b);
  const quantile = (q: number) =>
    claims[Math.min(claims.length - 1, Math.floor(q * claims.length))] ?? Infinity;
  const [claimP50Ms, claimP99Ms] = [quantile(0.5), quantile(0.99)];
  return {
    ...setting,
    claimP50Ms,
    claimP99Ms,
    failedDeliveries: failed / events,
    throttled: throttled / changes,
    changesPerEvent: changes / events,
    requestsPerEvent: total((account) => account.requests) / events,
    busiestPartition: busiest / seconds / AZURE_LIMITS.partition,
    unmarked,
    waiting: [half, end],
    works:
      failed === 0 &&
      unmarked === 0 &&
      claimP99Ms <= MAX_CLAIM_P99_MS &&
      throttled / changes <= MAX_THROTTLED,
  };
}
