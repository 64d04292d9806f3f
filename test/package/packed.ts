import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const KEPT = join(PROJECT, 'dist', '.packed');
const SKIPPED = new Set(['node_modules', 'dist', '.git', 'cdktf.out', 'test', 'bench']);

export interface Packed {
  /** The file that `npm pack` made. */
  readonly tarball: string;
  /** What is in it, relative to the package's root. */
  readonly files: readonly string[];
}

/**
 * The package as `npm pack` makes it of a copy of the sources, so that nothing built earlier gets into it. Made once for
 * the same sources, and kept for all suites that install it.
 */
export function packed(): Packed {
  const kept = join(KEPT, signature());
  if (!existsSync(kept)) pack(kept);
  const { filename, files } = JSON.parse(readFileSync(join(kept, 'packed.json'), 'utf8')) as Answer;
  return { tarball: join(kept, filename), files: files.map(({ path }) => path) };
}

/** What `npm pack --json` says of a package. */
interface Answer {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Two suites may do so at a time: the second finds the first one's, and takes its own away. */
function pack(kept: string): void {
  const own = `${kept}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  const checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  cpSync(PROJECT, checkout, {
    recursive: true,
    filter: (source) => !SKIPPED.has(relative(PROJECT, source)),
  });
  symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
  const [answer] = JSON.parse(npm(checkout, 'pack', '--json', '--pack-destination', own)) as unknown[];
  writeFileSync(join(own, 'packed.json'), JSON.stringify(answer));
  rmSync(checkout, { recursive: true, force: true });
  for (const other of existsSync(KEPT) ? readdirSync(KEPT) : []) {
    // Of sources that are no more; what another process is making has its number behind the name.
    if (!other.includes('.')) rmSync(join(KEPT, other), { recursive: true, force: true });
  }
  try {
    renameSync(own, kept);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
}

/** The same for the same files: by name, size and time of change. */
function signature(): string {
  const hash = createHash('sha256');
  const add = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (SKIPPED.has(relative(PROJECT, path))) continue;
      if (entry.isDirectory()) add(path);
      else {
        const { mtimeMs, size } = statSync(path);
        hash.update(`${relative(PROJECT, path)} ${size} ${mtimeMs}\n`);
      }
    }
  };
  add(PROJECT);
  return hash.digest('hex').slice(0, 16);
}

export function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
