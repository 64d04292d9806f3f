import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Folders of local Azure's whose files are part of what it keeps: storage accounts, and packages of Function Apps. */
export const KEPT_FOLDERS = { azurite: 'azurite', sites: 'sites' } as const;

/** Contents in base64, by path with `/` from the folder that holds the kept folders. */
export function readKeptFiles(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of Object.values(KEPT_FOLDERS)) {
    const kept = join(folder, name);
    if (!existsSync(kept)) continue;
    for (const entry of readdirSync(kept, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[relative(folder, path).split(sep).join('/')] = readFileSync(path, 'base64');
    }
  }
  return files;
}

/** Where files are put together before they take the place of those that are kept. */
const STAGE = 'next';
/** What a path is answered with that no folder can hold beside the others. */
const IMPOSSIBLE_PATH = new Set([
  'EEXIST',
  'EINVAL',
  'EISDIR',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'EILSEQ',
]);

/**
 * Writes files beside the kept ones, which stay as they are until {@link putStagedFiles}.
 * @throws RangeError naming a path that cannot be beside the others
 */
export function stageKeptFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const stage = join(folder, STAGE);
  rmSync(stage, { recursive: true, force: true });
  try {
    for (const [path, content] of Object.entries(files)) writeStaged(stage, path, content);
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    throw error;
  }
}

/** Has the kept folders hold the files that were staged, and no other. */
export function putStagedFiles(folder: string): void {
  const stage = join(folder, STAGE);
  for (const name of Object.values(KEPT_FOLDERS)) {
    rmSync(join(folder, name), { recursive: true, force: true });
    if (existsSync(join(stage, name))) renameSync(join(stage, name), join(folder, name));
  }
  rmSync(stage, { recursive: true, force: true });
}

function writeStaged(stage: string, path: string, content: string): void {
  const file = join(stage, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { encoding: 'base64', mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!IMPOSSIBLE_PATH.has(code ?? '')) throw error;
    throw new RangeError(`files.${path}: cannot be beside the other files (${message})`, { cause: error });
  }
}
