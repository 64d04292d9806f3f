import type { IConstruct } from 'constructs';

const told = new WeakMap<IConstruct, WeakMap<object, Set<string>>>();

/**
 * Whether something is said of a value for the first time in the app. Values are handed on from construct to construct:
 * what is wrong with one is told of the construct that its author wrote.
 */
export function firstTold(scope: IConstruct, value: object, text: string): boolean {
  const { root } = scope.node;
  const values = told.get(root) ?? new WeakMap<object, Set<string>>();
  told.set(root, values);
  const texts = values.get(value) ?? new Set<string>();
  values.set(value, texts);
  if (texts.has(text)) return false;
  texts.add(text);
  return true;
}
