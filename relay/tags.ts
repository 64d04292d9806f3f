import { PermanentError } from './errors';

/**
 * A hub's tag is at most 120 characters, of these alone.
 * https://learn.microsoft.com/azure/notification-hubs/notification-hubs-tags-segment-push-message
 */
const TAG = /^[A-Za-z0-9_@#.:-]{1,120}$/;

/**
 * The tag that all devices of an ACS identity carry, for example `user:8:acs:{resource}_{user}`.
 *
 * @param rawId `rawId` of a communication identifier
 * @throws PermanentError when the id does not fit into a tag
 */
export function userTag(rawId: string): string {
  const tag = `user:${rawId}`;
  if (!TAG.test(tag)) {
    throw new PermanentError(
      `raw id does not fit into a hub tag: expected at most 115 characters of A-Z a-z 0-9 _ @ # . : -, got ${rawId.length}`,
    );
  }
  return tag;
}
