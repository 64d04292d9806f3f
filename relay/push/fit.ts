import { PermanentError } from '../errors';
import type { Line, Words } from '../words';

let graphemes: Intl.Segmenter | undefined;

/**
 * Writes a payload that keeps a push service's limit: the body's text is shortened first, then the title's, each
 * between two characters as people see them, and an ellipsis says so.
 *
 * @param limit bytes of UTF-8
 * @param write makes the payload of words; told when they were shortened, so that it can say so
 * @throws PermanentError `too-large` when it is too large without any text
 */
export function fit(
  words: Words,
  limit: number,
  write: (words: Words, shortened: boolean) => string,
): { body: string; shortened: boolean } {
  const whole = write(words, false);
  if (Buffer.byteLength(whole) <= limit) return { body: whole, shortened: false };
  const within = (candidate: Words) => Buffer.byteLength(write(candidate, true)) <= limit;
  const shorterBody = shorten(words.body, (body) => within({ ...words, body }));
  if (shorterBody) return { body: write({ ...words, body: shorterBody }, true), shortened: true };
  const bare = { ...words, body: cut(words.body, 0) };
  const shorterTitle = shorten(words.title, (title) => within({ ...bare, title }));
  if (shorterTitle) return { body: write({ ...bare, title: shorterTitle }, true), shortened: true };
  throw tooLarge(limit);
}

/**
 * A payload without text, of which nothing can be shortened.
 *
 * @throws PermanentError `too-large`
 */
export function fitted(body: string, limit: number): string {
  if (Buffer.byteLength(body) > limit) throw tooLarge(limit);
  return body;
}

function tooLarge(limit: number): PermanentError {
  return new PermanentError('too-large', `push is larger than ${limit} bytes even without its text`);
}

/** The longest form of the line that fits, or nothing when none does. */
function shorten(line: Line, fits: (line: Line) => boolean): Line | undefined {
  let kept = 0;
  let tooLong = length(line);
  if (!fits(cut(line, 0))) return undefined;
  while (tooLong - kept > 1) {
    const middle = (kept + tooLong) >> 1;
    if (fits(cut(line, middle))) kept = middle;
    else tooLong = middle;
  }
  return cut(line, kept);
}

function length(line: Line): number {
  return Math.max(line.text.length, ...(line.locArgs ?? []).map((arg) => arg.length));
}

/** The line with every text in it cut to so many UTF-16 units at most, never through a character. */
function cut(line: Line, units: number): Line {
  return {
    ...line,
    text: cutText(line.text, units),
    locArgs: line.locArgs?.map((arg) => cutText(arg, units)),
  };
}

function cutText(text: string, units: number): string {
  if (text.length <= units) return text;
  if (units === 0) return '';
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  // The character that the cut falls into goes as a whole. A segment is far shorter than this.
  const from = Math.max(0, units - 256);
  let end = from;
  for (const { segment, index } of graphemes.segment(text.slice(from, units + 256))) {
    if (from + index + segment.length > units) break;
    end = from + index + segment.length;
  }
  return end === 0 ? '' : `${text.slice(0, end).trimEnd()}…`;
}
