import { isSame, type Difference, type Part, type StackDiff } from './stack-diff';

/** Signs of a value, and of a setting's name, above which the middle is left out. */
const LONGEST = { value: 44, setting: 52 } as const;

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
  return [cut(setting, LONGEST.setting), cut(a ?? UNSET, LONGEST.value), cut(b ?? UNSET, LONGEST.value)];
}

function cut(text: string, longest: number): string {
  const one = text.replace(/\s+/g, ' ');
  if (one.length <= longest) return one;
  const half = Math.floor((longest - 1) / 2);
  return `${one.slice(0, half)}…${one.slice(-half)}`;
}
