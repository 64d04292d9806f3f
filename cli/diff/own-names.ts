import type { Block, StackJson } from '../topology/blocks';
import { literal } from '../topology/blocks';

/** Stands for what is an environment's own in a name. */
const OWN = '{own}';

const GUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** Names of less letters are looked for as words alone: they are in too many others. */
const SHORTEST_INSIDE = 3;

/** Length from which a suffix that makes names unique is told from a setting. */
const SHORTEST_SUFFIX = 4;

/**
 * Texts of two stacks without what only says which of them it is: the stack's name, the suffix that makes its names
 * unique, ids that are made of those.
 */
export class OwnNames {
  private readonly suffixes: readonly (readonly [string, string])[];

  /** @param pairs blocks of both stacks that stand for the same */
  constructor(
    private readonly stacks: readonly [StackJson, StackJson],
    pairs: readonly (readonly [Block, Block])[],
  ) {
    this.suffixes = learned(
      pairs.flatMap(([a, b]) => {
        const names = [literal(a.config['name']), literal(b.config['name'])];
        const [x, y] = names.map((name, i) =>
          name === undefined ? undefined : withoutName(name, stacks[i]!.name),
        );
        return x === undefined || y === undefined || x === y ? [] : [[x, y] as const];
      }),
    );
  }

  /** Whether two texts say the same, each in its own stack. */
  same(a: string, b: string): boolean {
    return a === b || this.plain(a, 0) === this.plain(b, 1);
  }

  /** A text without what is that stack's own. */
  plain(text: string, side: 0 | 1): string {
    const without = this.suffixes.reduce((rest, pair) => rest.replaceAll(pair[side], OWN), text);
    return withoutName(without, this.stacks[side].name);
  }
}

export function withoutName(text: string, name: string): string {
  if (name === '') return text;
  if (name.length >= SHORTEST_INSIDE) return text.replaceAll(name, OWN);
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<![A-Za-z0-9])${word}(?![A-Za-z0-9])`, 'g'), OWN);
}

/** What differs in the same way in several names, and ids that are the whole of a name. */
function learned(names: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const found = new Map<string, { pair: readonly [string, string]; times: number }>();
  for (const [a, b] of names) {
    const whole = a.match(GUID)?.[0] === a && b.match(GUID)?.[0] === b;
    const pair = whole ? ([a, b] as const) : differing(a, b);
    const key = JSON.stringify(pair);
    found.set(key, { pair, times: (found.get(key)?.times ?? 0) + (whole ? 2 : 1) });
  }
  return [...found.values()]
    .filter(({ pair, times }) => times > 1 && pair.every(({ length }) => length >= SHORTEST_SUFFIX))
    .map(({ pair }) => pair);
}

/** What two texts do not begin and not end with alike, to the end of a word. */
function differing(a: string, b: string): readonly [string, string] {
  const isSign = (text: string, at: number) => /[A-Za-z0-9]/.test(text[at] ?? '');
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  // A suffix may begin with the same sign by chance.
  while (start > 0 && isSign(a, start - 1)) start--;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  while (end > 0 && isSign(a, a.length - end)) end--;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
