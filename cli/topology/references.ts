import { isObject, type Config } from './blocks';

/** A reference of a block to another one. */
export interface Reference {
  readonly to: string;
  /** What is read of it: `id`, `primary_key`; empty for all of it. */
  readonly attribute: string;
  /** Names on the way to the text that has it: `body.properties.appSettings.0.value`. */
  readonly at: readonly string[];
}

/** Arguments whose texts are references as they stand. */
const BARE = ['depends_on', 'replace_triggered_by'];

/** Arguments that order Terraform's work, and say nothing of what is connected with what. */
const ORDER = [...BARE, 'lifecycle', 'provider', 'provisioner', 'triggers_replace'];

/** An address, and what is read of it; of one that is made several times the key is passed over. */
const ADDRESS =
  /(?<![\w.$-])((?:data|ephemeral)\.[a-z]\w*\.[A-Za-z_][\w-]*|[a-z]\w*\.[A-Za-z_][\w-]*)(?:\[[^\]]*\])?((?:\.[A-Za-z_][\w-]*)*)/g;

/** Finds what blocks refer to, through `locals` too. */
export class References {
  private readonly declared: ReadonlySet<string>;

  constructor(
    addresses: Iterable<string>,
    private readonly locals: Config,
  ) {
    this.declared = new Set(addresses);
  }

  /** What a block refers to, apart from the order of work. */
  of(config: Config): Reference[] {
    return Object.entries(config)
      .filter(([name]) => !ORDER.includes(name))
      .flatMap(([name, value]) => this.in(value, [name]));
  }

  /** What a value refers to. */
  in(value: unknown, path: readonly string[] = [], seen: readonly string[] = []): Reference[] {
    if (typeof value === 'string') {
      return expressionsOf(value).flatMap((expression) => this.inExpression(expression, path, seen));
    }
    if (Array.isArray(value)) return value.flatMap((each, i) => this.in(each, [...path, String(i)], seen));
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([name, each]) => this.in(each, [...path, name], seen));
  }

  private inExpression(text: string, path: readonly string[], seen: readonly string[]): Reference[] {
    return [...text.matchAll(ADDRESS)].flatMap(([, address = '', rest = '']) => {
      if (this.declared.has(address)) return [{ to: address, attribute: rest.slice(1), at: path }];
      const [root, name = ''] = address.split('.');
      if (root !== 'local' || seen.includes(name)) return [];
      return this.in(this.locals[name], path, [...seen, name]);
    });
  }
}

/** What stands in `${…}` and `%{…}`, and not in `$${…}`. */
export function expressionsOf(text: string): string[] {
  const found: string[] = [];
  const opening = /(\$\$\{|%%\{)|[$%]\{/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    if (match[1]) continue;
    const end = closingOf(text, opening.lastIndex);
    found.push(text.slice(opening.lastIndex, end));
    opening.lastIndex = end;
  }
  return found;
}

/** Where an expression ends: at the brace that closes it, and not at one in a text of its own. */
function closingOf(text: string, from: number): number {
  const open: ('expression' | 'text')[] = ['expression'];
  for (let i = from; i < text.length; i++) {
    const sign = text[i];
    if (open.at(-1) === 'text') {
      if (sign === '\\') i++;
      else if (sign === '"') open.pop();
      else if ((sign === '$' || sign === '%') && text[i + 1] === '{' && text[i - 1] !== sign) {
        open.push('expression');
        i++;
      }
    } else if (sign === '"') open.push('text');
    else if (sign === '{') open.push('expression');
    else if (sign === '}') {
      open.pop();
      if (open.length === 0) return i;
    }
  }
  return text.length;
}
