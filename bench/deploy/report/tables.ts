import type { Table } from '../../../scripts/markdown';
import { ANSWER_SECONDS, BEHIND_SECONDS } from '../latency';
import { AZURERM_PACE, STORAGE_DATA_PLANES, WIDE_PARALLELISM, type Pace } from '../pace';
import type { Result } from '../result';
import { SCENARIO_TITLES, SCENARIOS } from '../scenarios';
import { STACK_TITLES, STACKS } from '../stacks';
import { GOALS, type Goal } from './goals';

const seconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)} s`);

/** Every scenario of every stack. */
function scenarios(result: Result): Table {
  const rows = STACKS.flatMap((stack) =>
    SCENARIOS.flatMap((scenario) => {
      const figures = result[stack]?.[scenario];
      if (!figures) return [];
      const { changed, requests, criticalRequests, none, azure } = figures;
      return [
        [
          STACK_TITLES[stack],
          SCENARIO_TITLES[scenario],
          String(changed),
          String(requests),
          String(criticalRequests),
          seconds(none.seconds),
          seconds(azure.seconds),
          seconds(azure.wideSeconds),
          seconds(azure.criticalSeconds),
        ],
      ];
    }),
  );
  return [
    [
      'stack',
      'deploy',
      'changed',
      'requests',
      'in a row',
      'no latency',
      'with latencies',
      `${WIDE_PARALLELISM} at once`,
      'of it needed',
    ],
    rows,
  ];
}

/** This library's chain beside that of plain azurerm. */
function against(result: Result): Table {
  const rows = SCENARIOS.flatMap((scenario) => {
    const [ours, plain] = [result.chain?.[scenario], result.plain?.[scenario]];
    if (!ours || !plain) return [];
    const times = (a: number, b: number) => (b < 0.05 ? '' : `${(a / b).toFixed(1)} times`);
    return [
      [
        SCENARIO_TITLES[scenario],
        seconds(ours.none.seconds),
        seconds(plain.none.seconds),
        times(plain.none.seconds, ours.none.seconds),
        seconds(ours.azure.seconds),
        seconds(plain.azure.seconds),
        times(plain.azure.seconds, ours.azure.seconds),
      ],
    ];
  });
  return [
    [
      'chain up to the link',
      'no latency',
      'plain azurerm',
      'faster',
      'with latencies',
      'plain azurerm',
      'faster',
    ],
    rows,
  ];
}

/** How an Azure of that latency answers, for tables. */
const LATENCIES: Readonly<Record<Goal['latency'], string>> = { none: 'at once', azure: 'with latencies' };

function goals(result: Result): Table {
  const rows = GOALS.map(({ goal, latency, limit, measured, holds, unit }) => {
    const answers = LATENCIES[latency];
    const value = measured(result);
    if (value === undefined) return [goal, answers, limit, 'not run', ''];
    const shown = value === Infinity ? 'no wait at all' : `${value.toFixed(1)} ${unit}`;
    return [goal, answers, limit, shown, holds(value) ? 'met' : '**missed**'];
  });
  return [['', 'Azure answers', 'goal', 'in virtual time', ''], rows];
}

function pace(): Table {
  const row = (name: string, { firstPoll, settling, source }: Pace) => [
    name,
    firstPoll === undefined ? '' : `${firstPoll} s`,
    settling === undefined ? '' : `${settling.seconds} s in ${settling.reads} reads`,
    source,
  ];
  const rows = Object.entries(AZURERM_PACE).flatMap(([type, writes]) =>
    Object.entries(writes).map(([write, one]) => row(`\`${type}\`, ${write}`, one)),
  );
  return [
    ['write', 'first look after', 'agreeing reads', 'source'],
    [...rows, row('`azurerm_storage_account`, its data planes', STORAGE_DATA_PLANES)],
  ];
}

function latencies(): Table {
  return [
    ['of', 'assumed'],
    [
      ...Object.entries(ANSWER_SECONDS).map(([what, value]) => [`answer to ${what}`, `${value} s`]),
      ...Object.entries(BEHIND_SECONDS).map(([type, value]) => [
        `\`${type}\`, behind the answer`,
        `${value} s`,
      ]),
    ],
  ];
}

/** The tables by the names that the pages give them. */
export function tablesOf(result: Result): Readonly<Record<string, Table>> {
  return {
    scenarios: scenarios(result),
    against: against(result),
    goals: goals(result),
    pace: pace(),
    latencies: latencies(),
  };
}
