import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');
const ZIP = join(PROJECT, 'dist/relay/relay.zip');
const COMMAND = join(PROJECT, 'dist/cli/acs-push.cjs');
const STAMP = join(PROJECT, 'dist/.stamps/relay+relay.zip.json');

/** Which files these are after a build: others when they were built anew. */
function filesAfterBuild() {
  execFileSync(process.execPath, [join(PROJECT, 'scripts/build-assets.mjs')]);
  return { zip: statSync(ZIP).ino, command: statSync(COMMAND).ino };
}

it('builds nothing when nothing has changed, and what has changed alone', () => {
  const built = filesAfterBuild();
  expect(filesAfterBuild()).toEqual(built);
  writeFileSync(
    STAMP,
    readFileSync(STAMP, 'utf8').replace('"relay/templates":[', '"relay/templates-before":['),
  );
  const again = filesAfterBuild();
  expect(again.zip).not.toBe(built.zip);
  expect(again.command).toBe(built.command);
});
