import type { KeyName, LinkExpectation } from '../../link/expectation';
import { LeasedLock } from '../../link/leased-lock';
import { linkHub } from '../../link/link-hub';
import { rotateKeys, type RotationProgress } from '../../link/rotate';
import { LockHeldError } from '../../link/rotation-lock';
import { repeats } from '../support/soak';
import { seeded } from './support/random';
import { ACS_ID, HUB_ID, RULE_ID, SimulatedAzure } from './support/simulation';
import { StateBlob } from './support/state-blob';
import { Program, Timeline } from './support/timeline';

const EXPECTATION: LinkExpectation = {
  communicationServiceId: ACS_ID,
  notificationHubId: HUB_ID,
  ruleId: RULE_ID,
};
const START = Date.UTC(2026, 5, 1);
const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Longer than a rotation, and the window after it. */
const ONE_ROTATION = 50 * MINUTE;
const TWO_ROTATIONS = 100 * MINUTE;
const RUNS = repeats(20, 200);
const SEEDS = Array.from({ length: RUNS }, (_, index) => index + 1);

/**
 * A link in use, with a call every seven seconds, and people who deploy and rotate. The activity log lags by up to three
 * minutes. A deploy takes the lock of the state, posts the link with the key that its configuration names, as it is at
 * that time, and gives the lock back; without the lock it posts nothing.
 */
class World {
  readonly timeline = new Timeline(START);
  readonly azure: SimulatedAzure;
  readonly blob = new StateBlob(this.timeline);
  /** What Terraform's state says is linked. */
  deployed: KeyName = 'primary';
  readonly deaths: { readonly key: string; readonly time: number; readonly held: boolean }[] = [];
  readonly random: () => number;

  constructor(
    readonly seed: number,
    private readonly locked: boolean,
    private readonly minutes = ONE_ROTATION,
  ) {
    this.random = seeded(seed);
    const old = { createdAt: START - 40 * DAY, keysBorn: START - 40 * DAY };
    this.azure = new SimulatedAzure(this.timeline, seeded(seed + 10_000), old);
    this.azure.link('this', this.azure.keys.primary, 0, START - 30 * DAY);
    this.azure.onRegenerate = (key) => {
      const { time } = this.azure;
      this.deaths.push({ key, time, held: this.azure.possibleLinks(time).some((link) => link.key === key) });
    };
    void this.call();
  }

  program(): Program {
    return new Program(this.timeline, this.random);
  }

  /** Resolves to 'rotated' or to what stopped it. */
  async rotate(
    name: string,
    program = this.program(),
    { beforeDeploy, afterDeploy, onProgress }: Disturbances = {},
  ): Promise<string> {
    return rotateKeys(
      {
        ...program.reach(this.azure),
        clock: program.clock,
        lock: this.locked ? new LeasedLock(this.blob.leasable(program, name), program.clock) : 'alone',
        owner: {
          key: () => program.request(() => Promise.resolve(this.deployed)),
          switchTo: async (key) => {
            await beforeDeploy?.();
            // A program of its own: it goes on when the rotation is killed.
            if ((await this.deploy(`deploy of ${name}`, key, 10 * MINUTE)) === 'refused') {
              throw new Error('the deploy was refused the lock');
            }
            await afterDeploy?.();
            await program.clock.sleep(0);
          },
        },
      },
      EXPECTATION,
      { ...(onProgress && { onProgress }) },
    ).then(
      () => 'rotated',
      (error: Error) => error.message,
    );
  }

  /** @param patience milliseconds for which it waits for the lock, as by -lock-timeout */
  async deploy(name: string, key: KeyName, patience = 0): Promise<'deployed' | 'refused'> {
    const program = this.program();
    const giveBack = await this.lockFor(name, program, patience);
    if (!giveBack) return 'refused';
    await program.clock.sleep(20 * SECOND);
    await linkHub(program.reach(this.azure).azure, EXPECTATION, key);
    await program.clock.sleep(20 * SECOND);
    this.deployed = key;
    giveBack();
    return 'deployed';
  }

  after(milliseconds: number): Promise<void> {
    return this.timeline.sleep(milliseconds);
  }

  /** Everything that is still under way comes to its end. @returns what was lost, and whether the old keys are dead */
  async end() {
    await this.timeline.runUntil(START + this.minutes);
    const { azure } = this;
    return {
      seed: this.seed,
      lostCalls: azure.calls.filter(({ accepted }) => !accepted).length,
      diedWhileHeld: this.deaths.filter(({ held }) => held).map(({ key }) => key),
      linkWorks: Object.values(azure.keys).includes(azure.links.at(-1)?.key ?? ''),
    };
  }

  get oldKeysDead(): boolean {
    return Object.values(this.azure.keys).every((key) => !['p-1', 's-1'].includes(key));
  }

  private async lockFor(name: string, program: Program, patience: number): Promise<(() => void) | undefined> {
    if (!this.locked) return () => undefined;
    for (const giveUpAt = this.timeline.now() + patience; ;) {
      try {
        return await program.request(() => Promise.resolve().then(() => this.blob.lock(name)));
      } catch (error) {
        if (!(error instanceof LockHeldError)) throw error;
        if (this.timeline.now() >= giveUpAt) return undefined;
        await program.clock.sleep(5 * SECOND);
      }
    }
  }

  private async call(): Promise<void> {
    while (this.timeline.now() < START + this.minutes) {
      await this.timeline.sleep(7 * SECOND);
      this.azure.place(this.timeline.now());
    }
  }
}

interface Disturbances {
  readonly beforeDeploy?: () => Promise<void>;
  readonly afterDeploy?: () => Promise<void>;
  readonly onProgress?: (progress: RotationProgress) => void;
}

const nothingLost = (seed: number) => ({ seed, lostCalls: 0, diedWhileHeld: [], linkWorks: true });

const quietDeaths = new Map<string, Promise<Record<string, number>>>();

/** When each of the keys dies in a rotation that nobody disturbs: milliseconds after its start. */
function deathsOf(seed: number, locked: boolean): Promise<Record<string, number>> {
  const name = `${seed} ${locked}`;
  const known = quietDeaths.get(name);
  if (known) return known;
  const world = new World(seed, locked);
  void world.rotate('Alice');
  const deaths = world
    .end()
    .then(() => Object.fromEntries(world.deaths.map(({ key, time }) => [key, time - START])));
  quietDeaths.set(name, deaths);
  return deaths;
}

describe.each([15, 60, 120, 180])(
  'a deploy with the old key, its link due %d s before that key dies',
  (s) => {
    const begin = (death: number) => Math.max(0, death - s * SECOND - 20 * SECOND - 600);

    test(`is refused by the lock in ${RUNS} runs, and the rotation ends with no call lost`, async () => {
      for (const seed of SEEDS) {
        const deaths = await deathsOf(seed, true);
        const world = new World(seed, true);
        const rotation = world.rotate('Alice');
        const deploy = world.after(begin(deaths['p-1']!)).then(() => world.deploy('Bob', 'primary'));
        expect(await world.end()).toEqual(nothingLost(seed));
        expect([seed, await deploy, await rotation]).toEqual([seed, 'refused', 'rotated']);
        expect(world.oldKeysDead).toBe(true);
      }
    });
  },
);

test(`a deploy with the spare key is refused by the lock before that one dies, in ${RUNS} runs`, async () => {
  for (const seed of SEEDS) {
    const deaths = await deathsOf(seed, true);
    const world = new World(seed, true);
    const rotation = world.rotate('Alice');
    const begin = deaths['s-1']! - (10 + world.random() * 180) * SECOND;
    const deploy = world.after(begin).then(() => world.deploy('Bob', 'secondary'));
    expect(await world.end()).toEqual(nothingLost(seed));
    expect([seed, await deploy, await rotation]).toEqual([seed, 'refused', 'rotated']);
  }
});

test('without a lock the same deploys cost calls, so these runs would show it', async () => {
  let keyDiedWhileHeld = 0;
  for (const seed of SEEDS) {
    const deaths = await deathsOf(seed, false);
    const world = new World(seed, false);
    void world.rotate('Alice');
    void world.after(deaths['p-1']! - 35 * SECOND - 600).then(() => world.deploy('Bob', 'primary'));
    const { diedWhileHeld } = await world.end();
    if (diedWhileHeld.length > 0) keyDiedWhileHeld++;
  }
  expect(keyDiedWhileHeld).toBeGreaterThan(RUNS / 2);
});

test(`of two rotations at once, in ${RUNS} runs, the second is refused at once by the name of the first`, async () => {
  for (const seed of SEEDS) {
    const world = new World(seed, true, TWO_ROTATIONS);
    const first = world.rotate('Alice');
    const within = seed % 2 === 0 ? MINUTE : 30 * MINUTE;
    const second = world.after(SECOND + world.random() * within).then(() => world.rotate('Bob'));
    expect(await world.end()).toEqual(nothingLost(seed));
    const outcomes = [await first, await second];
    // Whoever comes in the gap around the deploy of the other goes on in its place.
    const [refused] = outcomes.filter((outcome) => outcome !== 'rotated');
    expect([seed, outcomes.filter((outcome) => outcome === 'rotated').length]).toEqual([seed, 1]);
    expect(refused).toMatch(/the state is locked by|the deploy was refused the lock|regenerated the .* key/);
    expect(world.oldKeysDead).toBe(true);
  }
});

describe('a deploy with the old key that slips in around the deploy of the rotation', () => {
  /** Begins, and has the lock a second later. */
  const slipIn = (world: World) => async () => {
    void world.deploy('Bob', 'primary');
    await world.after(SECOND);
  };

  test(`before it, is waited for, and loses no call in ${RUNS} runs`, async () => {
    for (const seed of SEEDS) {
      const world = new World(seed, true);
      const rotation = world.rotate('Alice', undefined, { beforeDeploy: slipIn(world) });
      expect(await world.end()).toEqual(nothingLost(seed));
      expect([seed, await rotation]).toEqual([seed, 'rotated']);
      expect(world.oldKeysDead).toBe(true);
    }
  });

  test(`after it, stops the rotation with both keys valid, and loses no call in ${RUNS} runs`, async () => {
    for (const seed of SEEDS) {
      const said: string[] = [];
      const world = new World(seed, true);
      const rotation = world.rotate('Alice', undefined, {
        afterDeploy: slipIn(world),
        onProgress: ({ message }) => said.push(message),
      });
      expect(await world.end()).toEqual(nothingLost(seed));
      expect(said).toContain('waiting for the lock: the state is locked by Bob');
      expect([seed, await rotation]).toEqual([
        seed,
        expect.stringContaining('or somebody deployed an older one in between; linked is the primary key'),
      ]);
    }
  });
});

test(`killed at any time, it loses no call in ${RUNS} runs, whoever deploys or rotates when its lease has run out`, async () => {
  for (const seed of SEEDS) {
    const world = new World(seed, true, TWO_ROTATIONS);
    const program = world.program();
    void world.rotate('Alice', program);
    const waited = world.after(world.random() * 32 * MINUTE).then(async () => {
      program.kill();
      const killed = world.timeline.now();
      const deploy = await world.deploy('Bob', world.random() < 0.5 ? 'primary' : 'secondary', 30 * MINUTE);
      return { deploy, after: world.timeline.now() - killed };
    });
    const again = world.after(40 * MINUTE).then(() => world.rotate('Carol'));
    expect(await world.end()).toEqual(nothingLost(seed));
    expect(await waited).toMatchObject({ deploy: 'deployed' });
    expect([seed, await again]).toEqual([seed, 'rotated']);
    expect(world.oldKeysDead).toBe(true);
  }
});

test(`cut off from the lock, it stops before another has it, and loses no call in ${RUNS} runs`, async () => {
  let stopped = 0;
  for (const seed of SEEDS) {
    const world = new World(seed, true, TWO_ROTATIONS);
    const program = world.program();
    const rotation = world.rotate('Alice', program);
    void world.after(10 * SECOND + world.random() * 31 * MINUTE).then(async () => {
      world.blob.cutOff.add(program);
      void world.deploy('Bob', 'primary', 40 * MINUTE);
      void world.deploy('Carol', 'secondary', 40 * MINUTE);
      await world.after(world.random() * 4 * MINUTE);
      world.blob.cutOff.delete(program);
    });
    expect(await world.end()).toEqual(nothingLost(seed));
    const outcome = await rotation;
    if (outcome === 'rotated') continue;
    stopped++;
    expect(outcome).toMatch(
      /^rotation stopped at '.*': .*(renewed in time|taken by another|the deploy|ETIMEDOUT)/,
    );
  }
  expect(stopped).toBeGreaterThan(RUNS / 4);
});

test('a link by hand is seen when the log has shown it, and stops the rotation before a key dies', async () => {
  for (const seed of SEEDS) {
    const deaths = await deathsOf(seed, true);
    const world = new World(seed, true);
    const rotation = world.rotate('Alice');
    // In the portal, without a lock, with the key that is to die next.
    const early = (3 * 60 + 5) * SECOND + world.random() * 12 * MINUTE;
    const which = seed % 2 === 0 ? ('primary' as const) : ('secondary' as const);
    const death = deaths[which === 'primary' ? 'p-1' : 's-1']!;
    const anchored = 20 * SECOND;
    void world
      .after(Math.max(anchored, death - early))
      .then(() => linkHub(world.program().reach(world.azure).azure, EXPECTATION, which));
    expect(await world.end()).toEqual(nothingLost(seed));
    expect([seed, await rotation]).toEqual([seed, expect.stringMatching(/somebody linked at .* meanwhile/)]);
    expect(Object.values(world.azure.keys)).toContain(which === 'primary' ? 'p-1' : 's-1');
  }
});
