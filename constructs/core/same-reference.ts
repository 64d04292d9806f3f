import { DefaultTokenResolver, StringConcat, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/** What a token stands for: the same text for each token of the same attribute. */
export function referenceOf(scope: IConstruct, token: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(token, { scope, preparing: false, resolver });
}

/** Whether two ids are of one resource, as far as is known at synth time; ARM ids are without regard to case. */
export function sameReference(scope: IConstruct, a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map((id) => String(referenceOf(scope, id)).toLowerCase());
  return one === other;
}
