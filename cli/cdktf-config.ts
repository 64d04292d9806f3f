import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input';
import { readJsonObject } from './read-file';
import { replaceFile } from './replace-file';

/** What is read of a project's cdktf.json. */
interface CdktfConfig {
  /** The command that synthesizes. */
  readonly app?: string;
  /** The folder that it writes to. */
  readonly output?: string;
  /** What constructs find by `node.tryGetContext`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The project's configuration; undefined when that folder has none. @throws BadInput when it cannot be one */
export function readCdktfConfig(folder: string): CdktfConfig | undefined {
  const path = join(folder, 'cdktf.json');
  const config = readJsonObject(path);
  for (const name of ['app', 'output'] as const) {
    const value = config?.[name];
    if (value !== undefined && typeof value !== 'string') {
      throw new BadInput(`${name} of ${path} takes a text, got ${JSON.stringify(value)}`);
    }
  }
  const context = config?.context;
  if (context !== undefined && (typeof context !== 'object' || context === null || Array.isArray(context))) {
    throw new BadInput(`context of ${path} takes an object, got ${JSON.stringify(context)}`);
  }
  return config;
}

/** Writes one value into the context. @throws BadInput when the folder has no cdktf.json */
export function setContext(folder: string, name: string, value: string): void {
  const config = readCdktfConfig(folder);
  if (!config) throw new BadInput(`no cdktf.json in ${folder}: run in the folder that has it`);
  const changed = { ...config, context: { ...config.context, [name]: value } };
  // A link stays one.
  const path = realpathSync(join(folder, 'cdktf.json'));
  replaceFile(path, `${JSON.stringify(changed, undefined, 2)}\n`);
}
