// Of every package that is part of a bundle, its copyright and licence, which its licence wants to go along with every copy.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/**
 * @param {string} project its folder
 * @param {string} file to write
 * @param {readonly { name: string, packages: readonly string[] }[]} bundles by their name in the package, with the folders
 * of the packages that are in them
 */
export function writeNotices(project, file, bundles) {
  /** By name and version, of which there may be two copies. @type {Map<string, { folder: string, within: Set<string> }>} */
  const bundled = new Map();
  for (const { name, packages } of bundles) {
    for (const path of packages) {
      const folder = join(project, path);
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
    file,
    [
      'Programs of this package contain the packages named below, each under its own licence.',
      ...[...notices].map(([text, packages]) => `${packages.join('\n')}\n\n${text}`),
    ].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n',
  );
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Its own words; those of its manifest where it has no file of them. */
function textOf(folder) {
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  if (files.length > 0) {
    return files
      .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
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
