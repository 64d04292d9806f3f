import { TerraformStack, Tokenization, type ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';

/** Whether both are in one stack. */
export function sameStack(one: IConstruct, other: IConstruct): boolean {
  return TerraformStack.of(one) === TerraformStack.of(other);
}

/**
 * What of these can be in `depends_on` or `replace_triggered_by` of something in the scope's stack. Those of other
 * stacks are left out, since Terraform knows nothing of them there: their stacks are deployed before as a whole.
 */
export function dependenciesWithin<T extends ITerraformDependable | string>(
  scope: IConstruct,
  dependables: readonly T[] | undefined,
): T[] | undefined {
  const stack = TerraformStack.of(scope);
  return dependables?.filter((each) => {
    const origin = stackOf(each);
    if (origin === undefined || origin === stack) return true;
    stack.addDependency(origin);
    return false;
  });
}

/** The stack of something that can be depended on; undefined when it cannot be told. */
export function stackOf(dependable: ITerraformDependable | string): TerraformStack | undefined {
  if (Construct.isConstruct(dependable)) return TerraformStack.of(dependable);
  const text = typeof dependable === 'string' ? dependable : dependable.fqn;
  for (const token of Tokenization.reverseString(text).tokens) {
    // Cdktf's reference, and `dependable()` around a resource, keep where they come from to themselves.
    const { originStack, dependable: inner } = token as unknown as {
      readonly originStack?: TerraformStack;
      readonly dependable?: ITerraformDependable;
    };
    const found = originStack ?? (inner && stackOf(inner));
    if (found) return found;
  }
  return undefined;
}
