import { seededRandom } from '../../local/azure/core/random';
import type { SeenRequest } from '../../local/azure/core/faults/request-faults';
import { withoutChance } from './inventory';
import { PHASES, type PhaseName } from './phases';

/** What happens once, at one request. */
export const FAULTS = ['500', '429', 'lost-answer', 'killed', 'azure-killed'] as const;
export type FaultName = (typeof FAULTS)[number];

/** One request of a run, found again in another. */
export interface Place {
  readonly method: string;
  readonly host: string;
  /** `*` stands for what chance makes. */
  readonly path: string;
  /** Which request of that route, from 1. */
  readonly nth: number;
}

export interface Cell extends Place {
  readonly phase: PhaseName;
  readonly fault: FaultName;
}

export function keyOf({ phase, fault, method, host, path, nth }: Cell): string {
  return `${phase} ${fault} ${method} ${host}${path}#${nth}`;
}

/** The requests that came from outside, each as its place. */
export function placesOf(seen: readonly SeenRequest[]): Place[] {
  const counts = new Map<string, number>();
  return seen
    .filter(({ from }) => from === 'outside')
    .map(({ method, host, path: sent }) => {
      const path = withoutChance(sent);
      const route = `${method} ${host}${path}`;
      const nth = (counts.get(route) ?? 0) + 1;
      counts.set(route, nth);
      return { method, host, path, nth };
    });
}

/** Those that are in both runs: how often something is polled differs. */
export function common(one: readonly Place[], other: readonly Place[]): Place[] {
  const text = ({ method, host, path, nth }: Place) => `${method} ${host}${path}#${nth}`;
  const known = new Set(other.map(text));
  return one.filter((place) => known.has(text(place)));
}

/** All cells of the matrix, in an order by the seed: whoever stops early has seen some of everything. */
export function cellsOf(
  places: Readonly<Partial<Record<PhaseName, readonly Place[]>>>,
  faults: readonly FaultName[],
  seed: number,
): Cell[] {
  const cells = PHASES.flatMap((phase) =>
    (places[phase] ?? []).flatMap((place) => faults.map((fault) => ({ phase, fault, ...place }))),
  );
  const drawn = (cell: Cell) => seededRandom(`${seed}/${keyOf(cell)}`)();
  return cells
    .map((cell) => ({ cell, at: drawn(cell) }))
    .sort((a, b) => a.at - b.at)
    .map(({ cell }) => cell);
}
