import type { Result } from '../result';
import { bars, courses, CHART_WIDTH, type BarRow, type Chart, type Course } from './charts';
import { OF_CEILING, REDELIVERED_CHANGES, REDELIVERED_OF_FRESH } from './limits';
import { element, svg, text } from '../../svg';

const COLUMNS = 2;
const MARGIN = 24;
const LEGEND = 34;

const STYLE = `
text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.ground { fill: #ffffff; stroke: #d0d7de; }
.title { font-size: 14px; font-weight: 600; }
.unit, .tick { fill: #59636e; font-size: 11px; }
.value { font-size: 12px; font-weight: 600; }
.was { fill: #59636e; font-size: 10px; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.now { fill: #1f6feb; }
.before { fill: #a8b3bf; }
.whisker { stroke: #1f2328; stroke-width: 1; }
.limit { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3; }
.limit-label { fill: #cf222e; font-size: 11px; }
.course { fill: none; stroke-width: 2; }
.course.now { stroke: #1f6feb; }
.course.before { stroke: #a8b3bf; }
.course.second { stroke-dasharray: 5 3; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.ground { fill: #0d1117; stroke: #3d444d; }
.unit, .tick, .was { fill: #9198a1; }
.grid { stroke: #2a313c; }
.now { fill: #4493f8; }
.before { fill: #5b6570; }
.whisker { stroke: #e6edf3; }
.limit { stroke: #f85149; }
.limit-label { fill: #f85149; }
.course.now { stroke: #4493f8; }
.course.before { stroke: #7d8590; }
.now.course, .before.course { fill: none; }
}
`;

/** The figures of two runs as one SVG; parts that were not run are left out. */
export function pictureOf(before: Result, last: Result): string {
  const charts = chartsOf(before, last).filter((chart) => chart !== undefined);
  const parts: string[] = [legend()];
  let y = MARGIN + LEGEND;
  for (let i = 0; i < charts.length; i += COLUMNS) {
    const row = charts.slice(i, i + COLUMNS);
    row.forEach(({ markup }, column) => {
      const x = MARGIN + column * (CHART_WIDTH + MARGIN);
      parts.push(element('g', { transform: `translate(${x} ${y})` }, `\n${markup}\n`));
    });
    y += Math.max(...row.map(({ height }) => height)) + MARGIN;
  }
  const width = MARGIN + COLUMNS * (CHART_WIDTH + MARGIN);
  return svg(width, y, STYLE, 'Figures of the relay’s bench', parts);
}

function legend(): string {
  const [y, x] = [MARGIN, MARGIN];
  return [
    element('rect', { x, y, width: 22, height: 14, rx: 2, class: 'now' }),
    text(x + 28, y + 11, 'now'),
    element('rect', { x: x + 76, y: y + 4, width: 22, height: 6, rx: 2, class: 'before' }),
    text(x + 104, y + 11, 'before'),
    text(x + 170, y + 11, 'medians, with the quartiles as lines; each figure is measured within one run', {
      class: 'unit',
    }),
  ].join('');
}

function chartsOf(before: Result, last: Result): (Chart | undefined)[] {
  return [
    throughput(before, last),
    redelivered(before, last),
    changes(before, last),
    coldStart(before, last),
    kills(before, last),
    memory(before, last),
  ];
}

function throughput(before: Result, last: Result): Chart | undefined {
  const rows = (last.throughput ?? before.throughput ?? [])
    .filter(({ contender }) => contender !== 'ceiling')
    .map(({ contender }): BarRow => {
      const of = (result: Result) => result.throughput?.find((one) => one.contender === contender)?.ofCeiling;
      return { label: contender, now: of(last), before: of(before) };
    });
  return chart(rows, {
    title: 'Throughput',
    unit: 'events a second and core, by those of the bare HTTP sends',
    limit: { value: OF_CEILING, label: `relay at least ${OF_CEILING}`, rows: 1 },
  });
}

function redelivered(before: Result, last: Result): Chart | undefined {
  return chart(shares(before, last, 'ofFresh'), {
    title: 'Events that were handled before',
    unit: 'events a second, by those when all are fresh',
    limit: { value: REDELIVERED_OF_FRESH, label: `at least ${REDELIVERED_OF_FRESH}` },
  });
}

function changes(before: Result, last: Result): Chart | undefined {
  return chart(shares(before, last, 'changesOfFresh'), {
    title: 'What they ask of Table Storage',
    unit: 'changes of rows, by those when all are fresh',
    limit: { value: REDELIVERED_CHANGES, label: `at most ${REDELIVERED_CHANGES}` },
  });
}

function shares(before: Result, last: Result, figure: 'ofFresh' | 'changesOfFresh'): BarRow[] {
  return (last.redelivery ?? before.redelivery ?? [])
    .filter(({ share }) => share > 0)
    .map(({ share }) => {
      const of = (result: Result) => result.redelivery?.find((one) => one.share === share)?.[figure];
      return { label: `${share * 100} % of events`, now: of(last), before: of(before) };
    });
}

function coldStart(before: Result, last: Result): Chart | undefined {
  const [now, was] = [last.coldStart, before.coldStart];
  if (!now && !was) return undefined;
  return bars({
    title: 'Cold start',
    unit: 'milliseconds from the start of the process to the first push, and parts of it',
    rows: [
      { label: 'to the first push', now: now?.ms, before: was?.ms },
      { label: 'Node and the host', now: now?.hostMs, before: was?.hostMs },
      { label: 'loading the code', now: now?.loadingMs, before: was?.loadingMs },
      { label: 'the first event', now: now?.firstEventMs, before: was?.firstEventMs },
    ],
    digits: 0,
  });
}

function kills(before: Result, last: Result): Chart | undefined {
  const [now, was] = [last.kills, before.kills];
  if (!now && !was) return undefined;
  const sure = (value: number | undefined) =>
    value === undefined ? undefined : { min: value, q1: value, median: value, q3: value, max: value, n: 1 };
  return bars({
    title: 'Killed in the middle, and started again',
    unit: 'time by that of the first start; deliveries and pushes by those under way',
    rows: [
      { label: 'until the next push', now: now?.ofFirstStart, before: was?.ofFirstStart },
      {
        label: 'delivered again',
        now: sure(now?.redeliveredOfUnderWay),
        before: sure(was?.redeliveredOfUnderWay),
      },
      { label: 'pushed twice', now: sure(now?.sentTwiceOfUnderWay), before: sure(was?.sentTwiceOfUnderWay) },
    ],
  });
}

function memory(before: Result, last: Result): Chart | undefined {
  const list = (['before', 'now'] as const).flatMap((kind): Course[] => {
    const samples = (kind === 'now' ? last : before).memory?.samples;
    if (!samples) return [];
    const course = (name: 'heapMb' | 'rssMb') =>
      samples.map((sample) => ({ x: sample.events, y: sample[name] }));
    return [
      { label: kind === 'now' ? 'resident' : '', kind, points: course('rssMb') },
      { label: kind === 'now' ? 'heap' : '', kind: `${kind} second`, points: course('heapMb') },
    ];
  });
  if (list.length === 0) return undefined;
  return courses('Memory over events', 'megabytes after a collection', list, 4);
}

function chart(
  rows: readonly BarRow[],
  options: Omit<Parameters<typeof bars>[0], 'rows'>,
): Chart | undefined {
  return rows.length === 0 ? undefined : bars({ ...options, rows });
}
