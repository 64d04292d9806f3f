import { cleanLine, cleanText, MAX_TEXT } from '../../relay/clean-text';

test.each([
  ['words as they are', 'See you at nine', 'See you at nine'],
  ['lines, whatever ends them', 'a\r\nb\rc\u2028d\x85e', 'a\nb\nc\nd\ne'],
  ['one empty line for many', 'a\n\n\n \n\nb', 'a\n\nb'],
  ['a space for a tab', 'a\tb', 'a b'],
  ['nothing of control characters', 'a\0b\x07c\x1bd\x9be', 'abcde'],
  ['nothing of what turns the direction of what stands beside it', '\u202egnp.\u2066exe\u2069', 'gnp.exe'],
  ['the marks that Arabic and Hebrew are written with', 'שלום\u200f!', 'שלום\u200f!'],
  ['emoji that are made of several', '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['a whole character for half a one', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
  ['nothing of what cannot be seen', ' \u200b\u3164\u200d\ufe0f\n\u2060 ', ''],
])('cleaned text has %s', (_, text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test('a line has no line ends and single spaces', () => {
  expect(cleanLine('  Alice\n\n of \t Contoso\u3000Ltd ')).toBe('Alice of Contoso Ltd');
});

describe('a text that is longer than any push', () => {
  test('is cut, and stays longer than any push, so that it is said to be shortened', () => {
    expect(cleanText('x'.repeat(1_000_000))).toHaveLength(MAX_TEXT);
    expect(cleanText(`${' '.repeat(1_000_000)}x`)).toBe('x');
  });

  test('is not cut through a character', () => {
    expect(cleanText(`x${'😀'.repeat(MAX_TEXT)}`).isWellFormed()).toBe(true);
    expect(cleanText(`x${'😀'.repeat(100_000)}`).endsWith('😀')).toBe(true);
  });
});
