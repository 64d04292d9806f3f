/** Longest text that is looked at, in characters. */
const MAX_LENGTH = 100;

/**
 * The language that a device asks for, as language, script and region: `en-US-u-mu-celsius` (Android 14), `en_US.UTF-8`
 * and `EN-us` are all `en-US`.
 *
 * @returns undefined for what names none
 * https://www.rfc-editor.org/rfc/rfc5646
 */
export function readLanguage(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  // POSIX locales have an encoding and a modifier behind them.
  const tag = value
    .trim()
    .replace(/[.@].*$/s, '')
    .replaceAll('_', '-');
  // Android's Locale.toString() has script and extensions behind `#`.
  const [plain] = tag.split('#');
  const parts = plain!.split('-');
  for (let length = parts.length; length > 0; length--) {
    const found = understood(parts.slice(0, length).join('-'));
    if (found !== undefined) return found;
  }
  return undefined;
}

function understood(tag: string): string | undefined {
  try {
    const { language, script, region } = new Intl.Locale(tag);
    if (!/^[a-z]{2,3}$/.test(language) || language === 'und') return undefined;
    return [language, script, region].filter((part) => part !== undefined).join('-');
  } catch {
    return undefined;
  }
}
