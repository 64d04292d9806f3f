import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRunning } from './running';

const FILE = 'in-use';
/** Those that this process holds. */
const held = new Set<string>();

/**
 * Takes a folder, which is made when it is not there, for this local Azure alone: another one would write over what it
 * keeps. What a process that was killed has left is taken over.
 *
 * @returns gives it back
 * @throws Error naming the process that has the folder, or saying why nothing can be written there
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, FILE);
  while (!created(folder, file)) {
    const pid = holder(file);
    if (held.has(file) || (pid !== undefined && pid !== process.pid && isRunning(pid))) {
      throw new Error(
        `the folder ${folder} is in use by the local Azure of process ${pid}; end that one, or choose another folder ` +
          `(delete ${file} when process ${pid} is none)`,
      );
    }
    rmSync(file, { force: true });
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}

function created(folder: string, file: string): boolean {
  try {
    makeFolder(resolve(folder));
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    const { code, message, path } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && path === file) return false;
    throw new Error(`the folder ${folder} cannot be written to (${message}); allow it, or choose another`, {
      cause: error,
    });
  }
}

/** One after the other: `recursive` of Node's does not end in a file system that makes no folders, as `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  // A root is its own folder: of one that is not there, making it tells why.
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Undefined when nobody holds it any more, or nobody can be told from what it says. */
function holder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
