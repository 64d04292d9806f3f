import type { Figures } from '../figures';
import type { Latency } from '../latency';
import { WIDE_PARALLELISM } from '../pace';
import type { Result } from '../result';
import type { Scenario } from '../scenarios';
import type { StackName } from '../stacks';

export interface Goal {
  readonly goal: string;
  /** Whose answers it is for: of an Azure that answers at once, or of one with the assumed latencies. */
  readonly latency: Latency['name'];
  readonly limit: string;
  readonly unit: 'times' | 's';
  /** Undefined when it was not run; infinite when nothing is waited for. */
  measured(result: Result): number | undefined;
  holds(value: number): boolean;
}

const secondsOf = (figures: Figures | undefined, latency: Latency['name']) => figures?.[latency].seconds;

function timesFaster(goal: string, scenario: Scenario, least: number): Goal {
  const latency = 'none';
  return {
    goal,
    latency,
    limit: `${least} times faster`,
    unit: 'times',
    measured: ({ chain, plain }) => {
      const [ours, theirs] = [chain?.[scenario], plain?.[scenario]].map((one) => secondsOf(one, latency));
      return ours === undefined || theirs === undefined ? undefined : theirs / ours;
    },
    holds: (times) => times >= least,
  };
}

function under(
  most: number,
  latency: Latency['name'],
  goal: string,
  stack: StackName,
  scenario: Scenario,
  places: 'seconds' | 'wideSeconds' = 'seconds',
): Goal {
  return {
    goal,
    latency,
    limit: `under ${most} s`,
    unit: 's',
    measured: (result) => result[stack]?.[scenario]?.[latency][places],
    holds: (seconds) => seconds < most,
  };
}

/** What deploys were meant to reach, with providers that wait. */
export const GOALS: readonly Goal[] = [
  timesFaster('chain up to the link, against plain azurerm', 'first', 15),
  timesFaster('the same in a resource group that is there', 'first-in-group', 15),
  timesFaster('a changed tag of the hub, against plain azurerm', 'tag', 20),
  under(90, 'none', 'the whole deploy, environment `local`', 'local', 'first'),
  under(90, 'none', 'the same with monitoring, environment `prod` without its lock', 'prod-open', 'first'),
  under(
    90,
    'none',
    `the same by \`--terraform-parallelism ${WIDE_PARALLELISM}\``,
    'prod-open',
    'first',
    'wideSeconds',
  ),
  under(90, 'none', 'the same with its locks, environment `prod`', 'prod', 'first'),
  under(90, 'none', `the same, ${WIDE_PARALLELISM} at once`, 'prod', 'first', 'wideSeconds'),
  under(6, 'azure', 'a deploy without changes, environment `local`', 'local', 'unchanged'),
  under(6, 'azure', 'a deploy without changes, environment `prod`', 'prod', 'unchanged'),
];
