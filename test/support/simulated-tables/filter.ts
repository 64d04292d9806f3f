import { TableError } from './errors';
import type { Properties } from './rows';

type Value = string | number | boolean;
type Test = (properties: Properties) => boolean;

const TOKEN =
  /\s*(\(|\)|datetime'[^']*'|guid'[^']*'|'(?:[^']|'')*'|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?L?|[A-Za-z_]\w*)/y;

const COMPARE: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
};

/**
 * The filters of table queries: comparisons of a property with a literal, `and`, `or`, `not` and parentheses.
 * https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities
 *
 * @throws TableError 400 when it is none
 */
export function parseFilter(text: string): Test {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ''; end = TOKEN.lastIndex) {
    TOKEN.lastIndex = end;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw unreadable(text);
    tokens.push(token);
  }
  let next = 0;

  function either(): Test {
    const tests = [both()];
    while (tokens[next] === 'or') {
      next++;
      tests.push(both());
    }
    return tests.length === 1 ? tests[0]! : (row) => tests.some((test) => test(row));
  }
  function both(): Test {
    const tests = [single()];
    while (tokens[next] === 'and') {
      next++;
      tests.push(single());
    }
    return tests.length === 1 ? tests[0]! : (row) => tests.every((test) => test(row));
  }
  function single(): Test {
    const token = tokens[next++];
    if (token === 'not') {
      const test = single();
      return (row) => !test(row);
    }
    if (token === '(') {
      const test = either();
      if (tokens[next++] !== ')') throw unreadable(text);
      return test;
    }
    const compare = COMPARE[tokens[next++] ?? ''];
    const literal = tokens[next++];
    if (token === undefined || !compare || literal === undefined) throw unreadable(text);
    const wanted = literalValue(literal);
    return (row) => {
      const value = valueOf(row, token);
      return value !== undefined && typeof value === typeof wanted && compare(value, wanted);
    };
  }

  const test = either();
  if (next !== tokens.length) throw unreadable(text);
  return test;
}

function literalValue(token: string): Value {
  if (token === 'true' || token === 'false') return token === 'true';
  const quoted = /^(datetime|guid)?'([\s\S]*)'$/.exec(token);
  if (!quoted) return Number(token.replace(/L$/, ''));
  const value = quoted[2]!.replaceAll("''", "'");
  return quoted[1] === 'datetime' ? Date.parse(value) : value;
}

function valueOf(row: Properties, name: string): Value | undefined {
  const value = row[name] as Value | undefined;
  const type = name === 'Timestamp' ? 'Edm.DateTime' : row[`${name}@odata.type`];
  if (type === 'Edm.DateTime') return Date.parse(String(value));
  if (type === 'Edm.Int64') return Number(value);
  return value;
}

function unreadable(filter: string): TableError {
  return new TableError(400, 'InvalidInput', `Syntax error in filter ${filter}`);
}
