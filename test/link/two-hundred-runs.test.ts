import { PROPAGATION_WINDOW } from '../../link/propagation';
import { POLLING } from '../../link/schedule';
import {
  credentialReadable,
  evidenceReadable,
  MINUTE,
  mostReadsInAWindow,
  runScene,
  SITUATIONS,
  type Run,
} from './support/runs';

/** A look is one polling interval after the one before, and may begin a second and a half late. */
const ONE_INTERVAL = POLLING.longest + 1_500;

const made = new Map<string, Promise<Run[]>>();

/** Two hundred of each kind, which are run once. */
function runs(level: 'settled' | 'live', withCalls: boolean): Promise<Run[]> {
  const kind = `${level} ${withCalls}`;
  const all = made.get(kind) ?? run(level, withCalls);
  made.set(kind, all);
  return all;
}

async function run(level: 'settled' | 'live', withCalls: boolean): Promise<Run[]> {
  const all: Run[] = [];
  for (let seed = 1; seed <= 200; seed++) {
    const situation = SITUATIONS[seed % 3]!;
    all.push(await runScene({ seed, situation, level, calls: withCalls ? 'some' : 'none' }));
  }
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

test('over 200 runs, fewer than 60 requests to ARM are sent within any ten minutes', async () => {
  for (const one of await runs('live', true)) {
    const { seed } = one;
    expect({ seed, over: mostReadsInAWindow(one) >= 60 }).toEqual({ seed, over: false });
  }
});
