// Gives every entry of package-lock.json the hash that `npm ci` holds its tarball against. npm writes the hashes of what
// it has fetched; of an optional package of another platform, in a node_modules that was there before the lock file, it
// fetches nothing and writes none. Addresses are left out (.npmrc), so that the file holds for any registry.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const LOCKFILE = join(dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
const AT_ONCE = 4;

const lockfile = JSON.parse(readFileSync(LOCKFILE, 'utf8'));
const missing = Object.entries(lockfile.packages).filter(([path, entry]) => lacksHash(path, entry));
for (let at = 0; at < missing.length; at += AT_ONCE) {
  await Promise.all(
    missing.slice(at, at + AT_ONCE).map(async ([path, { version, ...rest }]) => {
      const name = rest.name ?? path.split('node_modules/').at(-1);
      lockfile.packages[path] = { version, integrity: await hashOf(`${name}@${version}`), ...rest };
    }),
  );
}
for (const entry of Object.values(lockfile.packages)) if (!entry.link) delete entry.resolved;
writeFileSync(LOCKFILE, `${JSON.stringify(lockfile, null, 2)}\n`);
process.stdout.write(`package-lock.json: ${missing.length} hashes written, none is missing\n`);

/** What another package carries within itself, or what is a folder of this project, is no tarball. */
function lacksHash(path, { integrity, inBundle, link }) {
  return path.includes('node_modules/') && !inBundle && !link && integrity === undefined;
}

/** As the registry tells it. */
async function hashOf(wanted) {
  const { stdout } = await promisify(execFile)('npm', ['view', wanted, 'dist.integrity']);
  const hash = stdout.trim();
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(hash)) {
    throw new Error(`the registry tells no sha512 of ${wanted}, got ${hash || 'nothing'}`);
  }
  return hash;
}
