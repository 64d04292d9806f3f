import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input';

/** What is read of a project's cdktf.json. */
export interface CdktfConfig {
  /** The command that synthesizes. */
  readonly app?: string;
  /** The folder that it writes to. */
  readonly output?: string;
  /** What constructs find by `node.tryGetContext`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The project's configuration; undefined when that folder has none. @throws BadInput when it is no JSON */
export function readCdktfConfig(folder: string): CdktfConfig | undefined {
  const path = join(folder, 'cdktf.json');
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CdktfConfig;
  } catch (error) {
    throw new BadInput(`${path} is no JSON: ${(error as Error).message}`);
  }
}

/** Writes one value into the context. @throws BadInput when the folder has no cdktf.json */
export function setContext(folder: string, name: string, value: string): void {
  const config = readCdktfConfig(folder);
  if (!config) throw new BadInput(`no cdktf.json in ${folder}: run in the folder that has it`);
  const changed = { ...config, context: { ...config.context, [name]: value } };
  const path = join(folder, 'cdktf.json');
  // Whoever reads it meanwhile has the whole old one or the whole new one.
  writeFileSync(`${path}.new`, `${JSON.stringify(changed, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}
