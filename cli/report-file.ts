import { BadInput } from './bad-input';
import { checkReplaceable, replaceFile } from './replace-file';

/** A file that is written when all is done. */
interface ReportFile {
  /** @throws BadInput when it cannot be written */
  write(text: string): void;
}

/**
 * The file of an option such as `--junit`, looked at before anything is done: after a wait of a quarter of an hour it
 * would be late.
 * @throws BadInput when it cannot be written
 */
export function reportFile(path: string, option = 'junit'): ReportFile {
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      throw new BadInput(
        `--${option} ${path} cannot be written: ${(error as Error).message}; give a file in a folder that you may write to`,
      );
    }
  };
  attempt(() => checkReplaceable(path));
  return { write: (text) => attempt(() => replaceFile(path, text)) };
}
