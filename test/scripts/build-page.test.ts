import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FILES = ['page.js', 'page.css', 'index.html'].map((name) => join(ROOT, 'local/dist/page', name));

const build = () => execFileSync(process.execPath, [join(ROOT, 'scripts/build-page.mjs')]);
const times = () => FILES.map((file) => statSync(file).mtimeMs);

test('the page is built once, though its sources are touched, and again when a file of it is gone', () => {
  build();
  const built = times();
  const source = join(ROOT, 'local/page/browser/page.css');
  utimesSync(source, new Date(), new Date());
  build();
  expect(times()).toEqual(built);
  rmSync(FILES[1]!);
  build();
  expect(times()[1]).toBeGreaterThan(built[1]!);
});

test('the page is built again when anything below its folder has changed', () => {
  build();
  const folder = mkdtempSync(join(ROOT, 'local/page/browser/planted-'));
  try {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    writeFileSync(join(inner, 'late.css'), '');
    // The file alone is newer than what was built, not the folders that it lies in.
    const [built, early] = [Math.min(...times()), new Date(Math.min(...times()) - 60_000)];
    for (const path of [inner, folder, dirname(folder)]) utimesSync(path, early, early);
    build();
    expect(Math.min(...times())).toBeGreaterThan(built);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
