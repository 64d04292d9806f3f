import type { Spread } from '../../statistics';
import { element, line, text, ticks } from '../../svg';

/** A chart as markup, and how high it came out. */
export interface Chart {
  readonly markup: string;
  readonly height: number;
}

export interface BarRow {
  readonly label: string;
  readonly now?: Spread;
  readonly before?: Spread;
}

export interface BarOptions {
  readonly title: string;
  /** What the numbers are. */
  readonly unit: string;
  readonly rows: readonly BarRow[];
  /** A line across the first rows that it is about, or all of them. */
  readonly limit?: { readonly value: number; readonly label: string; readonly rows?: number };
  readonly digits?: number;
}

export const CHART_WIDTH = 450;
const LABELS = 142;
const RIGHT = 60;
const TOP = 46;
const ROW = 30;

function head(title: string, unit: string): string {
  return text(0, 14, title, { class: 'title' }) + text(0, 31, unit, { class: 'unit' });
}

/** Bars of medians with their quartiles; what was before in a thinner bar below. */
export function bars({ title, unit, rows, limit, digits = 2 }: BarOptions): Chart {
  const highest = Math.max(
    limit?.value ?? 0,
    ...rows.flatMap(({ now, before }) => [now?.q3 ?? 0, before?.q3 ?? 0]),
  );
  const marks = ticks(highest || 1);
  const end = CHART_WIDTH - RIGHT;
  const x = (value: number) => LABELS + ((end - LABELS) * Math.max(0, value)) / marks.at(-1)!;
  const top = limit ? TOP + 14 : TOP;
  const bottom = top + rows.length * ROW;
  const parts = [head(title, unit)];
  for (const mark of marks) {
    parts.push(line(x(mark), top - 4, x(mark), bottom, 'grid'));
    parts.push(text(x(mark), bottom + 14, String(mark), { class: 'tick', 'text-anchor': 'middle' }));
  }
  rows.forEach(({ label, now, before }, i) => {
    const y = top + i * ROW;
    parts.push(text(LABELS - 8, y + 13, label, { class: 'label', 'text-anchor': 'end' }));
    if (now) parts.push(bar(x, y + 2, 14, now, 'now'));
    if (before) parts.push(bar(x, y + (now ? 18 : 4), now ? 6 : 10, before, 'before'));
    if (now) parts.push(text(end + 10, y + 13, now.median.toFixed(digits), { class: 'value' }));
    if (before)
      parts.push(text(end + 10, y + (now ? 26 : 13), before.median.toFixed(digits), { class: 'was' }));
  });
  if (limit) {
    const end = top + (limit.rows ?? rows.length) * ROW - 4;
    parts.push(line(x(limit.value), top - 6, x(limit.value), end, 'limit'));
    parts.push(text(x(limit.value), top - 9, limit.label, { class: 'limit-label', 'text-anchor': 'middle' }));
  }
  return { markup: parts.join('\n'), height: bottom + 22 };
}

function bar(
  x: (value: number) => number,
  y: number,
  height: number,
  { q1, median, q3 }: Spread,
  kind: string,
): string {
  const middle = y + height / 2;
  return (
    element('rect', { x: x(0), y, width: Math.max(0.5, x(median) - x(0)), height, rx: 2, class: kind }) +
    line(x(q1), middle, x(q3), middle, 'whisker') +
    line(x(q1), middle - 3, x(q1), middle + 3, 'whisker') +
    line(x(q3), middle - 3, x(q3), middle + 3, 'whisker')
  );
}

export interface Course {
  readonly label: string;
  readonly kind: 'now' | 'now second' | 'before' | 'before second';
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Lines over a common axis. */
export function courses(title: string, unit: string, list: readonly Course[], rows: number): Chart {
  const [left, end] = [44, CHART_WIDTH - RIGHT - 34];
  const bottom = TOP + rows * ROW;
  const all = list.flatMap(({ points }) => points);
  const across = ticks(Math.max(...all.map((point) => point.x)));
  const up = ticks(Math.max(...all.map((point) => point.y)));
  const x = (value: number) => left + ((end - left) * value) / across.at(-1)!;
  const y = (value: number) => bottom - ((bottom - TOP) * value) / up.at(-1)!;
  const parts = [head(title, unit)];
  for (const mark of up) {
    parts.push(line(left, y(mark), end, y(mark), 'grid'));
    parts.push(text(left - 6, y(mark) + 4, String(mark), { class: 'tick', 'text-anchor': 'end' }));
  }
  for (const mark of across) {
    parts.push(
      text(x(mark), bottom + 14, mark.toLocaleString('en-US'), { class: 'tick', 'text-anchor': 'middle' }),
    );
  }
  for (const { label, kind, points } of list) {
    const path = points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ');
    parts.push(element('polyline', { points: path, class: `course ${kind}` }));
    const last = points.at(-1)!;
    parts.push(text(x(last.x) + 6, y(last.y) + 4, label, { class: 'label' }));
  }
  return { markup: parts.join('\n'), height: bottom + 22 };
}
