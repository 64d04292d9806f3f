import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IConstruct } from 'constructs';
import { fail } from '../core/errors';

/** The folder that holds package.json: two above here in the sources, three above in dist. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/**
 * Path of a file that `npm run build` makes and the package carries.
 * @throws PushConstructError when it was not built
 */
export function builtFile(
  scope: IConstruct,
  name:
    | 'relay/relay.zip'
    | 'relay/with-templates.cjs'
    | 'publishing/publish-function-app.cjs'
    | 'cli/acs-push.cjs',
): string {
  const path = join(packageRoot(), 'dist', name);
  if (!existsSync(path))
    fail(scope, `dist/${name} is not built: run 'npm run build' in the folder of cdktf-acs-push`);
  return path;
}
