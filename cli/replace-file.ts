import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Writes a file so that whoever reads it meanwhile has the whole old one or the whole new one. Who may read it stays as
 * it was.
 * @throws Error when it cannot be written; then the old one is there still
 */
export function replaceFile(path: string, text: string): void {
  if (!isReplaced(path)) return writeFileSync(path, text);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  const written = join(dirname(path), `.acs-push-${randomUUID()}`);
  try {
    writeFileSync(written, text, { flag: 'wx', mode });
    // What it was made with passes the process's mask.
    if (mode !== undefined) chmodSync(written, mode);
    renameSync(written, path);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

/** @throws Error when {@link replaceFile} could not write there */
export function checkReplaceable(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new Error('it is a folder');
  if (there) accessSync(path, constants.W_OK);
  if (isReplaced(path)) {
    const folder = dirname(path);
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
  } else if (!there) {
    // A link to where nothing is yet.
    checkReplaceable(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  }
}

/** Devices, pipes and links are written through: they are not ours to replace. */
function isReplaced(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}
