import { isSecretPart } from '../topology/secret-settings';
import { isObject } from '../topology/blocks';

/** One setting of a block: a value that has no parts. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: string;
  /** Texts that the value is made of: of a list, each of it. */
  readonly texts: readonly string[];
  /** Whether the value may be a secret, and is not for anybody to read. */
  readonly secret: boolean;
}

/** Lists whose order says nothing. */
const UNORDERED = ['depends_on', 'replace_triggered_by', 'included_event_types', 'ignore_changes'];

/**
 * What a value is set to, by the paths of its parts. Lists of things with names go by those.
 * @param of name of what has the value; of a block, its type
 */
export function settingsOf(
  value: unknown,
  of: string,
  secret = false,
  path: readonly string[] = [],
): Setting[] {
  if (isObject(value)) {
    const parts = Object.entries(value);
    if (parts.length === 0) return [{ path, value: '{}', texts: [], secret }];
    return parts.flatMap(([name, part]) =>
      // What is in a secret's type or mark is about the values below it too: `properties.value`.
      settingsOf(
        part,
        name === 'body' || name === 'properties' ? of : name,
        secret || isSecretPart(name, value, of),
        [...path, name],
      ),
    );
  }
  // Yes and no open nothing.
  if (!Array.isArray(value)) {
    const text = textOf(value);
    return [{ path, value: text, texts: [text], secret: secret && typeof value !== 'boolean' }];
  }
  const list = value as unknown[];
  if (list.length === 0) return [{ path, value: '[]', texts: [], secret }];
  if (list.every((each) => !isObject(each) && !Array.isArray(each))) {
    const texts = list.map(textOf);
    if (UNORDERED.includes(path.at(-1) ?? '')) texts.sort();
    return [{ path, value: `[${texts.join(', ')}]`, texts, secret }];
  }
  if (list.length === 1) return settingsOf(list[0], of, secret, path);
  const names = list.map((each) =>
    isObject(each) && typeof each['name'] === 'string' ? each['name'] : undefined,
  );
  const byName = names.every((name) => name !== undefined) && new Set(names).size === list.length;
  return list.flatMap((each, i) => {
    const place = [...path, byName ? `[${names[i]}]` : `[${i}]`];
    const settings = settingsOf(each, of, secret, place);
    // Its name is said by the way to it.
    const others = settings.filter(
      (setting) => !(byName && setting.path.length === place.length + 1 && setting.path.at(-1) === 'name'),
    );
    return others.length > 0 ? others : settings;
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
