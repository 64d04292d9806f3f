/** What was found in several rounds or runs: the least, the quartiles, the most. */
export interface Spread {
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
  readonly n: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => significant(quantile(sorted, q));
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1), n: sorted.length };
}

/** Between the two values that are nearest. */
export function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  return below + (place % 1) * ((sorted[Math.ceil(place)] ?? NaN) - below);
}

/** Slopes between all pairs of points: their median is one that single outliers do not turn (Theil and Sen). */
export function slopes(points: readonly { readonly x: number; readonly y: number }[]): number[] {
  return points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
}

/** Four digits are more than a bench can tell. */
const significant = (value: number) => Number(value.toPrecision(4));
