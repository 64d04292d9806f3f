import { seededRandom } from '../../local/azure/core/random';
import { TransientError } from '../../relay/errors';
import type { Log } from '../../relay/ports';
import { repeats } from '../support/soak';
import type { Fault } from '../support/simulated-tables';
import { bareRelay } from './bare-relay';
import { ACS } from './local-relay';
import { SimulatedAccount } from './simulated-account';
import { Samples } from './samples';

const STORIES = repeats(150, 400);
/** When Event Grid delivers again what failed, in seconds. https://learn.microsoft.com/azure/event-grid/delivery-and-retry */
const AGAIN_AFTER = [10, 30, 60, 300, 600, 1_800, ...Array.from({ length: 23 }, () => 3_600)];
/** How long it waits for an answer, in milliseconds. */
const ANSWER_MS = 30_000;

const silent: Log = { write: () => undefined };

/** Three of ten requests go wrong, in each way that there is. */
function storageFault(random: () => number): Fault | undefined {
  const drawn = random();
  if (drawn < 0.06) return { kind: 'refused', status: 503 };
  if (drawn < 0.12) return { kind: 'refused', status: 500, within: true };
  if (drawn < 0.16) return { kind: 'failed', status: 500 };
  if (drawn < 0.2) return { kind: 'lost', carriedOut: false };
  if (drawn < 0.24) return { kind: 'lost', carriedOut: true };
  if (drawn < 0.27) return { kind: 'hanging', forMs: 12_000, carriedOut: 'first' };
  if (drawn < 0.3) return { kind: 'hanging', forMs: 12_000, carriedOut: 'last' };
  return undefined;
}

afterEach(() => jest.restoreAllMocks());

test.each([1, 2, 3])(
  `${STORIES} messages, two instances, three of ten requests to storage and to the hub fail: each push once (seed %d)`,
  async (seed) => {
    const random = seededRandom(seed);
    jest.spyOn(Math, 'random').mockImplementation(random);
    const world = new SimulatedAccount();
    world.fault = () => storageFault(random);
    const samples = new Samples(ACS, () => world.time.now());
    let refused = 0;
    const instances = [world.process(), world.process()].map((processed) => ({
      processed,
      ...bareRelay(ACS, {
        clock: world.time,
        processed,
        sending: async () => {
          await world.time.sleep(20 + random() * 500);
          if (random() > 0.3) return;
          refused++;
          throw new TransientError('the hub is busy');
        },
      }),
    }));
    const deliver = async (event: unknown): Promise<boolean> => {
      const { relay } = instances[Math.floor(random() * 2)]!;
      const answer = relay.handle(event, 'messages', silent).then(
        () => true,
        () => false,
      );
      return Promise.race([answer, world.time.sleep(ANSWER_MS).then(() => false)]);
    };
    /** Delivers until it is taken; one of five is delivered a second time whatever became of the first. */
    const story = async (event: unknown, at: number): Promise<void> => {
      await world.time.sleep(at);
      const twice = random() < 0.2;
      const untilTaken = async () => {
        for (const again of AGAIN_AFTER) {
          if (await deliver(event)) return;
          await world.time.sleep(again * 1_000);
        }
        throw new Error('never taken');
      };
      await Promise.all([
        untilTaken(),
        twice && world.time.sleep(random() * 60_000).then(() => untilTaken()),
      ]);
    };
    const all = Array.from({ length: STORIES }, () => samples.chatMessageReceived());
    await world.until(Promise.all(all.map((event) => story(event, random() * 120_000))));
    await world.until(Promise.all(instances.map(({ processed }) => processed.settled())));

    const got = new Map<string, number>();
    for (const { key, body } of instances.flatMap(({ messages }) => messages)) {
      const id = /"messageId":"(\d+)"/.exec(body)![1];
      got.set(`${id} ${key}`, (got.get(`${id} ${key}`) ?? 0) + 1);
    }
    expect([...got].filter(([, times]) => times > 1)).toEqual([]);
    expect(got.size).toBe(3 * STORIES);
    expect(refused).toBeGreaterThan(STORIES);
    expect(world.told).toEqual([]);
  },
);
