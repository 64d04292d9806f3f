import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { unzipSync } from 'fflate';

/** @throws Error when it is no zip, no package of a Function App, or wants to leave its folder. */
export function unpack(zip: Buffer, folder: string): void {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(zip);
  } catch (error) {
    throw new Error(`the package is not a zip: ${(error as Error).message}`, { cause: error });
  }
  if (!files['host.json']) throw new Error('the package has no host.json at its top');
  for (const [name, content] of Object.entries(files)) {
    const path = below(folder, name);
    if (path === undefined) throw new Error(`the package has an entry outside of it: ${name}`);
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Undefined for a path that leads out of the folder, or is the folder itself. */
export function below(folder: string, path: string): string | undefined {
  const whole = join(folder, path);
  return whole.startsWith(folder + sep) && whole !== folder + sep ? whole : undefined;
}
