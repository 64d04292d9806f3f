import type { Table } from '../../../scripts/markdown';
import type { Spread } from '../../statistics';
import type { Result, Run } from '../result';
import { LIMITS } from './limits';

/** What each part's table is called in the README. */
const TABLES: Readonly<Record<string, (before: Result, last: Result) => Table>> = {
  limits: (before, last) => [
    ['', 'limit', 'before', 'measured', ''],
    LIMITS.map(({ what, limit, of, holds, text }) => {
      const [was, is] = [of(before), of(last)];
      return [
        what,
        limit,
        was === undefined ? '–' : text(was),
        is === undefined ? '–' : text(is),
        held(is, holds),
      ];
    }),
  ],
  throughput: (_, { throughput = [] }) => [
    [
      '',
      'events/s and core',
      'by the ceiling',
      'by the relay',
      'added p50 ms',
      'added p99 ms',
      'heap MB',
      'table requests/event',
    ],
    throughput.map((one) => [
      one.contender,
      one.perCpuSecond.median.toFixed(0),
      range(one.ofCeiling),
      range(one.ofRelay),
      range(one.addedP50Ms, 1),
      range(one.addedP99Ms, 1),
      range(one.heapMb, 1),
      one.tableRequests.median.toFixed(2),
    ]),
  ],
  redelivery: ({ redelivery: earlier = [] }, { redelivery = [] }) => [
    [
      'handled before',
      'events/s by fresh',
      'before',
      'processor time',
      'changes/event',
      'before',
      'reads/event',
      'requests/event',
    ],
    redelivery.map((one) => {
      const was = earlier.find(({ share }) => share === one.share);
      return [
        `${one.share * 100} %`,
        range(one.ofFresh),
        was ? range(was.ofFresh) : '–',
        range(one.cpuOfFresh),
        range(one.changes),
        was ? range(was.changes) : '–',
        range(one.reads),
        range(one.requests),
      ];
    }),
  ],
  kills: (before, last) =>
    pairs(before.kills, last.kills, [
      ['kills, with events', ({ kills, events }) => `${kills}, ${events}`],
      ['events under way at a kill', ({ underWay }) => range(underWay, 0)],
      ['until the next push, by the first start', ({ ofFirstStart }) => range(ofFirstStart)],
      ['until the next push, ms', ({ handlesAgainMs }) => range(handlesAgainMs, 0)],
      ['deliveries again, by events under way', (kills) => kills.redeliveredOfUnderWay.toFixed(2)],
      ['pushes sent twice, by pushes under way', (kills) => kills.sentTwiceOfUnderWay.toFixed(3)],
      ['pushes sent twice, of all', ({ sentTwice, pushes }) => `${sentTwice} of ${pushes}`],
      ['longest until an event was taken, s', ({ longestSeconds }) => longestSeconds.toFixed(1)],
    ]),
  memory: (before, last) =>
    pairs(before.memory, last.memory, [
      ['events', ({ events }) => String(events)],
      [
        'heap at the first sample → at the last, MB',
        ({ samples }) => ends(samples.map(({ heapMb }) => heapMb)),
      ],
      ['resident at the first → at the last, MB', ({ samples }) => ends(samples.map(({ rssMb }) => rssMb))],
      ['heap for each 100,000 events, MB', ({ heapSlope }) => range(heapSlope)],
      ['resident for each 100,000 events, MB', ({ rssSlope }) => range(rssSlope)],
    ]),
  'cold-start': (before, last) =>
    pairs(before.coldStart, last.coldStart, [
      ['process to first push, by that of an empty function', ({ ofEmpty }) => range(ofEmpty)],
      ['process to first push, ms', ({ ms }) => range(ms, 0)],
      ['of it Node and the host, ms', ({ hostMs }) => range(hostMs, 0)],
      ['loading the bundle, ms', ({ loadingMs }) => range(loadingMs, 0)],
      ['loading the bundle, share', ({ loadingShare }) => range(loadingShare)],
      ['the first event, ms', ({ firstEventMs }) => range(firstEventMs, 0)],
    ]),
  loading: (before, last) =>
    pairs(before.loading, last.loading, [
      ['bundle, bytes', ({ bundleBytes }) => String(bundleBytes)],
      ['loading it, ms of processor time', ({ cpuMs }) => range(cpuMs, 0)],
      ['loading it, ms', ({ ms }) => range(ms, 0)],
      ['an empty function, ms of processor time', ({ emptyCpuMs }) => range(emptyCpuMs, 0)],
      ['an empty function, ms', ({ emptyMs }) => range(emptyMs, 0)],
    ]),
  runs: (before, last) => [
    ['part', 'took', 'Node', 'cores', 'load before → after', 'before: load'],
    Object.entries(last.runs).map(([part, run]) => {
      const was = before.runs[part as keyof Result['runs']];
      return [part, `${run.seconds} s`, run.node, String(run.cores), load(run), was ? load(was) : '–'];
    }),
  ],
};

/** The tables of two runs by their names in the README. */
export function tablesOf(before: Result, last: Result): Readonly<Record<string, Table>> {
  return Object.fromEntries(Object.entries(TABLES).map(([name, table]) => [name, table(before, last)]));
}

/** Figures of a part side by side: what was before, and what is. */
function pairs<T>(
  before: T | undefined,
  last: T | undefined,
  rows: readonly (readonly [string, (part: T) => string])[],
): Table {
  const cell = (part: T | undefined, text: (part: T) => string) => (part === undefined ? '–' : text(part));
  return [
    ['', 'before', 'measured'],
    rows.map(([what, text]) => [what, cell(before, text), cell(last, text)]),
  ];
}

function held(value: number | undefined, holds: (value: number) => boolean): string {
  if (value === undefined) return '';
  return holds(value) ? 'held' : '**not held**';
}

/** `0.68 (0.66–0.70)`: the median and the quartiles. */
function range({ q1, median, q3 }: Spread, digits = 2): string {
  const [low, middle, high] = [q1, median, q3].map((value) =>
    value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1'),
  );
  return low === high ? middle! : `${middle} (${low}–${high})`;
}

const load = ({ load: { before, after } }: Run) => `${before} → ${after}`;

const ends = (values: readonly number[]) => `${values[0]!.toFixed(1)} → ${values.at(-1)!.toFixed(1)}`;
