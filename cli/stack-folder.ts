import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadInput } from './bad-input';
import type { Io } from './io';

/** The folder that cdktf writes to, where it is not the one of cdktf.json; `--output` sets it for one command. */
export const OUTPUT_VARIABLE = 'CDKTF_OUTDIR';

/** The folder that `cdktf synth` and `cdktf deploy` write to. @throws BadInput when cdktf.json is no JSON */
export function outputFolder(io: Pick<Io, 'environment' | 'folder'>): string {
  return resolve(io.folder, io.environment[OUTPUT_VARIABLE] || configured(io.folder) || 'cdktf.out');
}

/**
 * The folder of an environment's stack, in which Terraform runs.
 * @throws BadInput when there is no such environment, or nothing was synthesized
 */
export function stackFolder(environment: string, io: Pick<Io, 'environment' | 'folder'>): string {
  const stacks = join(outputFolder(io), 'stacks');
  if (!existsSync(stacks)) {
    throw new BadInput(
      `no synthesized stacks in ${stacks}: run 'npx cdktf synth' in the folder of cdktf.json, give the folder that cdktf ` +
        `was told to write to with --output or ${OUTPUT_VARIABLE}, or name the resources by their ids`,
    );
  }
  const known = readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  if (!known.includes(environment)) {
    throw new BadInput(
      `unknown environment '${environment}'; known are: ${known.join(', ') || 'none'} (in ${stacks})`,
    );
  }
  return join(stacks, environment);
}

function configured(folder: string): string | undefined {
  const path = join(folder, 'cdktf.json');
  if (!existsSync(path)) return undefined;
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { output?: string }).output;
  } catch (error) {
    throw new BadInput(`${path} is no JSON: ${(error as Error).message}`);
  }
}
