import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IConstruct } from 'constructs';
import { shown } from '../core/checks';
import { mistake, throwMistakes } from '../core/mistakes';

const PACKAGE = 'cdktf-acs-push';

/** What `npm run build` makes, and the package carries. */
export type BuiltFile =
  'relay/relay.zip' | 'relay/with-templates.cjs' | 'publishing/publish-function-app.cjs' | 'cli/acs-push.cjs';

/** The nearest folder with a package.json: two above here in the sources, three above in dist; in a bundle any, or none. */
function nearestPackage(): string | undefined {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function nameOf(folder: string): string | undefined {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string }).name;
}

/**
 * Path of a file that `npm run build` makes and the package carries.
 * @throws PushConstructError when it is not there: nothing can be published or verified without it
 */
export function builtFile(scope: IConstruct, name: BuiltFile): string {
  const root = nearestPackage();
  const path = join(root ?? __dirname, 'dist', name);
  if (existsSync(path)) return path;
  mistake(
    scope,
    root !== undefined && nameOf(root) === PACKAGE
      ? `dist/${name} is not built: run 'npm run build' in the folder of ${PACKAGE}`
      : `${PACKAGE} takes dist/${name} from its own folder, and was bundled into an app: mark ${PACKAGE} as external ` +
          `(esbuild --external:${PACKAGE}, webpack externals, nx external) and install it beside the app`,
  );
  return throwMistakes(scope);
}

/** The zip that the caller gave; what is none is noted, and the package's own takes its place. */
export function soundPackage(scope: IConstruct, packagePath: string): string {
  const problem = zipProblem(packagePath);
  if (problem === undefined) return packagePath;
  mistake(
    scope,
    `packagePath takes the path of a zip with the relay's code, got ${shown(packagePath)}, ${problem}`,
  );
  return builtFile(scope, 'relay/relay.zip');
}

/** What every zip begins with: the signature of a local file header (APPNOTE.TXT, 4.3.7). */
const ZIP = Buffer.from('PK\u0003\u0004');

function zipProblem(path: unknown): string | undefined {
  if (typeof path !== 'string') return 'which is no path';
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 'where there is nothing: build it first';
  if (!found.isFile()) return 'which is no file';
  const start = Buffer.alloc(ZIP.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  return start.equals(ZIP) ? undefined : 'which is no zip';
}
