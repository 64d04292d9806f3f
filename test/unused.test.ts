import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { plantedFiles } from './support/planted-files';

const PROJECT = join(__dirname, '..');

/** What knip says of a folder by this project's configuration. */
function knip(folder: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(PROJECT, 'node_modules/knip/bin/knip.js'),
      ...['--config', join(PROJECT, 'knip.jsonc'), '--no-progress', '--no-config-hints'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

test('every file, export and dependency is used', () => {
  expect(knip(PROJECT)).toEqual({ status: 0, said: '' });
});

test('a file, an export and a dependency that nobody uses are found, and one that is not listed', () => {
  using planted = plantedFiles({
    'package.json': '{ "name": "planted", "dependencies": { "forgotten": "1.0.0" } }',
    'constructs/index.ts': "export { used } from './hub';\n",
    'constructs/hub.ts':
      "import 'not-listed';\nexport const used = 1;\nexport const dead = 2;\nexport interface Dead {}\n",
    'constructs/left-behind.ts': 'export const nothing = 1;\n',
  });
  const { status, said } = knip(planted.folder);
  expect(status).toBe(1);
  for (const found of [
    /^Unused files \(1\)\nconstructs\/left-behind\.ts/m,
    /^Unused dependencies \(1\)\nforgotten/m,
    /^Unlisted dependencies \(1\)\nnot-listed/m,
    /^Unused exports \(1\)\ndead /m,
    /^Unused exported types \(1\)\nDead /m,
  ]) {
    expect(said).toMatch(found);
  }
});
