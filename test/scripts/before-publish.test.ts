import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { plantedFiles } from '../support/planted-files';

/** What is said before a package with that package.json is published. */
function beforePublish(manifest: object) {
  using planted = plantedFiles({ 'package.json': JSON.stringify(manifest) });
  const script = join(planted.folder, 'scripts', 'before-publish.mjs');
  cpSync(join(__dirname, '../../scripts/before-publish.mjs'), script);
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  return { status, stderr };
}

const repository = 'https://example.com/contoso/push';

test('a package that does not say where it is made is not published, and is told how', () => {
  const { status, stderr } = beforePublish({ repository });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^package\.json does not say where the package is made: bugs, homepage are missing\nnpm pkg set /,
  );
});

test('one that says so is', () => {
  const urls = { repository, bugs: `${repository}/issues`, homepage: `${repository}#readme` };
  expect(beforePublish(urls)).toEqual({ status: 0, stderr: '' });
});
