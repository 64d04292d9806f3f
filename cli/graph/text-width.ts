/** Widths of signs in shares of the font's size, as a sans-serif font has them at most. */
const NARROW = /[ijl.,:;'’|!()[\]/ ftrI-]/;
const WIDE = /[mwMW@%×]/;
const CAPITAL = /[A-Z0-9_#&]/;

/** How wide a text is at most, in pixels, by a usual sans-serif font of that size: there is nothing to measure it with. */
export function textWidth(text: string, size: number): number {
  const ems = Array.from(text).reduce((sum, sign) => sum + widthOf(sign), 0);
  return Math.ceil(ems * size);
}

function widthOf(sign: string): number {
  if (sign.codePointAt(0)! > 0x2e7f) return 1.1;
  if (NARROW.test(sign)) return 0.4;
  if (WIDE.test(sign)) return 0.95;
  return CAPITAL.test(sign) ? 0.7 : 0.58;
}
