import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packed } from './packed';

const PROJECT = join(__dirname, '..', '..');
/** Of what is part of the package's programs: use, change and sale for a notice that goes along. */
const BUNDLED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
/** Of what is installed to build and test, and handed on by nobody. */
const INSTALLED = [
  ...BUNDLED,
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  // CDKTF, CDK Terrain and their provider bindings: its terms hold for changed files of theirs.
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
];
/** What does not name its licence as SPDX does, with what is said there. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  jsonify: 'Public Domain',
  'uri-templates': 'http://geraintluff.github.io/tv4/LICENSE.txt',
};

/** Whether an expression of SPDX names allowed licences: one of several by choice, or all together. */
function allows(allowed: readonly string[], expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((part) => allows(allowed, part));
  return plain.split(' AND ').every((name) => allowed.includes(name));
}

it('a licence of several is taken by choice, or all of them together', () => {
  expect(allows(['MIT'], '(MIT OR GPL-3.0-or-later)')).toBe(true);
  expect(allows(['MIT'], 'Apache-2.0 AND MIT')).toBe(false);
  expect(allows(['MIT'], 'GPL-3.0-only')).toBe(false);
});

it('every package of the lock file has a licence that is allowed', () => {
  const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { license?: string; link?: boolean }>;
  };
  const refused = Object.entries(packages).flatMap(([path, { license = 'none', link }]) => {
    const name = path.split('node_modules/').at(-1)!;
    const known = path === '' || link || IN_OTHER_WORDS[name] === license;
    return known || allows(INSTALLED, license) ? [] : [`${name}: ${license}`];
  });
  expect(refused).toEqual([]);
});

describe('THIRD-PARTY-NOTICES.txt', () => {
  let sections: string[];
  const titles = () =>
    sections.flatMap((section) => [...section.matchAll(/^(\S+) \S+ \((.+)\), in (dist.+)$/gm)]);

  beforeAll(() => {
    const name = 'package/dist/THIRD-PARTY-NOTICES.txt';
    const text = execFileSync('tar', ['-xzOf', packed().tarball, name], { encoding: 'utf8' });
    sections = text.split(`\n${'-'.repeat(80)}\n`).slice(1);
  }, 900_000);

  it('names what the relay, the publisher, the command, ./link and local Azure contain, each under a licence that is allowed', () => {
    const within = new Map(titles().map(([, name, , files]) => [name, files]));
    expect(within.get('jose')).toBe('dist/local/kit.cjs, dist/relay/relay.zip');
    expect(within.get('@azure/arm-resources')).toBe(
      'dist/cli/acs-push.cjs, dist/link/packages.cjs, dist/local/kit.cjs',
    );
    expect(within.get('@azure/identity')).toContain('dist/publishing/publish-function-app.cjs');
    expect(within.get('fflate')).toContain('dist/relay/with-templates.cjs');
    expect(within.get('@grpc/grpc-js')).toBe('dist/local/kit.cjs');
    const refused = titles().filter(([, , licence]) => !allows(BUNDLED, licence!));
    expect(refused.map(([title]) => title)).toEqual([]);
  });

  it('has the words of each licence', () => {
    const without = sections.filter((section) => !/copyright/i.test(section) && !/permission/i.test(section));
    expect(without).toEqual([]);
    expect(sections.every((section) => /^(\S+) \S+ \((.+)\), in dist/m.test(section))).toBe(true);
  });
});
