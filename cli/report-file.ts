import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInput } from './bad-input';

/** A file that is written when all is done. */
export interface ReportFile {
  /** @throws BadInput when it cannot be written */
  write(text: string): Promise<void>;
}

/**
 * The file of `--junit`, looked at before anything is done: after a wait of a quarter of an hour it would be late.
 * @throws BadInput when it cannot be written
 */
export function reportFile(path: string): ReportFile {
  const refusal = (problem: string) => new BadInput(`--junit ${path} cannot be written: ${problem}`);
  try {
    const there = existsSync(path);
    accessSync(there ? path : dirname(path), constants.W_OK);
    if (there && statSync(path).isDirectory()) throw new Error('it is a folder');
    if (!there && !statSync(dirname(path)).isDirectory()) throw new Error(`${dirname(path)} is no folder`);
  } catch (error) {
    throw refusal((error as Error).message);
  }
  return {
    write: (text) =>
      writeFile(path, text).catch((error: Error) => {
        throw refusal(error.message);
      }),
  };
}
