import { readFileSync } from 'node:fs';
import ts from 'typescript';

const BLOCKS = ['describe', 'test', 'it'];

/**
 * Full names of the tests of a file, as jest gives them: names of what they are in, then their own. Of a test.each, the
 * template. A test whose name is no literal has none here, nor has one that is skipped.
 */
export function testNamesOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const names: string[] = [];
  const visit = (node: ts.Node, outer: readonly string[]): void => {
    const block = ts.isCallExpression(node) ? blockOf(node) : undefined;
    if (!block) return ts.forEachChild(node, (child) => visit(child, outer));
    const inner = [...outer, block.name];
    if (block.kind !== 'describe') names.push(inner.join(' '));
    else block.call.arguments.slice(1).forEach((body) => visit(body, inner));
  };
  visit(source, []);
  return names;
}

/** `test('…', …)`, `test.each(…)('…', …)` and their like; a test with another word behind its dot does not run. */
function blockOf(
  call: ts.CallExpression,
): { kind: string; name: string; call: ts.CallExpression } | undefined {
  let { expression } = call;
  if (ts.isCallExpression(expression) && ts.isPropertyAccessExpression(expression.expression)) {
    if (expression.expression.name.text !== 'each') return undefined;
    ({ expression } = expression.expression);
  }
  const [title] = call.arguments;
  if (!ts.isIdentifier(expression) || !BLOCKS.includes(expression.text)) return undefined;
  if (!title || !ts.isStringLiteralLike(title)) return undefined;
  return { kind: expression.text, name: title.text, call };
}
