import ts from 'typescript';
import type { Block } from './markdown';
import type { Flavour } from './sources';

/** A block as the module that is compiled. */
export interface CodeModule {
  readonly block: Block;
  /** Path in the project. No file is there. */
  readonly path: string;
  readonly text: string;
  /** How many lines of the module stand before the block's first. */
  readonly linesBefore: number;
  readonly flavour: Flavour;
}

/** What every fragment may use without saying so. */
const USUAL: Readonly<Record<string, string>> = {
  app: 'App',
  resourceGroup: 'ResourceGroup',
  push: 'PushNotifications',
  apns: 'ApnsTokenCredential',
  fcm: 'FcmV1Credential',
  hub: 'NotificationHub',
  service: 'CommunicationService',
  relay: 'PushRelay',
};

type ModuleOfName = (name: string) => string | undefined;

/**
 * A block with an export or a class at its top is a module as it stands; a first line `// stack.ts` names its file, for
 * the other modules of the document. Any other block is a fragment: the body of a function whose `this` is a stack, with
 * the usual constants. One without imports may use the exports of the library, of its framework and classes of azurerm.
 */
export function moduleOf(block: Block, moduleOfName: ModuleOfName): CodeModule {
  const { document, line, code, declarations } = block;
  const source = parse(code);
  const [, file = `line-${line}.ts`] = /^\/\/ ([\w./-]+\.ts)\n/.exec(code) ?? [];
  const head = isModule(source) ? declarations : headOf(source, declarations, moduleOfName);
  return {
    block,
    path: `${document.replace(/\.md$/, '')}/${file}`,
    text: `${head}\n${isModule(source) ? `${code}\nexport {};` : inFunction(source)}`,
    linesBefore: head.split('\n').length,
    flavour: /from '(cdktn|@cdktn\/|cdktf-acs-push\/cdktn)/.test(code) ? 'cdktn' : 'cdktf',
  };
}

function isModule({ statements }: ts.SourceFile): boolean {
  return statements.some(
    (statement) =>
      ts.isExportDeclaration(statement) ||
      ts.isExportAssignment(statement) ||
      ts.isClassDeclaration(statement) ||
      (ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)),
  );
}

/** The fragment's own imports, and the rest of it in a function. No line is added. */
function inFunction(code: ts.SourceFile): string {
  const end = code.statements.findLast(ts.isImportDeclaration)?.end ?? 0;
  const stack = "import('cdktf').TerraformStack";
  const beginning = ` export async function fragment(this: ${stack}, scope: ${stack}) {`;
  return `${code.text.slice(0, end)}${beginning}${code.text.slice(end)}\n}`;
}

/** The imports and declarations of what a fragment uses without saying so. */
function headOf(code: ts.SourceFile, declarations: string, moduleOfName: ModuleOfName): string {
  const declared = parse(declarations);
  const own = new Set([...code.statements, ...declared.statements].flatMap(namesDeclared));
  const inCode = identifiersOf(code);
  const hasImports = code.statements.some(ts.isImportDeclaration);
  const names = new Set([...(hasImports ? [] : inCode), ...identifiersOf(declared)]);
  const imports = [...names].flatMap((name) => {
    const from = own.has(name) ? undefined : moduleOfName(name);
    return from === undefined ? [] : [`import { ${name} } from '${from}';`];
  });
  const usual = Object.entries(USUAL)
    .filter(([name]) => inCode.includes(name) && !own.has(name))
    .map(([name, type]) => `declare const ${name}: import('${moduleOfName(type)}').${type};`);
  return [...imports, ...usual, declarations].join('\n');
}

function namesDeclared(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  if (ts.isImportDeclaration(statement)) return identifiersOf(statement);
  const { name } = statement as ts.DeclarationStatement;
  return name ? [name.text] : [];
}

function identifiersOf(node: ts.Node): string[] {
  const found: string[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) found.push(child.text);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('block.ts', text, ts.ScriptTarget.ES2022, true);
}
