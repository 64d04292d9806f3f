import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './markdown';

/** The framework that documents are written for. */
export type Flavour = 'cdktf' | 'cdktn';

const PROVIDERS: Readonly<Record<Flavour, string>> = {
  cdktf: '@cdktf/provider-azurerm',
  cdktn: '@cdktn/provider-azurerm',
};

const ENTRIES: Readonly<Record<string, string>> = {
  'cdktf-acs-push': 'constructs/index.ts',
  'cdktf-acs-push/testing': 'testing/index.ts',
  'cdktf-acs-push/link': 'link/index.ts',
};

/** The modules of which a fragment may use every export, in the order in which they are asked for a name. */
const IN_SCOPE = ['cdktf-acs-push', 'cdktf-acs-push/testing', 'cdktf', 'constructs'];

/**
 * The sources take the place of the package. In the other flavour the same sources are read with its framework in the
 * place of cdktf, as the build writes them.
 */
export function optionsFor(flavour: Flavour): ts.CompilerOptions {
  const paths: Record<string, string[]> = {};
  for (const [name, path] of Object.entries(ENTRIES)) paths[name] = [join(ROOT, path)];
  if (flavour === 'cdktn') {
    paths['cdktf-acs-push/cdktn'] = paths['cdktf-acs-push']!;
    paths['cdktf-acs-push/cdktn/testing'] = paths['cdktf-acs-push/testing']!;
    for (const [from, to] of [
      ['cdktf', 'cdktn'],
      [PROVIDERS.cdktf, PROVIDERS.cdktn],
    ]) {
      paths[from!] = [join(ROOT, 'node_modules', to!)];
      paths[`${from}/*`] = [join(ROOT, 'node_modules', to!, '*')];
    }
  }
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts'],
    types: ['node', 'jest'],
    strict: true,
    noImplicitOverride: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    noEmit: true,
    paths,
  };
}

/** Says which module of those in scope exports a name: the project's, the framework's, or a class of azurerm. */
export function moduleOfName(options: ts.CompilerOptions): (name: string) => string | undefined {
  const entries = Object.values(ENTRIES).map((path) => join(ROOT, path));
  const program = ts.createProgram({ rootNames: entries, options });
  const host = ts.createCompilerHost(options);
  const checker = program.getTypeChecker();
  const modules = new Map<string, string>();
  for (const name of [...IN_SCOPE].reverse()) {
    const { resolvedModule } = ts.resolveModuleName(name, join(ROOT, 'x.ts'), options, host);
    const source = resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName);
    const symbol = source && checker.getSymbolAtLocation(source);
    for (const { name: exported } of symbol ? checker.getExportsOfModule(symbol) : [])
      modules.set(exported, name);
  }
  return (name) => modules.get(name) ?? classOfAzurerm(name);
}

function classOfAzurerm(name: string): string | undefined {
  if (name === 'AzurermProvider') return `${PROVIDERS.cdktf}/lib/provider`;
  const folder = name
    .replace(/Config$/, '')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase();
  return /^[A-Z]/.test(name) && existsSync(join(ROOT, `node_modules/${PROVIDERS.cdktf}/lib/${folder}`))
    ? `${PROVIDERS.cdktf}/lib/${folder}`
    : undefined;
}
