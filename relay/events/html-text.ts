import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { cut, MAX_TEXT } from '../clean-text';

/** UTF-16 units that the tokenizer is given at once: it stops between two of these when there is text enough. */
const CHUNK = 4096;

/** Elements that stand in lines of their own. */
const LINES = new Set(
  (
    'address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p pre section summary table tbody tfoot ' +
    'thead tr ul codeblock'
  ).split(' '),
);

/** Elements whose words do not belong to those beside them, although they stand in the same line. */
const CELLS = new Set(['td', 'th', 'button', 'img', 'input', 'select', 'label']);

/** Elements that hold nothing which somebody wrote: `quote` is what Skype's clients write around the text answered to. */
const UNSAID = new Set(
  'audio canvas head iframe math noembed noframes noscript object quote script style svg template title video'.split(
    ' ',
  ),
);

/** Elements that keep their spaces and line ends. */
const KEPT = new Set(['pre', 'codeblock', 'textarea']);

/** `itemtype` of the quote that Teams puts before an answer, and of the pictures that stand for emoji. */
const REPLY = /schema\.skype\.com\/Reply$/i;
const EMOJI = /schema\.skype\.com\/Emoji$/i;

/** What editors write as `alt` by themselves: a word for any picture, or the name of its file. */
const NOBODYS_ALT = /^\s*(?:image|img|picture|photo|[^\s]*\.[a-z]{3,4})?\s*$/i;

/**
 * The words of a chat message that was written with formatting: what a person would read aloud of it. Quotes of the
 * message that it answers are left out, emoji and described pictures are told by their `alt`.
 *
 * Takes time in proportion to the length of its input, and stops when it has more than {@link MAX_TEXT}: it works on
 * the tokens alone and keeps no tree, whose upkeep grows with depth.
 */
export function htmlText(html: string): string {
  const reader = new Reader(html);
  const tokenizer = new Tokenizer({ decodeEntities: true }, reader);
  for (let at = 0; at < html.length && !reader.full; at += CHUNK) tokenizer.write(html.slice(at, at + CHUNK));
  if (!reader.full) tokenizer.end();
  return reader.text;
}

class Reader implements TokenizerCallbacks {
  text = '';
  /** What is to stand between the last word and the next. */
  private gap: '' | ' ' | '\n' = '';
  private tag = '';
  private attribute = '';
  private readonly attributes = new Map<string, string>();
  /** The element whose content is left out, and how many of its name are open within. */
  private unsaid: { readonly tag: string; depth: number } | undefined;
  private kept = 0;

  constructor(private readonly html: string) {}

  get full(): boolean {
    return this.text.length > MAX_TEXT;
  }

  ontext(start: number, end: number): void {
    this.say(this.html.slice(start, end));
  }

  ontextentity(codePoint: number): void {
    this.say(String.fromCodePoint(codePoint));
  }

  onopentagname(start: number, end: number): void {
    this.tag = this.html.slice(start, end).toLowerCase();
    this.attributes.clear();
  }

  onattribname(start: number, end: number): void {
    const name = this.html.slice(start, end).toLowerCase();
    this.attribute = name === 'alt' || name === 'itemtype' ? name : '';
  }

  onattribdata(start: number, end: number): void {
    this.addToAttribute(this.html.slice(start, end));
  }

  onattribentity(codePoint: number): void {
    this.addToAttribute(String.fromCodePoint(codePoint));
  }

  onattribend(): void {
    this.attribute = '';
  }

  onopentagend(): void {
    this.open(false);
  }

  onselfclosingtag(): void {
    this.open(true);
  }

  onclosetag(start: number, end: number): void {
    const tag = this.html.slice(start, end).toLowerCase();
    if (this.unsaid) {
      if (tag === this.unsaid.tag && --this.unsaid.depth === 0) this.unsaid = undefined;
      return;
    }
    if (KEPT.has(tag)) this.kept = Math.max(0, this.kept - 1);
    this.part(tag);
  }

  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  private open(closed: boolean): void {
    const { tag, attributes } = this;
    if (this.unsaid) {
      if (tag === this.unsaid.tag && !closed) this.unsaid.depth++;
      return;
    }
    const type = attributes.get('itemtype') ?? '';
    const emoji = tag === 'emoji' || (tag === 'img' && EMOJI.test(type));
    if (!emoji) this.part(tag);
    if (UNSAID.has(tag) || (tag === 'blockquote' && REPLY.test(type))) {
      if (!closed) this.unsaid = { tag, depth: 1 };
      return;
    }
    if (KEPT.has(tag) && !closed) this.kept++;
    const alt = attributes.get('alt') ?? '';
    if (emoji) this.say(alt);
    if (tag === 'img' && !emoji && !NOBODYS_ALT.test(alt)) {
      this.say(alt);
      this.part(tag);
    }
  }

  /** Words on both sides of an element's tag are not glued together, if it is one that parts them. */
  private part(tag: string): void {
    if (LINES.has(tag)) this.gap = '\n';
    else if (CELLS.has(tag)) this.gap ||= ' ';
  }

  private addToAttribute(value: string): void {
    if (!this.attribute) return;
    const sofar = this.attributes.get(this.attribute) ?? '';
    if (sofar.length <= MAX_TEXT) this.attributes.set(this.attribute, sofar + value);
  }

  private say(text: string): void {
    if (this.unsaid) return;
    if (this.kept > 0) return this.add(text);
    text.split(/\s+/).forEach((word, i) => {
      if (i > 0) this.gap ||= ' ';
      this.add(word);
    });
  }

  private add(text: string): void {
    if (!text || this.full) return;
    // Nothing stands before the first word. Two more than enough, so that a whole character less is still more.
    this.text = cut(this.text + (this.text && this.gap) + text, MAX_TEXT + 2);
    this.gap = '';
  }
}
