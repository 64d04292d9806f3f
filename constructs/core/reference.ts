import { DefaultTokenResolver, Fn, StringConcat, Token, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/** What a value stands for in Terraform: the same text for each token of the same attribute, in whichever casing. */
export function referenceOf(scope: IConstruct, value: unknown): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const resolved: unknown = Tokenization.resolve(value, { scope, preparing: false, resolver });
  return (typeof resolved === 'string' ? resolved : (JSON.stringify(resolved) ?? '')).toLowerCase();
}

/**
 * A text for an argument of a Terraform function. Cdktf warns of one that has tokens beside other characters, and takes
 * long over many: these are joined by Terraform.
 */
export function asArgument(text: string): string {
  if (!Token.isUnresolved(text)) return text;
  const parts = [
    Tokenization.reverseString(text).join({ join: (left, right) => [left, right].flat() }),
  ].flat() as string[];
  return parts.length === 1 ? text : Fn.join('', parts);
}

/** A text as a term inside `${…}`, where cdktf writes a token without braces of its own, also between quotes. */
export function asTerm(text: string): string {
  return Token.isUnresolved(text) ? Fn.join('', [asArgument(text)]) : JSON.stringify(text);
}
