import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAssets } from '../../support/assets';
import { namesNow, type Names } from './released/stacks';

beforeAll(ensureAssets);

const FOLDER = join(__dirname, 'released');
const VERSIONS = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

/** Logical ids and names of a version, written down by released/write.ts when it was released. */
const namesOf = (file: string) =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, Names>;

// What is deployed with a version is found by these: another id or name destroys it and makes it anew.
test.each(VERSIONS)('whatever %s named is still made, under the same logical id and name', (file) => {
  expect(namesNow()).toMatchObject(namesOf(file));
});
