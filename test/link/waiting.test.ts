import type { LinkExpectation } from '../../link/expectation';
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

function verify({ azure, clock }: ReturnType<typeof relinked>, options: VerifyOptions = {}): Promise<Report> {
  return verifyLink({ azure, hub: azure, clock }, EXPECTATION, { wait: true, ...options });
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
