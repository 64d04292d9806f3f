import type { Terminal } from '@xterm/headless';

type Buffer = Terminal['buffer']['active'];

const CELL = { width: 8.4, height: 18 } as const;
const EDGE = 14;
const TITLE_BAR = 30;
/** Of the sixteen colours of a terminal, those that are used. */
const COLOURS: Readonly<Record<number, string>> = { 1: '#ff7b72', 2: '#7ee787', 3: '#e3b341', 6: '#76e3ea' };

/** The last rows of a terminal as a window in SVG, dark on any page. */
export function picture(buffer: Buffer, title: string, columns: number, rows: readonly number[]): string {
  const width = Math.ceil(columns * CELL.width + 2 * EDGE);
  const height = TITLE_BAR + rows.length * CELL.height + EDGE;
  const lines = rows.map((row, i) => {
    const y = TITLE_BAR + (i + 1) * CELL.height - 4;
    return `<text x="${EDGE}" y="${y}">${spans(buffer, row)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    '<style>text{font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#484f58"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map(
      (fill, i) => `<circle cx="${18 + i * 18}" cy="15" r="5.5" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="20" text-anchor="middle" opacity="0.65">${escaped(title)}</text>`,
    ...lines,
    '</svg>\n',
  ].join('\n');
}

/** The texts of a picture, row by row. */
export function textOf(svg: string): string[] {
  return [...svg.matchAll(/<text x="14"[^>]*>(.*)<\/text>/g)].map(([, row]) =>
    row!
      .replace(/<[^>]*>/g, '')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&'),
  );
}

function spans(buffer: Buffer, row: number): string {
  const line = buffer.getLine(row)!;
  const length = line.translateToString(true).length;
  let out = '';
  let style = '';
  for (let column = 0; column < length; column++) {
    const cell = line.getCell(column)!;
    const next = [
      cell.isFgPalette() && COLOURS[cell.getFgColor()] ? `fill="${COLOURS[cell.getFgColor()]}"` : '',
      cell.isDim() ? 'opacity="0.65"' : '',
      cell.isBold() ? 'font-weight="bold"' : '',
    ]
      .filter(Boolean)
      .join(' ');
    if (next !== style) out += `${style && '</tspan>'}${next && `<tspan ${next}>`}`;
    style = next;
    out += escaped(cell.getChars() || ' ');
  }
  return style ? `${out}</tspan>` : out;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
