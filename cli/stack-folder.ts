import { existsSync, readdirSync, type Dirent } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadInput } from './bad-input';
import { readCdktfConfig } from './cdktf-config';
import type { Surroundings } from './surroundings';

/** The folder that cdktf writes to, where it is not the one of cdktf.json; `--output` sets it for one command. */
export const OUTPUT_VARIABLE = 'CDKTF_OUTDIR';

/** What a stack is written to in its folder. */
export const STACK_FILE = 'cdk.tf.json';

/** The folder that `cdktf synth` and `cdktf deploy` write to. @throws BadInput when cdktf.json is no JSON */
export function outputFolder({ environment, folder }: Pick<Surroundings, 'environment' | 'folder'>): string {
  return resolve(folder, environment[OUTPUT_VARIABLE] || readCdktfConfig(folder)?.output || 'cdktf.out');
}

/** The folder of a stack, in which cdktf runs Terraform. */
export function stackFolder(output: string, stack: string): string {
  return join(output, 'stacks', stack);
}

/** The stacks that were synthesized into that folder, sorted. @throws BadInput when it cannot be read */
export function synthesizedStacks(output: string): string[] {
  const stacks = join(output, 'stacks');
  if (!existsSync(stacks)) return [];
  return entriesOf(stacks)
    .filter((entry) => entry.isDirectory() && existsSync(join(stacks, entry.name, STACK_FILE)))
    .map(({ name }) => name)
    .sort();
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new BadInput(`${folder} cannot be read: ${(error as Error).message}`);
  }
}
