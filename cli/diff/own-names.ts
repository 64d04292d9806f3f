import { isGuid } from '../../link/guid';
import { literal, type Block, type StackJson } from '../topology/blocks';

/** Stands for what is an environment's own in a name. */
const OWN = '{own}';

/** Names of less letters are looked for as words alone: they are in too many others. */
const SHORTEST_INSIDE = 3;

/** Length from which a suffix that makes names unique is told from a setting. */
const SHORTEST_SUFFIX = 4;

/** Attributes that are a name, an id, or where something is by those. */
const OF_NAMES =
  /^(names?|ids?|scopes?|.*_(names?|ids?|label|prefix|scopes?)|.*[a-z](Names?|Ids?|Label|Prefix|Scopes?))$/;

/** Attributes that only sound so: what is chosen of a list of Azure's, and says how a thing is. */
const CHOSEN = /sku|tier|size|location|region|family|kind|version|runtime|zone_ids?$/i;

/**
 * Texts of two stacks without what only says which of them it is: the stack's name; names of blocks that differ by the
 * suffix that makes them unique; that suffix as a part of other names and ids. A suffix is often a word that is a
 * setting elsewhere (a location, a tier): as the whole of a value it stays.
 */
export class OwnNames {
  private readonly suffixes: readonly Pair[];
  private readonly names: readonly [NamesOfSide, NamesOfSide];

  /** @param pairs blocks of both stacks that stand for the same */
  constructor(
    private readonly stacks: readonly [StackJson, StackJson],
    pairs: readonly (readonly [Block, Block])[],
  ) {
    const named = pairs.flatMap(([a, b]) => {
      const [first, second] = [literal(a.config['name']), literal(b.config['name'])];
      if (first === undefined || second === undefined) return [];
      const names: Pair = [first, second];
      const without = names.map((name, i) => withoutName(name, stacks[i]!.name)) as [string, string];
      return without[0] === without[1] ? [] : [{ names, without }];
    });
    this.suffixes = learned(named.map(({ without }) => without));
    const own = named
      .map(({ names }) => names)
      .filter((names) => this.withoutSuffix(names[0], 0) === this.withoutSuffix(names[1], 1))
      .filter((names) => names.every(isGuid) || !this.suffixes.some((pair) => pair[0] === names[0]));
    this.names = [new NamesOfSide(own, 0), new NamesOfSide(own, 1)];
  }

  /** Whether two values of a setting say the same, each in its own stack. */
  same(path: readonly string[], a: string, b: string): boolean {
    return a === b || this.value(path, a, 0) === this.value(path, b, 1);
  }

  /** The way to a setting, without what is that stack's own. */
  path(path: readonly string[], side: 0 | 1): string {
    return path.map((word) => this.part(word, side, word.startsWith('['))).join('.');
  }

  private value(path: readonly string[], text: string, side: 0 | 1): string {
    // A block's own name may be nothing but what makes it unique.
    if (path.length === 1 && path[0] === 'name') return this.withoutSuffix(text, side);
    return this.part(text, side, isOfNames(path));
  }

  private part(text: string, side: 0 | 1, ofNames: boolean): string {
    const without = this.names[side].without(text);
    const rest = ofNames
      ? this.suffixes.reduce((left, pair) => left.replace(adjoined(pair[side]), OWN), without)
      : without;
    return withoutName(rest, this.stacks[side].name);
  }

  private withoutSuffix(text: string, side: 0 | 1): string {
    const without = this.suffixes.reduce((rest, pair) => rest.replaceAll(pair[side], OWN), text);
    return withoutName(without, this.stacks[side].name);
  }
}

type Pair = readonly [string, string];

/** Whole names of one stack's blocks, each of which stands for that of the other stack. */
class NamesOfSide {
  private readonly places = new Map<string, number>();
  private readonly any: RegExp | undefined;

  constructor(pairs: readonly Pair[], side: 0 | 1) {
    // By both names: one that is two in the other stack stands for neither of them alone.
    const distinct = [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair])).values()];
    distinct.forEach((pair, i) => this.places.set(pair[side], i));
    const longestFirst = [...this.places.keys()].sort((a, b) => b.length - a.length).map(escaped);
    if (longestFirst.length > 0) {
      this.any = new RegExp(`(?<![A-Za-z0-9])(?:${longestFirst.join('|')})(?![A-Za-z0-9])`, 'g');
    }
  }

  without(text: string): string {
    return this.any ? text.replace(this.any, (name) => `{own ${this.places.get(name)}}`) : text;
  }
}

/** Whether a setting is a name or an id; of an app setting, its own name says it. */
function isOfNames(path: readonly string[]): boolean {
  const words = path.at(-1) === 'value' && path.length > 1 ? path.slice(0, -1) : path;
  const last = (words.at(-1) ?? '').replace(/^\[|\]$/g, '');
  return OF_NAMES.test(last) && !CHOSEN.test(words.slice(-2).join('.'));
}

/** A suffix where a word goes on before or behind it, and not where it is the whole of a word or of an id's part. */
function adjoined(suffix: string): RegExp {
  const more = String.raw`[^\s,"/[\]]`;
  return new RegExp(`(?<=${more})${escaped(suffix)}|${escaped(suffix)}(?=${more})`, 'g');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function withoutName(text: string, name: string): string {
  if (name === '') return text;
  if (name.length >= SHORTEST_INSIDE) return text.replaceAll(name, OWN);
  return text.replace(new RegExp(`(?<![A-Za-z0-9])${escaped(name)}(?![A-Za-z0-9])`, 'g'), OWN);
}

/** What differs in the same way in several names, and ids that are the whole of a name. */
function learned(names: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const found = new Map<string, { pair: readonly [string, string]; times: number }>();
  for (const [a, b] of names) {
    const whole = isGuid(a) && isGuid(b);
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
