import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own with those files, gone with what uses it. */
export function plantedFiles(
  files: Readonly<Record<string, string>>,
): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'planted-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
