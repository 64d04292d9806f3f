import { ownValue, setOwnValue } from '../own';

type Json = Record<string, unknown>;

/** RFC 7396, JSON Merge Patch, as ARM applies a PATCH; `tags` are replaced as a whole. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Json = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else setOwnValue(merged, key, key === 'tags' ? value : mergePatch(ownValue(merged, key), value));
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
