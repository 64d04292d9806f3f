import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Templates } from '../relay/words';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { stackFolder } from './stack-folder';

/** What the stack's publishing step is told, as `cdk.tf.json` has it. */
const PACKAGE = /"PUBLISH_PACKAGE":\s*("(?:[^"\\]|\\.)*")/;

/**
 * The templates in the relay's package that an environment's stack publishes: as it was synthesized last, which is what
 * a deploy after that has put there.
 * @throws BadInput when the stack publishes none from here
 */
export function deployedTemplates(environment: string, io: Pick<Io, 'environment' | 'folder'>): Templates {
  const folder = stackFolder(environment, io);
  const path = packagePath(folder);
  if (path === undefined || !existsSync(path)) {
    throw new BadInput(
      `the stack in ${folder} has no package of the relay, whose templates say what a push says: run 'npx cdktf synth' ` +
        'where it is deployed from',
    );
  }
  const templates = unzipSync(readFileSync(path))['templates.json'];
  if (!templates) throw new BadInput(`${path} has no templates.json: it is no package of the relay`);
  return JSON.parse(strFromU8(templates)) as Templates;
}

function packagePath(folder: string): string | undefined {
  const stack = join(folder, 'cdk.tf.json');
  const [, path] = (existsSync(stack) && PACKAGE.exec(readFileSync(stack, 'utf8'))) || [];
  return path === undefined ? undefined : join(folder, JSON.parse(path) as string);
}
