import { conditional, Fn, Op, Token } from 'cdktf';

/** What a name is put together from, of which any may be a token. */
export interface NameParts {
  readonly prefix: string;
  readonly base: string;
  readonly purpose: string;
  /** What makes it unique; empty where it need not be. */
  readonly unique: string;
  /** Characters that Azure takes at most. */
  readonly max: number;
}

/** The name that {@link Naming} makes, put together and cut by Terraform. */
export function nameInTerraform({ prefix, base, purpose, unique, max }: NameParts): string {
  const head = Fn.join(
    '-',
    [prefix, base, purpose].filter((part) => part !== ''),
  );
  const room = roomBeside(max, ...(unique === '' ? [] : ['-', unique]));
  const cut = Fn.replace(Fn.substr(head, 0, room), '/-+$/', '');
  return unique === '' ? cut : Fn.join('-', [cut, unique]);
}

/**
 * The same of a storage account, but for the hash: what stands for the part of a base that is cut off is one that
 * Terraform can make.
 */
export function storageNameInTerraform({ prefix, base, purpose, unique, max }: NameParts): string {
  const whole = Fn.replace(Fn.lower(Fn.join('', [prefix, base])), '/[^a-z0-9]/', '');
  const room = roomBeside(max, purpose, unique);
  if (purpose === '') return Fn.join('', [Fn.substr(whole, 0, room), unique]);
  const cut = Fn.substr(whole, 0, Token.asNumber(Op.sub(room, HASH_LENGTH)));
  const short = Fn.join('', [cut, Fn.substr(Fn.sha256(base), 0, HASH_LENGTH)]);
  const stem = Token.asString(conditional(Op.gt(Fn.lengthOf(whole), room), short, whole));
  return Fn.join('', [stem, purpose, unique]);
}

const HASH_LENGTH = 4;

/** Characters that are left beside these. */
function roomBeside(max: number, ...texts: readonly string[]): number {
  const known = texts.filter((text) => !Token.isUnresolved(text)).join('').length;
  const unknown = texts.filter((text) => Token.isUnresolved(text));
  return unknown.reduce((room, text) => Token.asNumber(Op.sub(room, Fn.lengthOf(text))), max - known);
}
