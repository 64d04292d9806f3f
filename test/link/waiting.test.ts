import { AzureError } from '../../link/azure-error';
import type { LinkExpectation } from '../../link/expectation';
import { fingerprints, listKeys } from '../../link/hub-rule';
import type { Report } from '../../link/report';
import { verifyLink, type VerifyOptions } from '../../link/verify-link';
import { seeded } from './support/random';
import {
  ACS_ID,
  HUB_ID,
  JumpClock,
  networkDown,
  RULE_ID,
  SimulatedAzure,
  throttled,
} from './support/simulation';

const MINUTE = 60_000;
const START = Date.UTC(2026, 5, 1, 8);
const EXPECTATION: LinkExpectation = {
  communicationServiceId: ACS_ID,
  notificationHubId: HUB_ID,
  ruleId: RULE_ID,
};

/** A resource in use that was linked to a new hub a moment ago. */
function relinked(skew = 0) {
  const clock = new JumpClock(START - skew);
  const azure = new SimulatedAzure(clock, seeded(7), {
    createdAt: START - 40 * 24 * 60 * MINUTE,
    keysBorn: START - MINUTE,
    skew,
    logLag: () => 0,
  });
  azure.link('other', 'elsewhere', 0, START - 20 * 24 * 60 * MINUTE);
  azure.link('this', azure.keys.primary, 5 * MINUTE);
  return { azure, clock };
}

function verify(
  { azure, clock }: ReturnType<typeof relinked>,
  options: VerifyOptions = {},
  expectation = EXPECTATION,
): Promise<Report> {
  return verifyLink({ azure, hub: azure, clock }, expectation, { wait: true, ...options });
}

/** Has that happen once, when so much time is over, milliseconds. */
function after({ azure }: ReturnType<typeof relinked>, elapsed: number, happen: () => void): void {
  const { fault } = azure;
  let happened = false;
  azure.fault = (what) => {
    if (!happened && azure.time - START >= elapsed) {
      happened = true;
      happen();
    }
    fault(what);
  };
}

/** Regenerates the key that the link was made with. */
async function regenerate({ azure }: ReturnType<typeof relinked>): Promise<void> {
  await azure.act(RULE_ID, 'regenerateKeys', '', { policyKey: 'PrimaryKey' });
}

/** A resource as above, and what the deploy wrote down of its link, the key as well. */
async function recorded() {
  const world = relinked();
  const keys = fingerprints((await listKeys(world.azure, RULE_ID))!);
  const record = { linkedAt: START, notBefore: START - MINUTE, keyFingerprint: keys.primary };
  return { world, expectation: { ...EXPECTATION, record } };
}

test('the network goes away in the middle: the wait goes on when it is back, and reports the gap', async () => {
  const world = relinked();
  world.azure.fault = () => {
    const elapsed = world.azure.time - START;
    if (elapsed > 3 * MINUTE && elapsed < 6 * MINUTE) networkDown();
  };
  const report = await verify(world);
  expect(report).toMatchObject({ verdict: 'settled', ended: 'final' });
  expect(report.gaps).toHaveLength(1);
  const [gap] = report.gaps;
  expect(Date.parse(gap!.from) - START).toBeLessThanOrEqual(3 * MINUTE);
  expect(Date.parse(gap!.to!) - START).toBeGreaterThanOrEqual(6 * MINUTE);
  expect(report.notes.join()).toContain('Azure could not be read from');
});

test.each([1, 60, 600])(
  "a clock of Azure's that runs %i times as fast: the deploy's record is of then, and the link is proved",
  async (speed) => {
    const clock = new JumpClock(START);
    const azure = new SimulatedAzure(clock, seeded(7), {
      createdAt: START - 40 * 24 * 60 * MINUTE,
      keysBorn: START - MINUTE,
      speed,
      logLag: () => 2 * MINUTE,
    });
    azure.link('other', 'elsewhere', 0, START - 20 * 24 * 60 * MINUTE);
    await clock.sleep(2 * MINUTE);
    azure.link('this', azure.keys.primary, 5 * MINUTE);
    await clock.sleep(5_000);
    const record = { linkedAt: clock.now(), notBefore: START };
    await clock.sleep(2_000);
    const report = await verifyLink(
      { azure, hub: azure, clock },
      { ...EXPECTATION, record },
      { wait: true, timeout: 30 * MINUTE },
    );
    expect(report).toMatchObject({ verdict: 'settled', proved: true, ended: 'final' });
  },
);

test('the network is away from the first look on: nothing is claimed until it is back', async () => {
  const world = relinked();
  world.azure.fault = () => {
    if (world.azure.time - START < 2 * MINUTE) networkDown();
  };
  const looks: string[] = [];
  const report = await verify(world, { onLook: ({ verdict }) => looks.push(verdict) });
  expect(new Set(looks.slice(0, 5))).toEqual(new Set(['settling']));
  expect(report.verdict).toBe('settled');
});

test('Retry-After is honoured: not one request before it', async () => {
  const world = relinked();
  let throttledAt: number | undefined;
  world.azure.fault = () => {
    if (throttledAt === undefined && world.azure.time - START > MINUTE) throttledAt = world.azure.time;
    if (throttledAt === world.azure.time) throttled(90_000);
  };
  await verify(world);
  const next = world.azure.requestTimes.find((time) => time > throttledAt!);
  expect(next! - throttledAt!).toBeGreaterThanOrEqual(90_000);
});

test.each([
  [3 * 60 * MINUTE, 'behind'],
  [-3 * 60 * MINUTE, 'ahead of'],
])("a clock that is %p ms off changes nothing: times are Azure's", async (skew, direction) => {
  const world = relinked(skew);
  const report = await verify(world);
  expect(report.verdict).toBe('settled');
  expect(Date.parse(report.window!.closesAt)).toBe(START + 10 * MINUTE);
  expect(world.azure.time).toBeGreaterThanOrEqual(START + 10 * MINUTE);
  expect(world.azure.time).toBeLessThan(START + 10 * MINUTE + 5_000);
  expect(report.notes).toEqual([
    `this machine's clock is 10800 s ${direction} Azure's; all times are Azure's`,
  ]);
});

test('a wait that is cancelled ends at once, with what is known by then', async () => {
  const world = relinked();
  const abort = new AbortController();
  const report = await verify(world, {
    signal: abort.signal,
    onLook: ({ looks }) => looks === 3 && abort.abort(),
  });
  expect(report).toMatchObject({ ended: 'cancelled', verdict: 'settling', looks: 3, proved: false });
});

test('a wait that runs out of time says what is missing', async () => {
  const report = await verify(relinked(), { timeout: 4 * MINUTE });
  expect(report).toMatchObject({ ended: 'timeout', verdict: 'settling', proved: false });
  expect(report.window?.open).toBe(true);
});

test('a failure is believed when it is seen three times over, as Azure is of two minds after a deploy', async () => {
  const world = relinked();
  const get = world.azure.get.bind(world.azure);
  let absent = 2;
  world.azure.get = (id) => (id === HUB_ID && absent-- > 0 ? Promise.resolve(undefined) : get(id));
  expect((await verify(world)).verdict).toBe('settled');

  const gone = relinked();
  const ask = gone.azure.get.bind(gone.azure);
  gone.azure.get = (id) => (id === HUB_ID ? Promise.resolve(undefined) : ask(id));
  expect(await verify(gone)).toMatchObject({ verdict: 'broken', ended: 'final', looks: 3 });
});

test("'config' asks for no more than the configuration, and does not wait for the window", async () => {
  const world = relinked();
  expect(await verify(world, { level: 'config' })).toMatchObject({
    verdict: 'settling',
    proved: true,
    looks: 1,
  });
});

describe('an answer that is not confirmed is not given', () => {
  const REFUSALS: [string, () => void][] = [
    ['throttles', () => throttled(10_000)],
    ['is away', networkDown],
    [
      'takes the role away',
      () => {
        throw new AzureError('forbidden', 'cannot read: 403', { status: 403 });
      },
    ],
  ];

  test.each(REFUSALS)('Azure %s from the ninth minute on, and another hub is linked', async (_, refuse) => {
    const world = relinked();
    world.azure.fault = (what) => {
      if (world.azure.time - START >= 9 * MINUTE && !what.endsWith('/metrics')) refuse();
    };
    after(world, 9 * MINUTE, () => world.azure.link('other', 'elsewhere', 0));
    expect(await verify(world)).toMatchObject({ verdict: 'settling', proved: false, ended: 'timeout' });
  });

  test('until Azure answers again', async () => {
    const world = relinked();
    world.azure.fault = (what) => {
      const elapsed = world.azure.time - START;
      if (elapsed >= 9.5 * MINUTE && elapsed < 11 * MINUTE && !what.endsWith('/metrics')) throttled(10_000);
    };
    const verdicts = new Set<string>();
    const report = await verify(world, {
      onLook: ({ verdict, ended }) => ended === 'not yet' && verdicts.add(verdict),
    });
    expect(report).toMatchObject({ verdict: 'settled', proved: true, ended: 'final' });
    expect(Date.parse(report.time) - START).toBeGreaterThanOrEqual(11 * MINUTE);
    expect(verdicts).toEqual(new Set(['settling']));
  });

  test('one thing that Azure does not tell in the whole wait: who else linked meanwhile', async () => {
    const { world, expectation } = await recorded();
    world.azure.fault = (what) => {
      if (what.includes('eventtypes')) throttled(10_000);
    };
    const report = await verify(world, {}, expectation);
    expect(report).toMatchObject({ verdict: 'settling', proved: false, ended: 'timeout' });
  });

  test.each([600_500, 601_000, 601_500, 602_000, 16 * MINUTE])(
    'nor at the end of a timeout of %i ms: a key regenerated in the fourth minute is told',
    async (timeout) => {
      const world = relinked();
      after(world, 4 * MINUTE, () => void regenerate(world));
      expect(await verify(world, { timeout })).toMatchObject({ verdict: 'broken', proved: false });
    },
  );

  test('a timeout that ends with the window: one look confirms, and that is enough', async () => {
    const report = await verify(relinked(), { timeout: 601_000 });
    expect(report).toMatchObject({ verdict: 'settled', proved: true, ended: 'final' });
  });

  test('a wait that is cancelled before it claims nothing', async () => {
    const abort = new AbortController();
    const world = relinked();
    const report = await verify(world, {
      signal: abort.signal,
      onLook: ({ window }) => !window!.open && abort.abort(),
    });
    expect(report).toMatchObject({ verdict: 'settling', proved: false });
  });

  test("'config' rests on no counts and on no log", async () => {
    const world = relinked();
    world.azure.fault = (what) => {
      if (what.includes('eventtypes') || what.endsWith('/metrics')) throttled(10_000);
    };
    expect(await verify(world, { level: 'config' })).toMatchObject({ proved: true, looks: 1 });
  });
});

test('a failure that was seen once, and then Azure throttles, is not taken for one that was seen three times', async () => {
  const world = relinked();
  const get = world.azure.get.bind(world.azure);
  let absent = 1;
  world.azure.get = (id) => (id === HUB_ID && absent-- > 0 ? Promise.resolve(undefined) : get(id));
  world.azure.fault = (what) => {
    const elapsed = world.azure.time - START;
    if (elapsed > 0 && elapsed < 2 * MINUTE && !what.endsWith('/metrics')) throttled(10_000);
  };
  expect(await verify(world)).toMatchObject({ verdict: 'settled', proved: true, ended: 'final' });
});

describe("with the key's fingerprint in the record", () => {
  const LISTS_KEYS = `POST ${RULE_ID}/listKeys`;

  test('the keys are asked for again: one that was regenerated meanwhile is told', async () => {
    const { world, expectation } = await recorded();
    after(world, 4 * MINUTE, () => void regenerate(world));
    const report = await verify(world, {}, expectation);
    expect(report).toMatchObject({ verdict: 'broken', proved: false, ended: 'final' });
    expect(report.checks.find(({ id }) => id === 'key-current')).toMatchObject({
      status: 'fail',
      evidence: 'the key that the link was made with is no key of the policy any more',
    });
  });

  test('the keys are asked for twice, and nothing is sent for the second time', async () => {
    const { world, expectation } = await recorded();
    const before = world.azure.requests;
    expect(await verify(world, {}, expectation)).toMatchObject({ verdict: 'settled', ended: 'final' });
    expect(world.azure.asked.slice(before).filter(({ what }) => what === LISTS_KEYS)).toHaveLength(2);
    expect(world.azure.probes).toHaveLength(1);
  });

  test('keys that Azure does not give again confirm nothing, and nothing is sent for them', async () => {
    const { world, expectation } = await recorded();
    world.azure.fault = (what) => {
      if (what === LISTS_KEYS && world.azure.time - START > MINUTE) throttled(10_000);
    };
    const report = await verify(world, {}, expectation);
    expect(report).toMatchObject({ verdict: 'settling', proved: false, ended: 'timeout' });
    expect(world.azure.probes).toHaveLength(1);
  });
});
