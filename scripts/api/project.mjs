import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '../..');

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
  const names = Object.keys(entries).filter((name) => existsSync(join(ROOT, entries[name])));
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
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc cannot read the sources; npm run typecheck says why');
  return names.map((name, index) => ({ name, exports: project.children[index].children }));
}

function compilerOptions() {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  return { ...ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT).options, types: ['node'] };
}
