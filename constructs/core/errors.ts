/** An error made at synth time by input that cannot work; carries the path of the construct it belongs to. */
export class PushConstructError extends Error {
  constructor(
    message: string,
    /** Path of the construct that is mistaken; undefined where a value by itself is. */
    readonly constructPath?: string,
  ) {
    super(withoutTokens(constructPath ? `${message}\n  at construct ${constructPath}` : message));
    this.name = 'PushConstructError';
  }
}

/** Tokens of cdktf in a text: of a string, a list or a map, and those that stand for a number. */
const TOKENS = /[$#&]\{TfToken\[[^\]]*\]\}|-1\.88815458970\d+e\+289/g;

/** A text for people: what cdktf writes for a value that it does not know yet tells them nothing. */
export function withoutTokens(text: string): string {
  return text.replace(TOKENS, '(known only when deployed)');
}
