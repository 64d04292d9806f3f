import { join } from 'node:path';
import ts from 'typescript';
import { ROOT, type Block } from './markdown';
import { moduleOf, type CodeModule } from './modules';
import { moduleOfName, optionsFor, type Flavour } from './sources';

/** What TypeScript says against blocks, by document and line: `docs/x.md:12: Cannot find name 'y'.` */
export function problemsOf(blocks: readonly Block[]): string[] {
  const nameOf = moduleOfName(optionsFor('cdktf'));
  const modules = blocks.map((block) => moduleOf(block, nameOf));
  return (['cdktf', 'cdktn'] as const).flatMap((flavour) => problemsIn(modules, flavour));
}

function problemsIn(modules: readonly CodeModule[], flavour: Flavour): string[] {
  const byPath = new Map(modules.map((module) => [join(ROOT, module.path), module]));
  const own = [...byPath].filter(([, module]) => module.flavour === flavour);
  if (own.length === 0) return [];
  const options = optionsFor(flavour);
  const rootNames = own.map(([path]) => path);
  const program = ts.createProgram({ rootNames, options, host: hostWith(byPath, options) });
  return own.flatMap(([path, module]) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start, messageText }) => {
        const line = source.getLineAndCharacterOfPosition(start!).line - module.linesBefore;
        const { block } = module;
        const where = line < 0 ? `${block.line} (its <!-- ts: … -->)` : block.line + line;
        const message = ts.flattenDiagnosticMessageText(messageText, '\n').replaceAll(`${ROOT}/`, '');
        return `${block.document}:${where}: ${message}`;
      },
    );
  });
}

/** Files as they are, and the modules beside them. */
function hostWith(modules: ReadonlyMap<string, CodeModule>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  return {
    ...host,
    fileExists: (path) => modules.has(path) || fileExists(path),
    readFile: (path) => modules.get(path)?.text ?? readFile(path),
    getSourceFile: (path, languageVersion, ...rest) => {
      const module = modules.get(path);
      return module
        ? ts.createSourceFile(path, module.text, languageVersion, true)
        : getSourceFile(path, languageVersion, ...rest);
    },
    // A module's folder, named after its document, need not be there.
    directoryExists: undefined as never,
  };
}
