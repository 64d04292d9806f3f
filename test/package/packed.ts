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
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const KEPT = join(PROJECT, 'dist', '.packed');
/** How often it is looked whether another is ready, in milliseconds. */
const LOOK_MS = 200;
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
  if (!existsSync(kept)) alone(() => existsSync(kept) || pack(kept));
  const { filename, files } = JSON.parse(readFileSync(join(kept, 'packed.json'), 'utf8')) as Answer;
  return { tarball: join(kept, filename), files: files.map(({ path }) => path) };
}

/** What `npm pack --json` says of a package. */
interface Answer {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packing takes minutes of processor time, and two workers come to it at once: the second waits for what the first makes.
 */
function alone(make: () => void): void {
  mkdirSync(KEPT, { recursive: true });
  const lock = join(KEPT, '.lock');
  while (!taken(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  try {
    make();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Takes a lock, from a process that is no more too. */
function taken(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isOrphaned(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isOrphaned(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Between its making and its writing it is empty.
    if (holder > 0) process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function pack(kept: string): void {
  const own = `${kept}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  const checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  try {
    cpSync(PROJECT, checkout, {
      recursive: true,
      filter: (source) => !SKIPPED.has(relative(PROJECT, source)),
    });
    symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
    const [answer] = JSON.parse(npm(checkout, 'pack', '--json', '--pack-destination', own)) as unknown[];
    writeFileSync(join(own, 'packed.json'), JSON.stringify(answer));
  } finally {
    rmSync(checkout, { recursive: true, force: true });
  }
  for (const other of readdirSync(KEPT)) {
    // Of sources that are no more; the others are the lock and what is being made, by whoever has it.
    if (!other.includes('.') && other !== basename(kept))
      rmSync(join(KEPT, other), { recursive: true, force: true });
  }
  try {
    renameSync(own, kept);
  } catch (error) {
    // A lock of a process that is no more may be taken by two.
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
}

/** The same for the same files, by name and content: some tests write a file of the project and put it back. */
function signature(): string {
  const hash = createHash('sha256');
  const add = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (SKIPPED.has(relative(PROJECT, path))) continue;
      if (entry.isDirectory()) add(path);
      else {
        const content = readFileSync(path);
        hash.update(`${relative(PROJECT, path)} ${content.length}\n`).update(content);
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
