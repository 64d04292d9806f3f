import { Fn, TerraformStack, Token, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';
import { tokenText } from './token-text';

/**
 * What a value stands for: the same text for each token of the same attribute in a stack, and for ids in whichever casing.
 */
export function referenceOf(scope: IConstruct, value: unknown): string {
  const text = tokenText(scope, value, { preparing: false }).toLowerCase();
  return Token.isUnresolved(value) ? `${TerraformStack.of(scope).node.path} ${text}` : text;
}

/**
 * A text for an argument of a Terraform function. Cdktf warns of one that has tokens beside other characters, and takes
 * long over many: these are joined by Terraform.
 */
export function asArgument(text: string): string {
  if (!Token.isUnresolved(text)) return text;
  const parts = [
    Tokenization.reverseString(text).join({ join: (left, right) => [left, right].flat() as unknown[] }),
  ].flat() as string[];
  return parts.length === 1 ? text : Fn.join('', parts);
}

/** A text as a term inside `${…}`, where cdktf writes a token without braces of its own, also between quotes. */
export function asTerm(text: string): string {
  return Token.isUnresolved(text) ? Fn.join('', [asArgument(text)]) : JSON.stringify(text);
}

/** Whether two ids are of one resource, as far as is known at synth time. */
export function sameReference(scope: IConstruct, a: unknown, b: unknown): boolean {
  return referenceOf(scope, a) === referenceOf(scope, b);
}
