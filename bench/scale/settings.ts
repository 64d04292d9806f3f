import type { Setting } from './simulation';

const SECONDS_A_DAY = 24 * 60 * 60;

/** An assumption, of a day's busiest minute against its mean. */
const PEAK = 5;

/** An instance with more events gathers more of them into a request; more instances make more requests. */
const EVENTS_OF_AN_INSTANCE = 250;

/** Settings of one size or question. */
export interface Case {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** Events a second in the busiest minute of a day that has so many. */
export function peakOf(eventsPerDay: number): number {
  return Math.round((PEAK * eventsPerDay) / SECONDS_A_DAY);
}

/** @param places partitions of an account and accounts */
function at(eventsPerSecond: number, ...places: readonly (readonly [number, number])[]): Setting[] {
  return places.map(([partitions, accounts]) => ({
    eventsPerSecond,
    instances: accounts * Math.max(1, Math.ceil(eventsPerSecond / EVENTS_OF_AN_INSTANCE / accounts)),
    partitions,
    accounts,
  }));
}

export const CASES: readonly Case[] = [
  { name: `1 M events a day, busiest minute`, settings: at(peakOf(1e6), [1, 1], [4, 1]) },
  { name: `100 M events a day, mean`, settings: at(Math.round(1e8 / SECONDS_A_DAY), [1, 1], [2, 1], [4, 1]) },
  { name: `100 M events a day, busiest minute`, settings: at(peakOf(1e8), [4, 1], [8, 1]) },
  {
    name: `10,000 events a second, and a tenth more to catch up with`,
    settings: at(11_000, [16, 1], [8, 2]),
  },
  {
    name: `how full four partitions may be`,
    settings: [3_000, 3_800].flatMap((rate) => at(rate, [4, 1])),
  },
];
