import { isSame, type Difference, type Part, type StackDiff } from './stack-diff';

/** Signs of a value, and of a setting's name, above which a part is left out. */
const LONGEST = { value: 44, setting: 52 } as const;

/** Signs before the first that differs. */
const CONTEXT = 12;

/** What stands where something is not set. */
const UNSET = '-';

/** Two stacks side by side, for people. */
export function diffText(diff: StackDiff): string {
  const { a, b, onlyA, onlyB, differing, alike } = diff;
  if (isSame(diff)) return `${a} and ${b} are alike but for their names: ${alike} parts\n`;
  const rows = differing.map((part) => part.differences.map(cells));
  const widths = [0, 1].map((column) =>
    Math.max(
      [`${column === 0 ? 'setting' : a}`.length, ...rows.flat().map((row) => row[column]!.length)].reduce(
        (x, y) => Math.max(x, y),
      ),
    ),
  );
  const line = (row: readonly string[]) =>
    `    ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd();
  return `${[
    `${a} and ${b}: ${onlyA.length} only in ${a}, ${onlyB.length} only in ${b}, ${differing.length} set otherwise, ${alike} alike`,
    ...only(a, onlyA),
    ...only(b, onlyB),
    ...(differing.length > 0 ? ['', 'set otherwise', line(['setting', a, b])] : []),
    ...differing.flatMap(({ path, type }, i) => [`  ${path} (${type})`, ...rows[i]!.map(line)]),
  ].join('\n')}\n`;
}

function only(stack: string, parts: readonly Part[]): string[] {
  if (parts.length === 0) return [];
  const width = Math.max(...parts.map(({ path }) => path.length));
  return ['', `only in ${stack}`, ...parts.map(({ path, type }) => `  ${path.padEnd(width)}  ${type}`)];
}

function cells({ setting, a, b }: Difference): [string, string, string] {
  return [shortName(setting), ...values(a ?? UNSET, b ?? UNSET)];
}

/** A setting's name without its middle. */
function shortName(setting: string): string {
  if (setting.length <= LONGEST.setting) return setting;
  const half = Math.floor((LONGEST.setting - 1) / 2);
  return `${setting.slice(0, half)}…${setting.slice(-half)}`;
}

/** Two values, of long ones what is around the place where they begin to differ. */
function values(...texts: readonly [string, string]): [string, string] {
  const [a, b] = texts.map((text) => text.replace(/\s+/g, ' ')) as [string, string];
  if (Math.max(a.length, b.length) <= LONGEST.value) return [a, b];
  let same = 0;
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same++;
  const from = same > CONTEXT ? same - CONTEXT : 0;
  return [part(a, from), part(b, from)];
}

function part(text: string, from: number): string {
  const rest = `${from > 0 ? '…' : ''}${text.slice(from)}`;
  return rest.length <= LONGEST.value ? rest : `${rest.slice(0, LONGEST.value - 1)}…`;
}
