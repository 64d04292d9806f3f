import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments } from '../../environments';
import { local } from '../../environments/local';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'acs-push-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text?: string) {
  if (text !== undefined) writeFileSync(join(folder, 'link-keys.json'), text);
  return loadEnvironments({ local, eu: { ...local, name: 'eu', link: { relinkToken: 'a' } } }, folder);
}

test('an environment links with the key that a rotation wrote down, and keeps its other choices', () => {
  const [first, second] = load('{"eu": "secondary"}');
  expect(first!.link).toEqual({ key: 'primary' });
  expect(second!.link).toEqual({ key: 'secondary', relinkToken: 'a' });
});

test('without the file the environments say it themselves', () => {
  expect(load().map(({ link }) => link.key)).toEqual(['primary', 'primary']);
});

test.each([
  ['{', 'is no JSON'],
  ['[]', 'takes an object, for example {"prod": "secondary"}'],
  ['{"us": "primary"}', 'us: is no environment; known are: local, eu'],
  ['{"eu": "third"}', "eu: takes 'primary' or 'secondary', got 'third'"],
])('the file %p is refused', (text, says) => {
  expect(() => load(text)).toThrow(says);
});
