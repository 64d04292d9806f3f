import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { npm } from './packed';

const PROJECT = join(__dirname, '..', '..');

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

function entriesOf(file: string): [string, Entry][] {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };
  return Object.entries(packages).filter(([path]) => path.includes('node_modules/'));
}

describe('package-lock.json', () => {
  const tarballs = entriesOf(join(PROJECT, 'package-lock.json')).filter(
    ([, { link, inBundle }]) => !link && !inBundle,
  );

  it("has the hash of every tarball (else: 'npm run lock')", () => {
    expect(tarballs.length).toBeGreaterThan(1_000);
    const without = tarballs.filter(([, { integrity }]) => !/^sha512-\S{88}$/.test(integrity ?? ''));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('is what `npm ci` takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ci-'));
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
      cpSync(join(PROJECT, name), join(folder, name));
    }
    // Nothing is fetched: it reads the lock file alone, and refuses one that lacks what package.json or a package wants.
    const flags = ['--dry-run', '--offline', '--ignore-scripts', '--cache', join(folder, 'cache')];
    expect(npm(folder, 'ci', ...flags)).toContain('added');
    rmSync(folder, { recursive: true, force: true });
  });

  it("names no registry (else: 'npm run lock')", () => {
    expect(tarballs.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

describe('npm run lock', () => {
  const HASH = `sha512-${'A'.repeat(86)}==`;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockfile-'));
    mkdirSync(join(folder, 'scripts'));
    cpSync(join(PROJECT, 'scripts/complete-lockfile.mjs'), join(folder, 'scripts/complete-lockfile.mjs'));
    write({
      '': { version: '1.0.0' },
      'node_modules/@an/optional': { version: '2.0.0' },
      'node_modules/of-a-registry': { version: '1.0.0', integrity: HASH, resolved: 'an address' },
      'node_modules/carried': { version: '1.0.0', inBundle: true },
      'node_modules/local': { resolved: 'local', link: true },
    });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(packages: Readonly<Record<string, Entry>>): void {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  }

  /** With a registry that tells the given hash of `@an/optional@2.0.0`, and nothing else. */
  function complete(told: string): string {
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/bin/sh\n[ "$*" = "view @an/optional@2.0.0 dist.integrity" ] && echo "${told}"\n`);
    chmodSync(npm, 0o755);
    return execFileSync(process.execPath, [join(folder, 'scripts/complete-lockfile.mjs')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: [folder, process.env.PATH].join(delimiter) },
    });
  }

  it('writes the hashes that are missing, and takes addresses out', () => {
    expect(complete(HASH)).toContain('1 hashes written');
    expect(Object.fromEntries(entriesOf(join(folder, 'package-lock.json')))).toEqual({
      'node_modules/@an/optional': { version: '2.0.0', integrity: HASH },
      'node_modules/of-a-registry': { version: '1.0.0', integrity: HASH },
      'node_modules/carried': { version: '1.0.0', inBundle: true },
      'node_modules/local': { resolved: 'local', link: true },
    });
  });

  it('writes nothing when the registry tells no sha512', () => {
    const before = readFileSync(join(folder, 'package-lock.json'), 'utf8');
    expect(() => complete('sha1-of-old')).toThrow('the registry tells no sha512 of @an/optional@2.0.0');
    expect(readFileSync(join(folder, 'package-lock.json'), 'utf8')).toBe(before);
  });
});
