import { element, line, svg, text, ticks } from '../../svg';
import type { Bar, Timing } from '../figures';

const ROW = 19;
const NAMES = 430;
const CHART = 500;
const TOP = 66;
const MARGIN = 20;

const STYLE = `
text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.ground { fill: #ffffff; stroke: #d0d7de; }
.title { font-size: 14px; font-weight: 600; }
.tick { fill: #59636e; font-size: 11px; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.azurerm { fill: #8250df; }
.azapi { fill: #1f6feb; }
.local { fill: #1a7f37; }
.waited { fill: #d4a72c; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.ground { fill: #0d1117; stroke: #3d444d; }
.tick { fill: #9198a1; }
.grid { stroke: #2a313c; }
.azurerm { fill: #ab7df8; }
.azapi { fill: #4493f8; }
.local { fill: #3fb950; }
.waited { fill: #9e6a03; }
}
`;

const LEGEND = [
  ['azurerm', 'azurerm, until Azure is done'],
  ['azapi', 'azapi, until Azure is done'],
  ['local', 'a script'],
  ['waited', 'the provider waits all the same'],
] as const;

const writerOf = ({ type }: Bar) =>
  type.startsWith('azurerm_') ? 'azurerm' : type.startsWith('azapi_') ? 'azapi' : 'local';

/** `azurerm_storage_account  Storage`: the type, and the place in the stack without its hash. */
export function rowName({ address, type }: Bar): string {
  const name = address
    .split('.')
    .at(-1)!
    .replace(/_[0-9A-F]{8}$/, '')
    .replace(/^Push_/, '')
    .replaceAll('_', ' ');
  return `${name} (${type.replace(/^(azurerm|azapi)_/, '')})`;
}

/** When each resource of a deploy is made: a bar a resource, in the order in which they begin. */
export function gantt(title: string, { bars }: Timing): string {
  const shown = bars.filter(({ start, end }) => end > start);
  const marks = ticks(Math.max(1, ...shown.map(({ end }) => end)));
  const scale = CHART / marks.at(-1)!;
  const height = TOP + shown.length * ROW + MARGIN;
  const x = (seconds: number) => NAMES + seconds * scale;
  const legend = LEGEND.flatMap(([kind, words], index) => [
    element('rect', { x: MARGIN + index * 205, y: 34, width: 11, height: 11, rx: 2, class: kind }),
    text(MARGIN + 16 + index * 205, 44, words, { class: 'tick' }),
  ]);
  const grid = marks.flatMap((seconds) => [
    line(x(seconds), TOP - 2, x(seconds), height - MARGIN, 'grid'),
    text(x(seconds), TOP - 6, `${seconds} s`, { class: 'tick', 'text-anchor': 'middle' }),
  ]);
  const rows = shown.flatMap((bar, index) => {
    const y = TOP + index * ROW;
    const done = bar.end - Math.min(bar.waited, bar.end - bar.start);
    const part = (from: number, to: number, kind: string) =>
      to - from < 1e-9
        ? []
        : [
            element('rect', {
              x: x(from),
              y: y + 3,
              width: Math.max(1, (to - from) * scale),
              height: ROW - 7,
              rx: 2,
              class: kind,
            }),
          ];
    return [
      text(NAMES - 8, y + 13, rowName(bar), { 'text-anchor': 'end' }),
      ...part(bar.start, done, writerOf(bar)),
      ...part(done, bar.end, 'waited'),
    ];
  });
  const width = NAMES + CHART + MARGIN + 10;
  return svg(width, height, STYLE, title, [
    text(MARGIN, 22, title, { class: 'title' }),
    ...legend,
    ...grid,
    ...rows,
  ]);
}
