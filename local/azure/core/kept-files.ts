import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Has the kept folders hold these files and no other. */
export function writeKeptFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const name of Object.values(KEPT_FOLDERS))
    rmSync(join(folder, name), { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { encoding: 'base64', mode: 0o600 });
  }
}
