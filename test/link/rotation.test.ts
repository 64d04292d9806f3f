import type { AzureReader } from '../../link/azure';
import { AzureError } from '../../link/azure-error';
import type { Clock } from '../../link/clock';
import type { KeyName, LinkExpectation } from '../../link/expectation';
import type { HubClient } from '../../link/hub-client';
import { linkHub } from '../../link/link-hub';
import { PROPAGATION_WINDOW } from '../../link/propagation';
import { rotateKeys, type RotationProgress, RotationError } from '../../link/rotate';
import { seeded } from './support/random';
import { ACS_ID, HUB_ID, JumpClock, RULE_ID, SimulatedAzure } from './support/simulation';

const EXPECTATION: LinkExpectation = {
  communicationServiceId: ACS_ID,
  notificationHubId: HUB_ID,
  ruleId: RULE_ID,
};
const START = Date.UTC(2026, 5, 1);
const DAY = 24 * 60 * 60_000;

class Killed extends Error {}

/** Ends the process, so to speak, at the n-th thing it does: before it is done, or after, with the answer lost. */
class Killer {
  private done = 0;

  constructor(
    private readonly at: number,
    private readonly when: 'before' | 'after',
  ) {}

  get steps(): number {
    return this.done;
  }

  async step<T>(run: () => Promise<T>): Promise<T> {
    const now = ++this.done === this.at;
    if (now && this.when === 'before') throw new Killed();
    const result = await run();
    if (now) throw new Killed();
    return result;
  }
}

/** A world with a link in use, calls placed all the time, and an eye on every key that dies. */
function world(seed: number) {
  const random = seeded(seed);
  const clock = new JumpClock(START);
  const azure = new SimulatedAzure(clock, random, {
    createdAt: START - 40 * DAY,
    keysBorn: START - 40 * DAY,
  });
  const original = { ...azure.keys };
  azure.link('this', azure.keys.primary, 0, START - 30 * DAY);
  const deadWhileHeld: string[] = [];
  azure.onRegenerate = (dead) => {
    const held = azure.possibleLinks(azure.time).filter(({ key }) => key === dead);
    if (held.length > 0) deadWhileHeld.push(dead);
  };
  const callWhileTimePasses = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= 7_000) {
      await clock.sleep(Math.min(left, 7_000));
      azure.place(azure.time);
    }
  };
  return { azure, clock, original, deadWhileHeld, callWhileTimePasses, random };
}

type World = ReturnType<typeof world>;

function portsOf({ azure, clock, callWhileTimePasses }: World, killer: Killer) {
  const call = () => azure.place(azure.time);
  const step = <T>(run: () => Promise<T>): Promise<T> => {
    call();
    return killer.step(run);
  };
  const guarded: AzureReader = {
    get: (...a) => step(() => azure.get(...a)),
    query: (...a) => step(() => azure.query(...a)),
    act: (...a) => step(() => azure.act(...a)),
    azureNow: () => azure.azureNow(),
    get requests() {
      return azure.requests;
    },
  };
  const hub: HubClient = {
    send: (connection, name, platform) => step(() => azure.send(connection, name, platform)),
    outcomes: () => step(() => azure.outcomes()),
    listen: () => step(() => azure.listen()),
    manage: () => step(() => azure.manage()),
  };
  const time: Clock = {
    now: () => clock.now(),
    sleep: (milliseconds) => step(() => callWhileTimePasses(milliseconds)),
  };
  return { azure: guarded, hub, clock: time, lock: 'alone' as const };
}

/** What must hold at the end, however it came about. */
async function expectRotated({ azure, original, deadWhileHeld, callWhileTimePasses }: World, about: unknown) {
  await callWhileTimePasses(PROPAGATION_WINDOW + 60_000);
  const lost = azure.calls.filter(({ accepted }) => !accepted).length;
  const linked = azure.links.at(-1)?.key;
  expect({
    about,
    lost,
    deadWhileHeld,
    works: Object.values(azure.keys).includes(linked ?? ''),
    oldKeyLives: Object.values(azure.keys).some((key) => Object.values(original).includes(key)),
  }).toEqual({ about, lost: 0, deadWhileHeld: [], works: true, oldKeyLives: false });
}

test('a rotation ends on a new key, with both old ones dead and no call lost', async () => {
  const here = world(1);
  const steps: string[] = [];
  const result = await rotateKeys(portsOf(here, new Killer(0, 'before')), EXPECTATION, {
    onProgress: ({ step }: RotationProgress) => steps.at(-1) === step || steps.push(step),
  });
  expect(steps).toEqual(['anchor', 'regenerate spare', 'prove spare', 'switch', 'retire old', 'seal']);
  expect(result.linked).toBe('secondary');
  expect(result.report.verdict).not.toBe('broken');
  await expectRotated(here, 'undisturbed');
});

describe.each(['before', 'after'] as const)('killed %s each thing it does, and run again', (when) => {
  test('it ends right, no call is lost, and no key dies that the data plane may hold', async () => {
    const whole = new Killer(0, when);
    await rotateKeys(portsOf(world(2), whole), EXPECTATION);
    expect(whole.steps).toBeGreaterThan(60);
    for (let at = 1; at <= whole.steps; at++) {
      const here = world(1000 + at);
      await expect(rotateKeys(portsOf(here, new Killer(at, when)), EXPECTATION)).rejects.toThrow(Killed);
      await here.callWhileTimePasses(here.random() * 15 * 60_000);
      await rotateKeys(portsOf(here, new Killer(0, when)), EXPECTATION);
      await expectRotated(here, { at, when });
    }
  });

  test('so does one that switches by a deploy, which may link and then be lost', async () => {
    const run = (here: World, killer: Killer, state: { key: KeyName }) => {
      const ports = portsOf(here, killer);
      const owner = {
        key: () => Promise.resolve(state.key),
        switchTo: async (key: KeyName) => {
          await linkHub(ports.azure, EXPECTATION, key);
          await killer.step(() => Promise.resolve((state.key = key)));
        },
      };
      return rotateKeys({ ...ports, owner }, EXPECTATION);
    };
    const whole = new Killer(0, when);
    await run(world(3), whole, { key: 'primary' });
    for (let at = 1; at <= whole.steps; at++) {
      const here = world(5000 + at);
      const state: { key: KeyName } = { key: 'primary' };
      await expect(run(here, new Killer(at, when), state)).rejects.toThrow();
      await run(here, new Killer(0, when), state);
      await expectRotated(here, { at, when });
    }
  });
});

test('a colleague who links in the middle stops the rotation before a key dies', async () => {
  const here = world(4);
  const ports = portsOf(here, new Killer(0, 'before'));
  let linked = false;
  const rotation = rotateKeys(ports, EXPECTATION, {
    onProgress: ({ until }) => {
      if (!until || linked) return;
      linked = true;
      here.azure.link('this', here.azure.keys.secondary, 0, here.azure.time + 5_000);
    },
  });
  await expect(rotation).rejects.toThrow(
    /rotation stopped at 'regenerate spare': somebody linked at .* meanwhile/,
  );
  expect(here.azure.keys).toEqual(here.original);
});

test.each([
  [
    'primary',
    'linked was the primary key as it was before: unless whoever did that has linked again, calls are refused',
  ],
  ['secondary', 'linked is the primary key, which is valid'],
] as const)(
  'somebody who regenerates the %s key meanwhile stops the rotation, which says what that means',
  async (key, meaning) => {
    const here = world(7);
    const policyKey = key === 'primary' ? 'PrimaryKey' : 'SecondaryKey';
    let done = false;
    const rotation = rotateKeys(portsOf(here, new Killer(0, 'before')), EXPECTATION, {
      onProgress: ({ until }) => {
        if (!until || done) return;
        done = true;
        void here.azure.act(RULE_ID, 'regenerateKeys', '', { policyKey });
      },
    });
    await expect(rotation).rejects.toThrow(
      `rotation stopped at 'regenerate spare': somebody else regenerated the ${key} key of ${RULE_ID}; ${meaning}`,
    );
    await rotateKeys(portsOf(here, new Killer(0, 'before')), EXPECTATION);
    expect(Object.values(here.azure.keys)).toContain(here.azure.links.at(-1)?.key);
  },
);

test('a rotation that is interrupted says which key is linked', async () => {
  const here = world(5);
  const abort = new AbortController();
  const rotation = rotateKeys(portsOf(here, new Killer(0, 'before')), EXPECTATION, {
    signal: abort.signal,
    onProgress: ({ until }) => until && abort.abort(),
  });
  await expect(rotation).rejects.toThrow(RotationError);
  await expect(rotation).rejects.toThrow(
    "stopped at 'anchor': interrupted; linked is the primary key, which is valid",
  );
});

test('a resource that is linked elsewhere is not rotated', async () => {
  const here = world(6);
  here.azure.link('other', 'elsewhere', 0);
  await expect(rotateKeys(portsOf(here, new Killer(0, 'before')), EXPECTATION)).rejects.toThrow(
    'this rotation has not touched the link',
  );
});

describe('of each POST that a rotation makes', () => {
  /** Rotates with one POST of it answered by an error: in place of being done, or after it. */
  async function rotateWith(seed: number, at: number, when: 'before' | 'after', error: AzureError) {
    const here = world(seed);
    const ports = portsOf(here, new Killer(0, 'before'));
    const actions: string[] = [];
    const act: AzureReader['act'] = async (id, action, ...rest) => {
      const strikes = actions.push(action) === at;
      if (strikes && when === 'before') throw error;
      const answer = await ports.azure.act(id, action, ...rest);
      if (strikes) throw error;
      return answer;
    };
    const outcome = await rotateKeys({ ...ports, azure: { ...ports.azure, act } }, EXPECTATION).then(
      ({ linked }) => linked,
      (stopped: Error) => stopped.message,
    );
    return { here, actions, outcome };
  }

  const NONE = 0;
  const throttled = new AzureError('throttled', '429 TooManyRequests', { status: 429, retryAfter: 17_000 });
  const lost = new AzureError('network', 'the connection was lost');

  test('one 429 stops none: it is asked again when Retry-After is over', async () => {
    const { actions } = await rotateWith(11, NONE, 'before', throttled);
    expect(actions).toEqual(expect.arrayContaining(['listKeys', 'linkNotificationHub', 'regenerateKeys']));
    for (let at = 1; at <= actions.length; at++) {
      const { here, outcome } = await rotateWith(2000 + at, at, 'before', throttled);
      expect({ at, outcome }).toEqual({ at, outcome: 'secondary' });
      await expectRotated(here, { at });
    }
  });

  test('one lost answer stops those alone that replace a key', async () => {
    const { actions } = await rotateWith(11, NONE, 'after', lost);
    for (let at = 1; at <= actions.length; at++) {
      const { outcome } = await rotateWith(3000 + at, at, 'after', lost);
      const stops = actions[at - 1] === 'regenerateKeys';
      expect({ at, outcome }).toEqual({
        at,
        outcome: stops ? expect.stringContaining('the connection was lost') : 'secondary',
      });
    }
  });

  test('one that is throttled for good stops after five minutes', async () => {
    const here = world(12);
    const ports = portsOf(here, new Killer(0, 'before'));
    const begin = here.clock.now();
    const act = () => Promise.reject(throttled);
    await expect(rotateKeys({ ...ports, azure: { ...ports.azure, act } }, EXPECTATION)).rejects.toThrow(
      "rotation stopped at 'anchor': 429 TooManyRequests",
    );
    expect(here.clock.now() - begin).toBeGreaterThan(4 * 60_000);
    expect(here.clock.now() - begin).toBeLessThan(6 * 60_000);
  });
});
