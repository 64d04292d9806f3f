import { ownValue, setOwnValue } from '../../core/own';
import { asObject } from '../../core/arm/resource-id';
import { HubRequestError } from './errors';
import { newInstallation, type Installation } from './installation';
import { readTags } from './tags';

/** Partial update by JSON Patch (RFC 6902): add, remove, replace of /pushChannel, /tags, /tags/{tag}, … */
export function patchInstallation(before: Installation, patches: unknown, now: number): Installation {
  if (!Array.isArray(patches))
    throw new HubRequestError(400, 'An installation is patched by a list of operations.');
  const document: Record<string, unknown> = { ...before.document, tags: [...before.tags] };
  for (const patch of patches) {
    const { op, path, value } = asObject(patch);
    const [root, ...rest] = String(path ?? '')
      .replace(/^\//, '')
      .split('/')
      .map(unescapePointer);
    if (!root || !['add', 'remove', 'replace'].includes(String(op))) {
      throw new HubRequestError(400, `The operation '${String(op)} ${String(path)}' is invalid.`);
    }
    if (root === 'tags') document.tags = patchTags(document.tags as string[], String(op), rest[0], value);
    else if (rest.length > 0) {
      const inner = { ...asObject(ownValue(document, root)) };
      if (op === 'remove') delete inner[rest[0]!];
      else setOwnValue(inner, rest[0]!, maybeJson(value));
      setOwnValue(document, root, inner);
    } else if (op === 'remove') delete document[root];
    else setOwnValue(document, root, value);
  }
  const after = newInstallation(before.installationId, document, now);
  return after.handle === before.handle ? { ...after, pushChannelExpired: before.pushChannelExpired } : after;
}

function patchTags(tags: readonly string[], op: string, which: string | undefined, value: unknown): string[] {
  if (op === 'remove') return which === undefined ? [] : tags.filter((tag) => tag !== which);
  if (op === 'replace')
    return which === undefined ? readTags(maybeJson(value)) : replaceTag(tags, which, value);
  return [...new Set([...tags, ...readTags(typeof value === 'string' ? [value] : value)])];
}

function replaceTag(tags: readonly string[], which: string, value: unknown): string[] {
  return tags.map((tag) => (tag === which ? readTags([value])[0]! : tag));
}

function unescapePointer(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

function maybeJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
