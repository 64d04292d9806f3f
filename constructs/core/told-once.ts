import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

const told = new WeakMap<TerraformStack, WeakMap<object, Set<string>>>();

/**
 * Whether something is said of a value for the first time in the stack. Values are handed on from construct to
 * construct: what is wrong with one is told of the construct that its author wrote.
 */
export function firstTold(scope: IConstruct, value: object, text: string): boolean {
  const stack = TerraformStack.of(scope);
  const values = told.get(stack) ?? new WeakMap<object, Set<string>>();
  told.set(stack, values);
  const texts = values.get(value) ?? new Set<string>();
  values.set(value, texts);
  if (texts.has(text)) return false;
  texts.add(text);
  return true;
}
