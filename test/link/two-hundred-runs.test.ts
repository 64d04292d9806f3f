import { PROPAGATION_WINDOW } from '../../link/propagation';
import { ARM_READS_PER_WINDOW } from '../../link/read-budget';
import type { Report } from '../../link/report';
import { POLLING, verifyLink } from '../../link/verify-link';
import { seeded } from './support/random';
import { ACS_ID, HUB_ID, JumpClock, RULE_ID, SimulatedAzure } from './support/simulation';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A look is one polling interval after the one before, and may begin a second and a half late. */
const ONE_INTERVAL = POLLING.longest + 1_500;

type Situation = 'first link' | 'new hub' | 'same hub';

interface Run {
  readonly seed: number;
  readonly situation: Situation;
  readonly azure: SimulatedAzure;
  readonly linkedAt: number;
  readonly live: number;
  readonly report: Report;
  /** Azure's time when the answer was given. */
  readonly answeredAt: number;
}

async function run(seed: number, level: 'settled' | 'live', withCalls: boolean): Promise<Run> {
  const random = seeded(seed);
  const situation = (['first link', 'new hub', 'same hub'] as const)[seed % 3]!;
  const skew = Math.round((random() - 0.5) * 4 * 60 * MINUTE);
  const start = Date.UTC(2026, 5, 1) + Math.floor(random() * DAY);
  const clock = new JumpClock(start - skew);
  const old = start - 20 * DAY;
  const azure = new SimulatedAzure(clock, random, {
    createdAt: situation === 'first link' ? start - random() * 30 * MINUTE : old,
    keysBorn: situation === 'same hub' ? old : start - 2 * MINUTE,
    skew,
  });
  const before = old + 60 * MINUTE;
  if (situation === 'new hub') azure.link('other', 'elsewhere', 0, before);
  if (situation === 'same hub') azure.link('this', azure.keys.secondary, 0, before);
  const propagation = situation === 'first link' ? 0 : random() * PROPAGATION_WINDOW;
  const link = azure.link('this', azure.keys.primary, propagation);

  const calls = withCalls ? 1 + Math.floor(random() * 12) : 0;
  const times = Array.from({ length: calls }, () => link.time + random() * 25 * MINUTE);
  times.sort((a, b) => a - b).forEach((time) => azure.place(time));

  await clock.sleep(random() * 60_000);
  const report = await verifyLink(
    { azure, hub: azure, clock },
    {
      communicationServiceId: ACS_ID,
      notificationHubId: HUB_ID,
      ruleId: RULE_ID,
      record: { linkedAt: clock.now(), notBefore: link.time - skew - 30_000 },
    },
    { level, wait: true, timeout: 60 * MINUTE },
  );
  return { seed, situation, azure, linkedAt: link.time, live: link.live, report, answeredAt: azure.time };
}

/** When the first call that proves the link can be read in the metrics; undefined when no call does. */
function evidenceReadable({ azure, situation, linkedAt }: Run): number | undefined {
  const floor = (time: number) => Math.floor(time / MINUTE) * MINUTE;
  const ceil = (time: number) => Math.ceil(time / MINUTE) * MINUTE;
  const from = ceil(situation === 'same hub' ? linkedAt + PROPAGATION_WINDOW : linkedAt);
  // In the minute of a probe a call cannot be told from it.
  const probed = new Set(azure.probes.flatMap(({ time }) => [time - 15_000, time, time + 5_000].map(floor)));
  const newest = azure.links.at(-1);
  // That no other link can have brought the call is read in the activity log, which lags too.
  const logged = situation === 'same hub' ? 0 : (newest?.visible ?? 0);
  const proving = azure.calls.filter(({ through, time }) => through === newest && floor(time) >= from);
  const times = proving
    .filter(({ time }) => !probed.has(floor(time)))
    .flatMap(({ time, visible }) =>
      proving
        // A delivery may count a minute later than its call, and calls of neighbouring minutes cannot be told apart.
        .filter((other) => [0, MINUTE].includes(floor(other.time) - floor(time)))
        .map((other) => Math.max(visible.incoming, other.visible.delivered, logged)),
    );
  return times.sort((a, b) => a - b)[0];
}

/** When the metrics show that the push service took the credential. */
function credentialReadable({ azure }: Run): number {
  return azure.probes.at(-1)!.visible;
}

async function runs(level: 'settled' | 'live', withCalls: boolean): Promise<Run[]> {
  const all: Run[] = [];
  for (let seed = 1; seed <= 200; seed++) all.push(await run(seed, level, withCalls));
  return all;
}

test('over 200 runs, live is never said before the truth, and comes with its evidence', async () => {
  let seenLive = 0;
  for (const one of await runs('live', true)) {
    const readable = evidenceReadable(one);
    const about = { seed: one.seed, situation: one.situation };
    if (one.report.verdict === 'live') {
      seenLive++;
      expect({ ...about, early: one.answeredAt < one.live }).toEqual({ ...about, early: false });
      expect({ ...about, evidence: readable !== undefined && readable <= one.answeredAt }).toEqual({
        ...about,
        evidence: true,
      });
      const told = Math.max(readable!, credentialReadable(one));
      expect({ ...about, late: one.answeredAt > told + ONE_INTERVAL }).toEqual({
        ...about,
        late: false,
      });
    } else {
      expect({ ...about, ended: one.report.ended, readable }).toEqual({
        ...about,
        ended: 'timeout',
        readable: undefined,
      });
    }
  }
  expect(seenLive).toBeGreaterThan(150);
});

test('over 200 runs, settled comes when the window closes, neither before nor much after', async () => {
  for (const one of await runs('settled', true)) {
    const about = { seed: one.seed, situation: one.situation };
    const closes = one.linkedAt + (one.situation === 'first link' ? 0 : PROPAGATION_WINDOW);
    if (one.report.verdict === 'live') {
      expect({ ...about, early: one.answeredAt < one.live }).toEqual({ ...about, early: false });
      continue;
    }
    expect({ ...about, verdict: one.report.verdict }).toEqual({ ...about, verdict: 'settled' });
    expect({ ...about, early: one.answeredAt < closes }).toEqual({ ...about, early: false });
  }
});

test('over 200 runs without any call, the verdict is settled when the window closes', async () => {
  for (const one of await runs('settled', false)) {
    const { report, answeredAt, linkedAt, seed, situation } = one;
    const about = { seed, situation };
    expect({ ...about, verdict: report.verdict, proved: report.proved }).toEqual({
      ...about,
      verdict: 'settled',
      proved: true,
    });
    if (situation === 'first link') {
      // Nothing to wait for but the push services' answer, which the metrics show within five minutes.
      expect({ ...about, late: answeredAt > linkedAt + 7 * MINUTE }).toEqual({ ...about, late: false });
    } else {
      const closes = linkedAt + PROPAGATION_WINDOW;
      expect({ ...about, early: answeredAt < closes }).toEqual({ ...about, early: false });
      expect({ ...about, late: answeredAt > closes + 5_000 }).toEqual({ ...about, late: false });
    }
  }
});

test('over 200 runs, no window of time sees more requests to ARM than stated', async () => {
  for (const { azure, seed } of await runs('live', true)) {
    const times = azure.requestTimes;
    let most = 0;
    for (let first = 0, last = 0; last < times.length; last++) {
      while (times[last]! - times[first]! >= PROPAGATION_WINDOW) first++;
      most = Math.max(most, last - first + 1);
    }
    expect({ seed, over: most > ARM_READS_PER_WINDOW }).toEqual({ seed, over: false });
  }
});
