import { e164 } from '../e164';

/**
 * How the caller is shown: by name, else by number; empty when neither is known or the number is withheld.
 *
 * @param name as it can be shown
 * @param rawId of a phone: `4:+14255550123`, with what sets it apart after an underscore (`4:+14255550123_2`), or
 * `4:anonymous`. Source: `@azure/communication-common` 2.4
 */
export function callerShown(name: string, rawId: string): string {
  if (name !== '') return name;
  const number = /^4:(\+?\d+)(?:_.*)?$/s.exec(rawId)?.[1];
  return number === undefined ? '' : e164(number);
}
