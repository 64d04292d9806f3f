// What differs between the two flavours of this library, in a file that was compiled for CDKTF.
import { createRequire } from 'node:module';
import ts from 'typescript';

const require = createRequire(import.meta.url);

/** Packages of CDK Terrain by those of CDKTF that they stand for. */
export const PACKAGES = {
  cdktf: 'cdktn',
  '@cdktf/provider-azurerm': '@cdktn/provider-azurerm',
  'cdktf-acs-push': 'cdktf-acs-push/cdktn',
};
/** What is called cdktf in CDK Terrain too, and this library. */
const KEPT = /cdktf-acs-push|cdktf\.json|cdktf\.out|CDKTF_[A-Z_]+/g;

/**
 * The name of a module in CDK Terrain; the same for what has nothing to do with either.
 * @throws Error when CDK Terrain has no such module
 */
export function cdktnModule(name) {
  if (!/^(cdktf(-.*)?|@cdktf\/.*)(\/|$)/.test(name)) return name;
  const known = Object.keys(PACKAGES).find((each) => name === each || name.startsWith(`${each}/`));
  if (known === undefined) {
    throw new Error(
      `the module '${name}' has no known name in CDK Terrain, takes ${Object.keys(PACKAGES).join(', ')}: ` +
        'use one of these, or add it to PACKAGES in scripts/cdktn/rewrite.mjs',
    );
  }
  const rewritten = PACKAGES[known] + name.slice(known.length);
  if (known === 'cdktf-acs-push') return rewritten;
  try {
    require.resolve(rewritten);
  } catch {
    throw new Error(`the module '${name}' is not in CDK Terrain, where it would be '${rewritten}'`);
  }
  return rewritten;
}

/**
 * A file of JavaScript or declarations, in the words of CDK Terrain.
 *
 * @param relocated the path of a module from the file's new place, by its path from the old one
 * @returns the text, and the modules that it needs, as the old file names them
 * @throws Error when a text of it speaks of CDKTF, or it needs what CDK Terrain does not have
 */
export function cdktnText(path, text, relocated) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const edits = new Map();
  const modules = [];
  const at = (node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${path}:${line + 1}`;
  };
  const named = (node, rewrite) => {
    try {
      edits.set(node.getStart() + 1, { end: node.getEnd() - 1, text: rewrite(node.text) });
    } catch (error) {
      throw new Error(`${at(node)}: ${error.message}`, { cause: error });
    }
  };
  const visit = (node) => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) {
      edits.set(pos, { end, text: cdktnComment(text.slice(pos, end)) });
    }
    if (isModuleName(node)) {
      modules.push(node.text);
      named(node, node.text.startsWith('.') ? relocated : cdktnModule);
    } else if (
      ts.isStringLiteralLike(node) &&
      Object.hasOwn(PACKAGES, node.text) &&
      node.text !== 'cdktf-acs-push'
    ) {
      named(node, cdktnModule);
    } else if (isText(node) && /cdktf/i.test(node.text.replace(KEPT, ''))) {
      throw new Error(
        `${at(node)}: a text speaks of CDKTF, which is not true in the flavour for CDK Terrain: ${JSON.stringify(node.text)}\n` +
          'say it without the name, or with the names of constructs/core/flavour.ts',
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { text: edited(text, edits), modules };
}

/** In examples and commands; prose is the same in both. */
function cdktnComment(comment) {
  return comment
    .replace(/(\bfrom |\bimport |\brequire\()(['"])((?:@?cdktf)[^'"]*)\2/g, (_, before, quote, name) => {
      return `${before}${quote}${cdktnModule(name)}${quote}`;
    })
    .replace(/(`(?:npx )?)cdktf(?= )/g, '$1cdktn');
}

/** Whether it is the name of a module where one is imported, exported, required, or looked into for a type. */
function isModuleName(node) {
  if (!ts.isStringLiteralLike(node)) return false;
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isModuleDeclaration(parent))
    return true;
  if (ts.isExternalModuleReference(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
  const { expression } = parent;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    ['require', 'require.resolve'].includes(expression.getText())
  );
}

function isText(node) {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

function edited(text, edits) {
  let result = '';
  let done = 0;
  for (const [start, { end, text: fresh }] of [...edits].sort(([one], [other]) => one - other)) {
    result += text.slice(done, start) + fresh;
    done = end;
  }
  return result + text.slice(done);
}
