import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEFORE, LAST_RUN, readResult, written } from '../../../bench/relay/report/files';
import { pictureOf } from '../../../bench/relay/report/picture';
import { tablesOf } from '../../../bench/relay/report/tables';
import { slopes, spread } from '../../../bench/statistics';
import type { Result } from '../../../bench/relay/result';

const PROJECT = join(__dirname, '../../..');

describe('what is kept of the last run', () => {
  const files = written(readResult(BEFORE), readResult(LAST_RUN));

  test.each(files.map(({ path, text }) => [path.slice(PROJECT.length + 1), path, text]))(
    'gives %s as it is',
    (_name, path, text) => {
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  test('has all parts, and each of them is shown', () => {
    const last = readResult(LAST_RUN);
    expect(Object.keys(last.runs).sort()).toEqual(
      ['cold-start', 'kills', 'loading', 'memory', 'redelivery', 'throughput'].sort(),
    );
    const readme = files.find(({ path }) => path.endsWith('README.md'))!.text;
    for (const name of Object.keys(tablesOf({ runs: {} }, last)))
      expect(readme).toContain(`<!-- table ${name} -->`);
    expect(readme).not.toContain('NaN');
  });

  test('is measured long enough to tell', () => {
    const { memory, throughput, coldStart } = readResult(LAST_RUN);
    expect(memory!.events).toBeGreaterThanOrEqual(100_000);
    for (const { ofCeiling } of throughput!) expect(ofCeiling.n).toBeGreaterThanOrEqual(4);
    expect(coldStart!.ms.n).toBeGreaterThanOrEqual(8);
  });
});

const sure = (value: number) => spread([value]);

/** A run that held every limit, or none. */
function run(good: boolean): Result {
  const relay = {
    contender: 'relay' as const,
    perCpuSecond: sure(1000),
    ofCeiling: sure(good ? 0.5 : 0.49),
    ofSample: sure(good ? 5 : 4.9),
    ofRelay: sure(1),
    addedP50Ms: sure(1),
    addedP99Ms: sure(2),
    heapMb: sure(10),
    tableRequests: sure(0.1),
  };
  const share = (share: number, ofFresh: number, changesOfFresh: number) => ({
    share,
    perSecond: sure(1000),
    ofFresh: sure(ofFresh),
    cpuOfFresh: sure(1),
    changes: sure(2),
    reads: sure(0),
    requests: sure(0.1),
    changesOfFresh: sure(changesOfFresh),
  });
  return {
    runs: {},
    loading: {
      bundleBytes: good ? 1_500_000 : 1_500_001,
      ms: sure(37),
      cpuMs: sure(good ? 149 : 150),
      emptyMs: sure(20),
      emptyCpuMs: sure(20),
    },
    throughput: [relay],
    // One share is enough to miss a limit.
    redelivery: [share(0, 1, 1), share(0.1, good ? 0.7 : 0.69, good ? 1.5 : 1.51), share(1, 0.9, 1)],
  };
}

describe('limits', () => {
  const verdicts = (last: Result) => tablesOf({ runs: {} }, last)['limits']![1].map((row) => row.at(-1));

  test('are held at the figure itself', () => {
    expect(verdicts(run(true))).toEqual(Array.from({ length: 6 }, () => 'held'));
  });

  test('are not held beyond it', () => {
    expect(verdicts(run(false))).toEqual(Array.from({ length: 6 }, () => '**not held**'));
  });

  test('say nothing of what was not measured', () => {
    expect(verdicts({ runs: {} })).toEqual(Array.from({ length: 6 }, () => ''));
  });
});

test('the picture leaves out parts that were not run, and shows figures of both runs', () => {
  const picture = pictureOf(run(false), run(true));
  expect(picture).toContain('Throughput');
  expect(picture).not.toContain('Memory');
  expect(picture.match(/class="now"/g)!.length).toBeGreaterThan(1);
  expect(picture.match(/class="before"/g)!.length).toBe(picture.match(/class="now"/g)!.length);
});

describe('spreads', () => {
  test('are least, quartiles and most', () => {
    expect(spread([5, 1, 3, 2, 4])).toEqual({ min: 1, q1: 2, median: 3, q3: 4, max: 5, n: 5 });
    expect(spread([1, 2]).median).toBe(1.5);
  });

  test('of slopes do not turn with an outlier', () => {
    const points = [0, 1, 2, 3, 4, 5, 6].map((x) => ({ x, y: x === 3 ? 100 : 2 * x }));
    expect(spread(slopes(points)).median).toBe(2);
  });
});
