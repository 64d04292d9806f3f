import { PermanentError } from './errors';

/**
 * A hub's tag is at most 120 characters, of these alone.
 * https://learn.microsoft.com/azure/notification-hubs/notification-hubs-tags-segment-push-message
 */
const TAG = /^[A-Za-z0-9_@#.:-]{1,120}$/;

/** A tag cannot hold `+`, which begins the number in the raw id of a phone (`4:+15551234567`). */
function tagged(rawId: string): string {
  return `user:${rawId.replace('+', '')}`;
}

/** Raw ids that fit into a tag, as `devices/openapi.json` has it: at most 120 characters with `user:`. */
const RAW_ID = /^[0-9]{1,2}:\+?[A-Za-z0-9_@#.:-]{1,112}$/;

export function isRawId(id: string): boolean {
  return RAW_ID.test(id);
}

/**
 * The tag that all devices of an ACS identity carry, for example `user:8:acs:{resource}_{user}`.
 *
 * @param rawId `rawId` of a communication identifier
 * @throws PermanentError when the id does not fit into a tag
 */
export function userTag(rawId: string): string {
  const tag = tagged(rawId);
  if (TAG.test(tag)) return tag;
  throw new PermanentError(
    'no-recipient',
    `raw id of the recipient does not fit into a hub tag: expected at most 115 characters of A-Z a-z 0-9 _ @ # . : -`,
  );
}

/** Carried by devices whose language has templates, other than the default language. */
export function languageTag(language: string): string {
  return `lang:${language}`;
}

/** Carried in the alert hub by Apple devices that ring through the VoIP hub. */
export const VOIP_TAG = 'rings:voip';

/**
 * The devices of a user that are to be told in one language.
 *
 * @param others the languages that are told apart from it, when it is the default
 */
export function audience(rawId: string, language: string | undefined, others: readonly string[]): string {
  const tags = [userTag(rawId)];
  if (language !== undefined) tags.push(languageTag(language));
  else tags.push(...others.map((other) => `!${languageTag(other)}`));
  return tags.join(' && ');
}

/** The template language for a device's language: `de-AT` gets `de-at`, then `de`, then none. */
export function matchLanguage(wanted: string, available: readonly string[]): string | undefined {
  const parts = wanted.toLowerCase().split('-');
  for (let length = parts.length; length > 0; length--) {
    const candidate = parts.slice(0, length).join('-');
    if (available.includes(candidate)) return candidate;
  }
  return undefined;
}
