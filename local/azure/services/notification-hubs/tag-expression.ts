/**
 * Tag expressions of Notification Hubs (azure-docs, notification-hubs-tags-segment-push-message): tags joined by
 * `||`, `&&`, `!` and parentheses; up to 20 tags when all are joined by `||`, up to 6 otherwise.
 */
export type TagExpression = (tags: ReadonlySet<string>) => boolean;

const ONLY_OR = 20;
const MIXED = 6;
const TOKEN = /\s*(\|\||&&|!|\(|\)|[^\s|&!()]+)/y;
/** Up to 120 characters; the braces are of `$InstallationId:{…}` and `$UserId:{…}`. */
const TAG = /^[A-Za-z0-9_@#.:$\-{}]{1,120}$/;

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Throws SyntaxError saying what is wrong. */
export function parseTagExpression(text: string): TagExpression {
  const tokens = tokenize(text);
  const count = tokens.filter((token) => TAG.test(token)).length;
  const limit = tokens.some((token) => token === '&&' || token === '!') ? MIXED : ONLY_OR;
  if (count > limit) throw new SyntaxError(`the expression has ${count} tags, of at most ${limit}`);
  let at = 0;

  const either = (): TagExpression => {
    const sides = [both()];
    while (tokens[at] === '||') {
      at += 1;
      sides.push(both());
    }
    return sides.length === 1 ? sides[0]! : (tags) => sides.some((side) => side(tags));
  };
  const both = (): TagExpression => {
    const sides = [one()];
    while (tokens[at] === '&&') {
      at += 1;
      sides.push(one());
    }
    return sides.length === 1 ? sides[0]! : (tags) => sides.every((side) => side(tags));
  };
  const one = (): TagExpression => {
    const token = tokens[at];
    at += 1;
    if (token === '!') {
      const inner = one();
      return (tags) => !inner(tags);
    }
    if (token === '(') {
      const inner = either();
      if (tokens[at] !== ')') throw new SyntaxError('a parenthesis is not closed');
      at += 1;
      return inner;
    }
    if (token === undefined || !TAG.test(token)) {
      throw new SyntaxError(`expected a tag, got ${token === undefined ? 'the end' : `'${token}'`}`);
    }
    return (tags) => tags.has(token);
  };

  const expression = either();
  if (at < tokens.length) throw new SyntaxError(`unexpected '${tokens[at]}'`);
  return expression;
}

/** The tags of an expression that only joins tags by `||`, for a look-up by index; undefined for any other. */
export function alternatives(text: string): string[] | undefined {
  const tags = text.split('||').map((tag) => tag.trim());
  return tags.every((tag) => TAG.test(tag)) ? tags : undefined;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(`the expression '${text}' cannot be read`);
    tokens.push(match[1]!);
  }
  return tokens;
}
