import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');
const ZIP = join(PROJECT, 'dist/relay/relay.zip');

/** Which file the zip is after a build: another one when it was built anew. */
function zipAfterBuild(): number {
  execFileSync(process.execPath, [join(PROJECT, 'scripts/build-assets.mjs')]);
  return statSync(ZIP).ino;
}

it('builds nothing when nothing has changed, and all when something has', () => {
  const built = zipAfterBuild();
  expect(zipAfterBuild()).toBe(built);
  writeFileSync(join(PROJECT, 'dist/.assets'), 'of other sources');
  expect(zipAfterBuild()).not.toBe(built);
});
