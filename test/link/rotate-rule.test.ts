import { AzureError } from '../../link/azure-error';
import type { HubConnection } from '../../link/connection-string';
import type { KeyName } from '../../link/expectation';
import type { PushPlatform, SendAnswer } from '../../link/hub-client';
import { LeasedLock } from '../../link/leased-lock';
import { rotateRules } from '../../link/rotate-rule';
import { RotationError } from '../../link/rotate';
import { repeats } from '../support/soak';
import { seeded } from './support/random';
import { HUB_ID, RULE_ID, SimulatedAzure } from './support/simulation';
import { StateBlob } from './support/state-blob';
import { Program, Timeline } from './support/timeline';

const START = Date.UTC(2026, 5, 1);
const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RUNS = repeats(20, 200);
const SEEDS = Array.from({ length: RUNS }, (_, index) => index + 1);

/** A hub that learns of a new key late: up to 90 seconds after it was made. */
class SlowHub extends SimulatedAzure {
  private readonly knownFrom = new Map<string, number>();

  constructor(
    private readonly timeline: Timeline,
    private readonly chance: () => number,
  ) {
    const old = START - 40 * DAY;
    super(timeline, chance, { createdAt: old, keysBorn: old });
    // No link is made here.
    this.link('this', this.keys.primary, 0, old);
  }

  knows(key: string): boolean {
    return Object.values(this.keys).includes(key) && this.timeline.now() >= (this.knownFrom.get(key) ?? 0);
  }

  override async act(id: string, action: string, version: string, body?: unknown): Promise<unknown> {
    const answer = await super.act(id, action, version, body);
    for (const key of Object.values(this.keys)) {
      const isNew = action === 'regenerateKeys' && !this.knownFrom.has(key) && !/^[ps]-1$/.test(key);
      if (isNew) this.knownFrom.set(key, this.timeline.now() + this.chance() * 90 * SECOND);
    }
    return answer;
  }

  override send(connection: HubConnection, hub: string, platform: PushPlatform): Promise<SendAnswer> {
    return this.knows(connection.key)
      ? super.send(connection, hub, platform)
      : Promise.resolve({ status: 401 });
  }
}

function world(seed: number) {
  const random = seeded(seed);
  const timeline = new Timeline(START);
  const azure = new SlowHub(timeline, random);
  const blob = new StateBlob(timeline);
  let lost = 0;
  let pushes = 0;
  /** As the relay does it: the key that worked last; when refused, both are read, and each is tried. */
  const push = async () => {
    let key = azure.keys.primary;
    for (;;) {
      await timeline.sleep(SECOND);
      pushes++;
      if (azure.knows(key)) continue;
      const other = (['primary', 'secondary'] satisfies KeyName[])
        .map((name) => azure.keys[name])
        .find((candidate) => azure.knows(candidate));
      if (other === undefined) lost++;
      else key = other;
    }
  };
  void push();
  const rotate = (name: string, program = new Program(timeline, random)) =>
    rotateRules(
      {
        ...program.reach(azure),
        clock: program.clock,
        lock: new LeasedLock(blob.leasable(program, name), program.clock),
      },
      [{ notificationHubId: HUB_ID, ruleId: RULE_ID }],
    ).then(
      () => 'rotated',
      (error: Error) => error.message,
    );
  const end = async () => {
    await timeline.runUntil(START + 40 * MINUTE);
    const old = Object.values(azure.keys).filter((key) => /^[ps]-1$/.test(key));
    return { seed, lost, pushing: pushes > 2_000, old };
  };
  return { timeline, azure, rotate, end, random, program: () => new Program(timeline, random) };
}

const nothingLost = (seed: number) => ({ seed, lost: 0, pushing: true, old: [] });

test(`both keys are replaced, and in ${RUNS} runs no push is lost while the hub learns of them`, async () => {
  for (const seed of SEEDS) {
    const { rotate, end } = world(seed);
    const rotation = rotate('Alice');
    expect(await end()).toEqual(nothingLost(seed));
    expect(await rotation).toBe('rotated');
  }
});

test(`killed at any time and run again, it ends right, and in ${RUNS} runs no push is lost`, async () => {
  for (const seed of SEEDS) {
    const { timeline, rotate, end, random, program } = world(seed);
    const killed = program();
    void rotate('Alice', killed);
    const again = timeline.sleep(random() * 4 * MINUTE).then(async () => {
      killed.kill();
      // As soon as the lease has run out.
      await timeline.sleep(61 * SECOND);
      return rotate('Alice');
    });
    expect(await end()).toEqual(nothingLost(seed));
    expect(await again).toBe('rotated');
  }
});

test('of two at once the second is refused by the lock', async () => {
  for (const seed of SEEDS.slice(0, 50)) {
    const { timeline, rotate, end, random } = world(seed);
    const first = rotate('Alice');
    const second = timeline.sleep(SECOND + random() * 20 * SECOND).then(() => rotate('Bob'));
    expect(await end()).toEqual(nothingLost(seed));
    expect(await first).toBe('rotated');
    expect(await second).toMatch(/^rotation of .* stopped: the state is locked by Alice; no key died before/);
  }
});

test('a rule that is none of the relay’s is left alone', async () => {
  const { azure, timeline, program } = world(1);
  const { keys } = azure;
  const before = { ...keys };
  const one = program();
  const ports = { ...one.reach(azure), clock: one.clock, lock: 'alone' as const };
  const none = `${HUB_ID}/authorizationRules/none`;
  const rotation = rotateRules(ports, [{ notificationHubId: HUB_ID, ruleId: none }]).catch(
    (error: unknown) => error,
  );
  await timeline.runUntil(START + MINUTE);
  expect(await rotation).toBeInstanceOf(RotationError);
  expect(((await rotation) as Error).message).toContain('it does not exist; deploy the stack first');
  expect(azure.keys).toEqual(before);
});

test('an answer that is lost while a key of Listen is proved is asked for again', async () => {
  const { azure, timeline, program } = world(1);
  const one = program();
  const { azure: reader, hub } = one.reach(azure);
  const before = { ...azure.keys };
  const lost = [
    new AzureError('network', 'the connection was lost'),
    new AzureError('unavailable', '503', { status: 503 }),
  ];
  const faulty = <A extends unknown[], T>(ask: (...given: A) => Promise<T>) => {
    const left = [...lost];
    return (...given: A): Promise<T> => {
      const error = azure.keys.secondary === before.secondary ? undefined : left.shift();
      return error ? Promise.reject(error) : ask(...given);
    };
  };
  const act = faulty(reader.act);
  const ports = {
    azure: {
      ...reader,
      get: () => Promise.resolve({ id: RULE_ID, properties: { rights: ['Listen'] } }),
      act: (...given: Parameters<typeof act>) =>
        given[1] === 'listKeys' ? act(...given) : reader.act(...given),
    },
    hub: {
      ...hub,
      listen: faulty(({ key }: HubConnection) => Promise.resolve(azure.knows(key) ? 404 : 401)),
    },
    clock: one.clock,
    lock: 'alone' as const,
  };
  const rotation = rotateRules(ports, [{ notificationHubId: HUB_ID, ruleId: RULE_ID }]).then(
    () => 'rotated',
    (error: Error) => error.message,
  );
  await timeline.runUntil(START + 40 * MINUTE);
  expect(await rotation).toBe('rotated');
  expect(Object.values(azure.keys)).not.toEqual(expect.arrayContaining([before.primary]));
  expect(Object.values(azure.keys)).not.toEqual(expect.arrayContaining([before.secondary]));
});

test('a regeneration that is throttled is asked for again, and one whose answer is lost is not', async () => {
  const rotated = async (error: AzureError) => {
    const { azure, timeline, program } = world(2);
    const one = program();
    const { azure: reader, hub } = one.reach(azure);
    const left = [error];
    const act: typeof reader.act = (id, action, ...rest) => {
      const struck = action === 'regenerateKeys' ? left.shift() : undefined;
      return struck ? Promise.reject(struck) : reader.act(id, action, ...rest);
    };
    const ports = { azure: { ...reader, act }, hub, clock: one.clock, lock: 'alone' as const };
    const rotation = rotateRules(ports, [{ notificationHubId: HUB_ID, ruleId: RULE_ID }]).then(
      () => 'rotated',
      ({ message }: Error) => message,
    );
    await timeline.runUntil(START + 40 * MINUTE);
    return rotation;
  };
  expect(await rotated(new AzureError('throttled', '429', { status: 429, retryAfter: SECOND }))).toBe(
    'rotated',
  );
  expect(await rotated(new AzureError('network', 'the connection was lost'))).toContain(
    'stopped: the connection was lost',
  );
});
