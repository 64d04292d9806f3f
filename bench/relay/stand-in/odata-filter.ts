/** Properties of a row. */
export type Properties = Readonly<Record<string, unknown>>;

export type Filter = (row: Properties) => boolean;

type Operand = (row: Properties) => unknown;

/** A string, a date, a parenthesis, or a word: name, number, operator. */
const TOKEN = /\s*(?:((?:datetime|guid|X)?'(?:[^']|'')*')|([()])|([^\s()']+))/y;

type Comparable = string | number;

const COMPARISONS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: ordered((left, right) => left > right),
  ge: ordered((left, right) => left >= right),
  lt: ordered((left, right) => left < right),
  le: ordered((left, right) => left <= right),
};

/** Texts are compared with texts and numbers with numbers; nothing else has an order. */
function ordered(compare: (left: Comparable, right: Comparable) => boolean) {
  return (left: unknown, right: unknown): boolean =>
    typeof left === typeof right &&
    (typeof left === 'string' || typeof left === 'number') &&
    compare(left, right as Comparable);
}

/**
 * The part of OData's filters that Table Storage takes: comparisons of a property with a constant, joined by `and`, `or`
 * and `not`.
 *
 * @throws Error naming what it does not understand
 * https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities#constructing-filter-strings
 */
export function readFilter(text: string): Filter {
  const tokens = tokensOf(text);
  let at = 0;

  const either = (): Filter => {
    let left = both();
    while (tokens[at] === 'or') {
      at++;
      const [first, second] = [left, both()];
      left = (row) => first(row) || second(row);
    }
    return left;
  };
  const both = (): Filter => {
    let left = one();
    while (tokens[at] === 'and') {
      at++;
      const [first, second] = [left, one()];
      left = (row) => first(row) && second(row);
    }
    return left;
  };
  const one = (): Filter => {
    if (tokens[at] === 'not') {
      at++;
      const inner = one();
      return (row) => !inner(row);
    }
    if (tokens[at] === '(') {
      at++;
      const inner = either();
      if (tokens[at++] !== ')') throw new Error(`filter '${text}': a parenthesis is not closed`);
      return inner;
    }
    const left = operand(tokens[at++]);
    const operator = tokens[at++] ?? '';
    const compare = COMPARISONS[operator];
    if (!compare) throw new Error(`filter '${text}': expected a comparison, got '${operator}'`);
    const right = operand(tokens[at++]);
    return (row) => compare(left(row), right(row));
  };

  const filter = either();
  if (at < tokens.length) throw new Error(`filter '${text}': did not expect '${tokens[at]}'`);
  return filter;

  function operand(token: string | undefined): Operand {
    if (token === undefined) throw new Error(`filter '${text}' ends too early`);
    const quoted = /^(?:datetime|guid|X)?'([\s\S]*)'$/.exec(token);
    if (quoted) return constant(quoted[1]!.replaceAll("''", "'"));
    if (token === 'true' || token === 'false') return constant(token === 'true');
    if (/^-?\d/.test(token)) return constant(Number(token.replace(/L$/i, '')));
    return (row) => row[token];
  }
}

const constant = (value: unknown): Operand => {
  return () => value;
};

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`filter '${text}' is not understood from character ${from} on`);
    tokens.push(match[1] ?? match[2] ?? match[3]!);
  }
  return tokens;
}
