// Writes the tables of docs/: props of their declarations, costs of the price list in docs/costs.md, assumptions about
// Azure of judges/live.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pages } from './pages';

const project = join(__dirname, '../..');
const pages = new Pages(project);
for (const [path, text] of pages.made()) {
  if (text === pages.current.get(path)) continue;
  writeFileSync(join(project, path), text);
  process.stdout.write(`${path}\n`);
}
