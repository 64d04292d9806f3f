import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keywords, version } from '../../package.json';
import { packed } from './packed';

const PROJECT = join(__dirname, '..', '..');
const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

test('what a host of repositories looks for is there, and says something', () => {
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
    expect(read(file).length).toBeGreaterThan(500);
  }
});

test('the changelog has an Unreleased part, then the version of package.json with its day, latest first', () => {
  const [unreleased, ...released] = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\](?: - (.+))?$/gm)].map(
    ([, name, day]) => ({ name, day }),
  );
  expect(unreleased).toEqual({ name: 'Unreleased', day: undefined });
  expect(released[0]!.name).toBe(version);
  for (const { day } of released) expect(day).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(released.map(({ day }) => day)).toEqual(
    released
      .map(({ day }) => day)
      .sort()
      .reverse(),
  );
});

test('the kinds of change are those of Keep a Changelog', () => {
  const kinds = [...read('CHANGELOG.md').matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);
  expect(kinds.length).toBeGreaterThan(0);
  expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toEqual(
    expect.arrayContaining([...new Set(kinds)]),
  );
});

test('names and logical ids of each released version are written down', () => {
  const released = join(PROJECT, 'test/constructs/push-notifications/released');
  for (const [, name] of read('CHANGELOG.md').matchAll(/^## \[(\d.+?)\]/gm)) {
    expect(existsSync(join(released, `${name}.json`))).toBe(true);
  }
});

test('who has the package has its changelog, its policies and its documents; how to work on it is of the repository', () => {
  const { files } = packed();
  expect(files).toEqual(
    expect.arrayContaining([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'LICENSE',
      'README.md',
      'docs/versioning.md',
    ]),
  );
});

test('the package is found by what it is for', () => {
  expect(keywords).toEqual(
    expect.arrayContaining(['cdktf', 'cdktn', 'azure-communication-services', 'push-notifications']),
  );
  expect(new Set(keywords).size).toBe(keywords.length);
});
