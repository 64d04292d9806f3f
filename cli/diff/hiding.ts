import { printable } from '../redact';
import { literal } from '../topology/blocks';
import type { Setting } from './settings';

/** A text as it may be shown: whole, before anything is cut from it. */
export type Hide = (text: string) => string;

/** Length from which a secret is looked for in other texts: shorter ones are words of them. */
const SHORTEST = 6;

/** Which of two keys, and not what it is. */
const WHICH = ['primary', 'secondary'];

/** Hides what looks like a secret, and what is one by another setting and stands here again: in a command, a URL. */
export function hiding(settings: readonly Setting[]): Hide {
  const secrets = new Set(
    settings
      .filter(({ secret }) => secret)
      .flatMap(({ value, texts }) => [value, ...texts])
      .filter((text) => text.length >= SHORTEST && !WHICH.includes(text) && literal(text) !== undefined),
  );
  // One may be in another.
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return (text) =>
    printable(longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '(hidden)'), text));
}
