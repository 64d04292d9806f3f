import { HubRequestError } from './errors';
import { isTag } from './tag-expression';

const MAX_TAGS = 60;

/** The tags of a device, each once. Throws HubRequestError (400). */
export function readTags(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new HubRequestError(400, 'The tags of an installation must be a list.');
  const wrong = value.find((tag) => typeof tag !== 'string' || !isTag(tag));
  if (wrong !== undefined) throw new HubRequestError(400, `The tag '${String(wrong)}' is invalid.`);
  if (value.length > MAX_TAGS) throw new HubRequestError(400, `A device takes up to ${MAX_TAGS} tags.`);
  return [...new Set(value as string[])];
}
