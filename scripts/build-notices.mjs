// Writes dist/THIRD-PARTY-NOTICES.txt: of every package that is part of a bundle, its copyright and licence, which its
// licence wants to go along with every copy.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED } from './bundling.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** By name and version, of which there may be two copies. @type {Map<string, { folder: string, within: Set<string> }>} */
const bundled = new Map();
for (const file of readdirSync(join(project, BUNDLED)).sort()) {
  const { name, packages } = JSON.parse(readFileSync(join(project, BUNDLED, file), 'utf8'));
  for (const folder of packages) {
    const { name: packageName, version, license } = manifestOf(folder);
    const title = `${packageName} ${version} (${license})`;
    if (!bundled.has(title)) bundled.set(title, { folder, within: new Set() });
    bundled.get(title).within.add(`dist/${name}`);
  }
}

/** Packages by the words of their licence, of which many have the same. @type {Map<string, string[]>} */
const notices = new Map();
for (const [title, { folder, within }] of [...bundled].sort(([one], [other]) => (one < other ? -1 : 1))) {
  const text = textOf(folder);
  notices.set(text, [...(notices.get(text) ?? []), `${title}, in ${[...within].join(', ')}`]);
}

writeFileSync(
  join(project, 'dist/THIRD-PARTY-NOTICES.txt'),
  [
    'Programs of this package contain the packages named below, each under its own licence.',
    ...[...notices].map(([text, packages]) => `${packages.join('\n')}\n\n${text}`),
  ].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n',
);

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(project, folder, 'package.json'), 'utf8'));
}

/** Its own words; those of its manifest where it has no file of them. */
function textOf(folder) {
  const files = readdirSync(join(project, folder)).filter((file) => LICENCE_FILE.test(file));
  if (files.length > 0) {
    return files
      .map((file) =>
        readFileSync(join(project, folder, file), 'utf8')
          .replaceAll('\r\n', '\n')
          .trim(),
      )
      .join('\n\n');
  }
  const { author, license, homepage } = manifestOf(folder);
  const by = typeof author === 'string' ? author : author?.name;
  if (!license || !by) {
    throw new Error(
      `${folder} has neither a file LICENSE nor author and licence in package.json: leave it out, or take another`,
    );
  }
  return `Copyright of ${by}${homepage ? `, ${homepage}` : ''}; licence by its package.json: ${license}`;
}
