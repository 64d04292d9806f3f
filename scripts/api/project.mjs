import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, ReflectionKind } from 'typedoc';
import ts from 'typescript';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What is imported, and where it is exported. The first that exports a name is where it is described. */
export const ENTRIES = {
  'cdktf-acs-push': 'constructs/index.ts',
  'cdktf-acs-push/testing': 'testing/index.ts',
  'cdktf-acs-push/link': 'link/index.ts',
};

/**
 * The modules that users import, with what each exports and the words beside it, as TypeDoc reads them.
 * @param entries path of each module in the project
 */
export async function readModules(entries = ENTRIES) {
  const names = Object.keys(entries);
  const files = names.map((name) => join(ROOT, entries[name]));
  const app = await Application.bootstrap(
    {
      entryPoints: files,
      basePath: ROOT,
      // tsc compiles the sources.
      skipErrorChecking: true,
      excludeExternals: true,
      excludePrivate: true,
      excludeProtected: true,
      disableGit: true,
      sourceLinkTemplate: '{path}',
      alwaysCreateEntryPointModule: true,
      readme: 'none',
      sort: ['source-order'],
      sortEntryPoints: false,
      jsDocCompatibility: { defaultTag: false, exampleTag: false },
      logLevel: 'Error',
    },
    [],
  );
  app.options.setCompilerOptions(files, compilerOptions(), undefined);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, tellValues);
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc cannot read the sources; npm run typecheck says why');
  return names.map((name, index) => ({ name, exports: project.children[index].children }));
}

/** What a type is that is made of the values of a constant, which may not be exported. */
function tellValues(context, reflection) {
  if (!reflection.kindOf(ReflectionKind.TypeAlias)) return;
  const symbol = context.getSymbolFromReflection(reflection);
  const type = symbol && context.checker.getDeclaredTypeOfSymbol(symbol);
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  if (type?.isUnion()) reflection.values = context.checker.typeToString(type, undefined, flags);
}

function compilerOptions() {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  return { ...ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT).options, types: ['node'] };
}
