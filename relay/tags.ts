import { sha256Hex } from './hash';

/**
 * What follows `user:` in a tag: a hub's tag is at most 120 characters, of these alone.
 * https://learn.microsoft.com/azure/notification-hubs/notification-hubs-tags-segment-push-message
 */
const FITS = /^[A-Za-z0-9_@#.:-]{1,115}$/;

/** Longest raw id, in characters: Azure documents none; those of ACS have 116 at most. */
const MAX_RAW_ID = 512;

/** Any text may be somebody's raw id: which ones there are is for ACS to say. */
export function isRawId(id: string): boolean {
  // As `devices/openapi.json` counts: by characters, of which a lone surrogate is none.
  return (
    id !== '' && /^[^\uD800-\uDFFF]*$/u.test(id) && (id.length <= MAX_RAW_ID || [...id].length <= MAX_RAW_ID)
  );
}

/**
 * The tag that all devices of an ACS identity carry: `user:8:acs:{resource}_{user}`, or `user#{SHA-256}` of a raw id
 * that does not fit into a tag (`TeamsExtensionUser`: `8:acs:{resource}_{tenant}_{user}`).
 *
 * @param rawId `rawId` of a communication identifier
 */
export function userTag(rawId: string): string {
  return `user${userId(rawId)}`;
}

/** Whether the hub gives the raw id back, and not its hash alone. */
export function fitsTag(rawId: string): boolean {
  return userTag(rawId).startsWith('user:');
}

/**
 * Stands for a raw id where the hub takes letters, digits and `-_@#.:` alone.
 * https://learn.microsoft.com/rest/api/notificationhubs/create-overwrite-installation
 */
function userId(rawId: string): string {
  // A tag has no plus, which begins the number in the raw id of a phone (`4:+15551234567`).
  const plain = rawId.replace(/^4:\+/, '4:');
  return FITS.test(plain) ? `:${plain}` : `#${sha256Hex(rawId)}`;
}

/**
 * The raw id that a tag of {@link userTag} was made of; of one that is a hash only when it is among those given.
 *
 * @returns undefined for other tags
 */
export function rawIdOf(tag: string, known: readonly string[] = []): string | undefined {
  const found = known.find((rawId) => userTag(rawId) === tag);
  if (found !== undefined) return found;
  if (tag.startsWith('user:')) return tag.slice('user:'.length).replace(/^4:(?=\d)/, '4:+');
  return tag.startsWith('user#') ? tag.slice('user'.length) : undefined;
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
