import { execFileSync } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FILES = ['page.js', 'page.css', 'index.html'].map((name) => join(ROOT, 'local/dist/page', name));

const build = () => execFileSync(process.execPath, [join(ROOT, 'scripts/build-page.mjs')]);
const times = () => FILES.map((file) => statSync(file).mtimeMs);

test('the page is built once, and again when a file of it is older than its sources', () => {
  build();
  const built = times();
  build();
  expect(times()).toEqual(built);
  utimesSync(FILES[1]!, 0, 0);
  build();
  expect(times()[1]).toBeGreaterThanOrEqual(built[1]!);
});
