import { DefaultTokenResolver, StringConcat, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/**
 * What tokens stand for in a construct's stack: the same text for each token of the same attribute, and another for one
 * of another stack.
 */
export function tokenText(scope: IConstruct, value: unknown): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const resolved: unknown = Tokenization.resolve(value, { scope, preparing: true, resolver });
  return typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
}
