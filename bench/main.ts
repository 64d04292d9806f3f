import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `npm run bench {name} [-- options]`: each folder beside this file is a bench; without a name all of them run. */
const benches = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(__dirname, entry.name, 'index.ts')))
  .map(({ name }) => name);
const [name, ...options] = process.argv.slice(2);

if (name !== undefined && !name.startsWith('-') && !benches.includes(name)) {
  process.stderr.write(`unknown bench '${name}'; there are: ${benches.join(', ')}\n`);
  process.exit(2);
}
const chosen = name === undefined || name.startsWith('-') ? benches : [name];
const passed = name === undefined || name.startsWith('-') ? process.argv.slice(2) : options;
for (const bench of chosen) {
  const file = join(__dirname, bench, 'index.ts');
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...passed], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
