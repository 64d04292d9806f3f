/** What asymmetric matchers of Jest and Vitest are known by: `expect.stringContaining('…')`. */
interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
  toAsymmetricMatcher?(): string;
}

/**
 * Where a value is not as expected. Objects may have more members than are expected; lists have the same length.
 * `undefined` says that a member is not there.
 * @returns each `path: expected …, got …`; none when it is as expected
 */
export function differences(actual: unknown, expected: unknown, path = ''): string[] {
  if (isAsymmetric(expected)) {
    if (expected.asymmetricMatch(actual)) return [];
    return [difference(path, expected.toAsymmetricMatcher?.() ?? String(expected), actual)];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) {
      return [difference(path, shown(expected), actual)];
    }
    return expected.flatMap((each, at) => differences(actual[at], each, `${path}[${at}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    // What is not there lacks each of its members, which tells how far it is from what is expected.
    if (actual === undefined && Object.keys(expected).length > 0) return differences({}, expected, path);
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) {
      return [difference(path, shown(expected), actual)];
    }
    return Object.entries(expected).flatMap(([name, each]) =>
      differences((actual as Record<string, unknown>)[name], each, path ? `${path}.${name}` : name),
    );
  }
  return Object.is(actual, expected) ? [] : [difference(path, shown(expected), actual)];
}

/** Longer values are cut: who wants all of them prints the JSON. */
const LONGEST = 300;

export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, each: unknown) =>
    isAsymmetric(each) ? (each.toAsymmetricMatcher?.() ?? String(each)) : each,
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function difference(path: string, expected: string, actual: unknown): string {
  return `${path || 'it'}: expected ${expected}, got ${shown(actual)}`;
}

function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<AsymmetricMatcher>).asymmetricMatch === 'function'
  );
}
