// Writes the tables of docs/: props of their declarations, costs of the price list in docs/costs.md, assumptions about
// Azure of judges/live; and the pictures of environments.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pages } from './pages';
import { pictures } from './pictures';

const project = join(__dirname, '../..');
for (const [path, text] of [...new Pages(project).made(), ...pictures()]) {
  const file = join(project, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
}
