import { PROPAGATION_WINDOW } from '../../link/propagation';
import { POLLING } from '../../link/schedule';
import { MINUTE, mostReadsInAWindow, runScene, tellableAt, type Run, type Scene } from './support/runs';

/** A look is one polling interval after the one before, and may begin a second and a half late. */
const ONE_INTERVAL = POLLING.longest + 1_500;
const SEEDS = 12;

async function runs(scene: Omit<Scene, 'seed'>, replacedAfter?: (seed: number) => number): Promise<Run[]> {
  const all: Run[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    all.push(
      await runScene({ ...scene, seed, ...(replacedAfter && { replacedAfter: replacedAfter(seed) }) }),
    );
  }
  return all;
}

/** What a run has to keep, whatever its window: not before it can be told, within one interval of that, few reads. */
function kept(run: Run) {
  const late = run.answeredAt - (tellableAt(run) ?? Number.NaN);
  return {
    seed: run.seed,
    ended: run.report.ended,
    inTime: late >= 0 && late <= ONE_INTERVAL,
    early: run.answeredAt < run.live && run.report.verdict === 'live',
    under60: mostReadsInAWindow(run) < 60,
  };
}

function expectKept(all: readonly Run[]): void {
  expect(all.map(kept)).toEqual(
    all.map(({ seed }) => ({ seed, ended: 'final', inTime: true, early: false, under60: true })),
  );
}

describe.each([0, 1, 5, 10])('a link that is in force after %i minutes', (minutes) => {
  const window = minutes * MINUTE;

  test.each(['new hub', 'same hub'] as const)(
    '%s, nobody calls: settled when the window closes',
    async (situation) => {
      const all = await runs({ situation, level: 'settled', window });
      expectKept(all);
      for (const { answeredAt, linkedAt, report } of all) {
        expect(report.verdict).toBe('settled');
        expect(answeredAt - linkedAt - PROPAGATION_WINDOW).toBeLessThan(5_000);
      }
    },
  );

  test.each(['new hub', 'same hub'] as const)(
    '%s, people call: seen live, early or late',
    async (situation) => {
      const all = await runs({ situation, level: 'live', window, calls: 'often' });
      expectKept(all);
      expect(new Set(all.map(({ report }) => report.verdict))).toEqual(new Set(['live']));
    },
  );

  test('replaced by another link meanwhile: settled when the window of that one closes', async () => {
    const again = (seed: number) => (2 + (seed % 5)) * MINUTE;
    const all = await runs({ situation: 'same hub', level: 'settled', window, recorded: false }, again);
    expectKept(all);
    expect(new Set(all.map(({ report }) => report.verdict))).toEqual(new Set(['settled']));
  });
});

test.each(['settled', 'live'] as const)(
  'the first link, %s: told as soon as Azure shows it',
  async (level) => {
    expectKept(await runs({ situation: 'first link', level, calls: level === 'live' ? 'often' : 'none' }));
  },
);

test('before the counts can prove anything of the link, they are not read once the push services have answered', async () => {
  const [run] = await runs({ situation: 'same hub', level: 'settled' });
  const { azure, linkedAt } = run!;
  const answered = Math.max(...azure.probes.map(({ visible }) => visible)) + ONE_INTERVAL;
  const reads = azure.asked.filter(
    ({ what, time }) => what.endsWith('/metrics') && time > answered && time < linkedAt + PROPAGATION_WINDOW,
  );
  expect(reads).toEqual([]);
});
