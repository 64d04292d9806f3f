import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Templates } from '../relay/words';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { STACK_FILE } from './stack-folder';

/** What the stack's publishing step is told, as `cdk.tf.json` has it. */
const PACKAGE = /"PUBLISH_PACKAGE":\s*("(?:[^"\\]|\\.)*")/;

/**
 * The templates in the relay's package that a stack publishes: as it was synthesized last, which is what a deploy after
 * that has put there; where it was not synthesized here, as it is synthesized now.
 * @throws BadInput when the stack publishes none from here
 */
export async function deployedTemplates(stack: string, io: Pick<Io, 'stacks'>): Promise<Templates> {
  const { synthesized } = await io.stacks.find(stack);
  const path = packagePath(synthesized);
  if (path === undefined || !existsSync(path)) {
    throw new BadInput(
      `the stack in ${synthesized} has no package of the relay, whose templates say what a push says: synthesize it ` +
        'where it is deployed from, or give the package by --package',
    );
  }
  return templatesOf(path);
}

/** The templates in a package of the relay. @throws BadInput when the file is none */
export function templatesOf(path: string): Templates {
  if (!existsSync(path)) throw new BadInput(`no file ${path}: give the relay's package that is deployed`);
  let templates: Uint8Array | undefined;
  try {
    templates = unzipSync(readFileSync(path))['templates.json'];
  } catch (error) {
    throw new BadInput(`${path} is no zip: ${(error as Error).message}`);
  }
  if (!templates) throw new BadInput(`${path} has no templates.json: it is no package of the relay`);
  return JSON.parse(strFromU8(templates)) as Templates;
}

function packagePath(folder: string): string | undefined {
  const stack = join(folder, STACK_FILE);
  const [, path] = (existsSync(stack) && PACKAGE.exec(readFileSync(stack, 'utf8'))) || [];
  return path === undefined ? undefined : join(folder, JSON.parse(path) as string);
}
