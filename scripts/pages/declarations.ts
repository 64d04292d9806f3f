import { join, relative } from 'node:path';
import ts from 'typescript';

/** A prop as its declaration says it. */
export interface Prop {
  readonly name: string;
  /** As it is written, on one line; of aliases for a few texts, these texts. */
  readonly type: string;
  readonly optional: boolean;
  /** What `@default` says. */
  readonly default?: string;
  readonly text: string;
}

export interface PropsInterface {
  readonly name: string;
  readonly text: string;
  readonly props: readonly Prop[];
  /** Whether it takes Terraform's meta-arguments too, which are not among `props`. */
  readonly metaArguments: boolean;
}

/** A class that is exported. */
export interface ExportedClass {
  readonly name: string;
  readonly text: string;
  /** Whether it stands in the tree of constructs. */
  readonly isConstruct: boolean;
  /** Whether anybody can make one with `new`. */
  readonly canBeMade: boolean;
}

/** A union of more texts or numbers than this is named, not written out. */
const WRITTEN_OUT = 6;

/** What the library's sources declare. */
export class Declarations {
  private readonly checker: ts.TypeChecker;
  private readonly program: ts.Program;
  private readonly folder: string;

  constructor(project: string) {
    this.folder = join(project, 'constructs');
    const file = join(project, 'tsconfig.json');
    const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: unknown };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, project);
    this.program = ts.createProgram([join(this.folder, 'index.ts')], options);
    this.checker = this.program.getTypeChecker();
  }

  /** Names of everything that is exported. */
  exportedNames(): string[] {
    return this.exportedSymbols().map(({ name }) => name);
  }

  /** Names of all exported interfaces. */
  exportedInterfaces(): string[] {
    return this.exports(ts.isInterfaceDeclaration).map(({ symbol }) => symbol.name);
  }

  exportedClasses(): ExportedClass[] {
    return this.exports(ts.isClassDeclaration).map(({ symbol, declaration }) => {
      const modifiers = ts.getCombinedModifierFlags(declaration);
      const constructors = declaration.members.filter(ts.isConstructorDeclaration);
      return {
        name: symbol.name,
        text: this.textOf(symbol),
        isConstruct: this.basesOf(symbol).includes('Construct'),
        canBeMade:
          (modifiers & ts.ModifierFlags.Abstract) === 0 &&
          constructors.every(
            (one) =>
              (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.NonPublicAccessibilityModifier) === 0,
          ),
      };
    });
  }

  /** The interface of that name, exported or not; undefined: there is none. */
  interfaceOf(name: string): PropsInterface | undefined {
    const declaration = this.program
      .getSourceFiles()
      .filter((file) => !relative(this.folder, file.fileName).startsWith('..'))
      .flatMap((file) => file.statements.filter(ts.isInterfaceDeclaration))
      .find((one) => one.name.text === name);
    const symbol = declaration && this.checker.getSymbolAtLocation(declaration.name);
    if (!symbol) return undefined;
    const all = this.checker.getDeclaredTypeOfSymbol(symbol).getProperties();
    const own = all.filter((prop) => !this.isFromPackage(prop));
    return {
      name,
      text: this.textOf(symbol),
      props: own.filter((prop) => !this.isMethod(prop)).map((prop) => this.propOf(prop)),
      metaArguments: own.length < all.length,
    };
  }

  private exports<D extends ts.Declaration>(
    is: (node: ts.Node) => node is D,
  ): { symbol: ts.Symbol; declaration: D }[] {
    return this.exportedSymbols().flatMap((symbol) => {
      const declaration = symbol.declarations?.find(is);
      return declaration ? [{ symbol, declaration }] : [];
    });
  }

  private exportedSymbols(): ts.Symbol[] {
    const index = this.program.getSourceFile(join(this.folder, 'index.ts'));
    const module = index && this.checker.getSymbolAtLocation(index);
    if (!module) throw new Error('constructs/index.ts exports nothing: run this in the project');
    return this.checker
      .getExportsOfModule(module)
      .map((one) => (one.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(one) : one));
  }

  private basesOf(symbol: ts.Symbol): string[] {
    const type = this.checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType;
    return (this.checker.getBaseTypes(type) ?? []).flatMap((base) => [
      base.symbol.name,
      ...this.basesOf(base.symbol),
    ]);
  }

  private isFromPackage(prop: ts.Symbol): boolean {
    return (
      prop.declarations?.every((one) => one.getSourceFile().fileName.includes('/node_modules/')) ?? false
    );
  }

  private isMethod(prop: ts.Symbol): boolean {
    return (prop.flags & ts.SymbolFlags.Method) !== 0;
  }

  private propOf(symbol: ts.Symbol): Prop {
    const declaration = symbol.declarations?.find(ts.isPropertySignature);
    const tag = symbol.getJsDocTags(this.checker).find(({ name }) => name === 'default');
    return {
      name: symbol.name,
      type: declaration?.type ? this.typeText(declaration.type) : 'unknown',
      optional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      default: tag && oneLine(ts.displayPartsToString(tag.text)),
      text: this.textOf(symbol),
    };
  }

  private typeText(node: ts.TypeNode): string {
    const type = this.checker.getTypeFromTypeNode(node);
    // A mapped type says its keys by another name; what they are is what one wants to know.
    if (/keyof typeof/.test(node.getText())) {
      const keys = type.getProperties().map(({ name }) => `${name}?`);
      const value = type.getProperties()[0];
      const valueType =
        value &&
        this.checker.typeToString(this.checker.getNonNullableType(this.checker.getTypeOfSymbol(value)));
      return `{ ${keys.join(', ')}: ${valueType} }`;
    }
    const literals = literalsOf(type);
    const writesOut = ts.isTypeReferenceNode(node)
      ? literals.length <= WRITTEN_OUT
      : ts.isIndexedAccessTypeNode(node);
    if (writesOut && literals.length > 0) return literals.join(' | ');
    return oneLine(
      node
        .getText()
        .replace(/\/\*\*[\s\S]*?\*\//g, '')
        .replaceAll('readonly ', ''),
    );
  }

  private textOf(symbol: ts.Symbol): string {
    return oneLine(ts.displayPartsToString(symbol.getDocumentationComment(this.checker)));
  }
}

function oneLine(text: string): string {
  return text
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The texts and numbers that a union consists of; none of any other type. */
function literalsOf(type: ts.Type): string[] {
  const types = type.isUnion() ? type.types : [];
  const literals = types.flatMap((one) => {
    if (one.isStringLiteral()) return [`'${one.value}'`];
    return one.isNumberLiteral() ? [String(one.value)] : [];
  });
  return literals.length === types.length ? literals : [];
}
