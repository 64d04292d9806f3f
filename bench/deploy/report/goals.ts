import type { Result } from '../result';

export interface Goal {
  readonly goal: string;
  readonly limit: string;
  readonly unit: 'times' | 's';
  /** Undefined when it was not run; infinite when nothing is waited for. */
  measured(result: Result): number | undefined;
  holds(value: number): boolean;
}

type Scenario = keyof NonNullable<Result['chain']>;

const times = (scenario: Scenario) => (result: Result) => {
  const [ours, plain] = [result.chain?.[scenario]?.none.seconds, result.plain?.[scenario]?.none.seconds];
  return ours === undefined || plain === undefined ? undefined : plain / ours;
};

/** What deploys were meant to reach, with providers that wait and an Azure that answers at once. */
export const GOALS: readonly Goal[] = [
  {
    goal: 'chain up to the link, against plain azurerm',
    limit: '15 times faster',
    unit: 'times',
    measured: times('first'),
    holds: (value) => value >= 15,
  },
  {
    goal: 'the same in a resource group that is there',
    limit: '15 times faster',
    unit: 'times',
    measured: times('first-in-group'),
    holds: (value) => value >= 15,
  },
  {
    goal: 'a changed tag of the hub, against plain azurerm',
    limit: '20 times faster',
    unit: 'times',
    measured: times('tag'),
    holds: (value) => value >= 20,
  },
  {
    goal: 'the whole deploy, environment `local`',
    limit: 'under 90 s',
    unit: 's',
    measured: ({ local }) => local?.first?.none.seconds,
    holds: (value) => value < 90,
  },
  {
    goal: 'the same with monitoring, environment `prod` without its lock',
    limit: 'under 90 s',
    unit: 's',
    measured: (result) => result['prod-open']?.first?.none.seconds,
    holds: (value) => value < 90,
  },
  {
    goal: 'the same with its locks, environment `prod`',
    limit: 'under 90 s',
    unit: 's',
    measured: ({ prod }) => prod?.first?.none.seconds,
    holds: (value) => value < 90,
  },
  {
    goal: 'a deploy without changes, environment `local`',
    limit: 'under 6 s',
    unit: 's',
    measured: ({ local }) => local?.unchanged?.azure.seconds,
    holds: (value) => value < 6,
  },
  {
    goal: 'a deploy without changes, environment `prod`',
    limit: 'under 6 s',
    unit: 's',
    measured: ({ prod }) => prod?.unchanged?.azure.seconds,
    holds: (value) => value < 6,
  },
];
