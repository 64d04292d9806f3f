import { accessSync, constants, existsSync, lstatSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInput } from './bad-input';

/** A file that is written when all is done. */
export interface ReportFile {
  /** @throws BadInput when it cannot be written */
  write(text: string): Promise<void>;
}

/**
 * The file of an option such as `--junit`, looked at before anything is done: after a wait of a quarter of an hour it
 * would be late. Whoever reads it has the whole old one or the whole new one.
 * @throws BadInput when it cannot be written
 */
export function reportFile(path: string, option = 'junit'): ReportFile {
  const refusal = (problem: string) =>
    new BadInput(
      `--${option} ${path} cannot be written: ${problem}; give a file in a folder that you may write to`,
    );
  try {
    const there = existsSync(path);
    accessSync(there ? path : dirname(path), constants.W_OK);
    if (there && statSync(path).isDirectory()) throw new Error('it is a folder');
    if (!there && !statSync(dirname(path)).isDirectory()) throw new Error(`${dirname(path)} is no folder`);
  } catch (error) {
    throw refusal((error as Error).message);
  }
  return {
    write: async (text) => {
      // Devices, pipes and links are written through: they are not ours to replace.
      const replaced = !existsSync(path) || lstatSync(path).isFile();
      const written = replaced ? `${path}.new` : path;
      try {
        await writeFile(written, text);
        if (replaced) await rename(written, path);
      } catch (error) {
        if (replaced) await rm(written, { force: true }).catch(() => undefined);
        throw refusal((error as Error).message);
      }
    },
  };
}
