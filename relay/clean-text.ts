/**
 * The most of a text that is looked at further, in UTF-16 units: no push holds so much (4096 bytes at most), so that
 * what is longer is always shortened, and said to be.
 */
export const MAX_TEXT = 4096;

/** Of what came in, in UTF-16 units: what is longer is not read to its end, however little of it has been text. */
export const MAX_READ = 262_144;

/**
 * What shows nothing, or turns the order of what stands beside it: control characters, zero-width spaces, embeddings,
 * overrides and isolates of direction. The marks of direction, and the joiners that emoji are made with, stay.
 */
const INVISIBLE = /[\0-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

const LINE_END = /\r\n?|[\v\f\x85\u2028\u2029]/g;

/** The blank of Braille is a character like others by its properties, and what names are made of that nobody can see. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Text as it can be shown: whole characters, no controls; empty when there is nothing to see. Keeps its lines. */
export function cleanText(text: string): string {
  const lines = cut(text.trimStart(), MAX_READ)
    .toWellFormed()
    .replace(LINE_END, '\n')
    .replace(INVISIBLE, '')
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.trimEnd());
  const clean = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return VISIBLE.test(clean) ? cut(clean, MAX_TEXT) : '';
}

/** The same for names and titles, which have one line. */
export function cleanLine(text: string): string {
  return cleanText(text).split(/\s+/).join(' ');
}

/** At most so many units, and no half of a character in them. */
export function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? units - 1 : units);
}
