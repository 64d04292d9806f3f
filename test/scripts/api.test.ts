import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

function node(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('API.md is what the sources say, and they say something about every export, property and default', () => {
  expect(node('scripts/api.mjs', '--check')).toEqual({ status: 0, output: '' });
});

describe('of other sources', () => {
  let found: { missing: string[]; page: string };

  beforeAll(() => {
    const { output } = node(
      '--input-type=module',
      '--eval',
      `import { missingWords } from './scripts/api/missing-words.mjs';
       import { readModules } from './scripts/api/project.mjs';
       import { renderApi } from './scripts/api/render.mjs';
       const modules = await readModules({ hubs: 'test/scripts/api/exports.ts' });
       console.log(JSON.stringify({ missing: missingWords(modules), page: renderApi(modules) }));`,
    );
    found = JSON.parse(output) as typeof found;
  });

  test('it finds what has no words and no default, where words of what it extends do not count', () => {
    const file = 'test/scripts/api/exports.ts';
    expect(found.missing).toEqual([
      `${file}: HubProps.tags says nothing`,
      `${file}: HubProps.tags has no @default`,
      `${file}: HubProps.app.bundleId says nothing`,
      `${file}: NamespaceProps says nothing`,
      `${file}: NamespaceProps.tags says nothing`,
      `${file}: NamespaceProps.tags has no @default`,
      `${file}: NamespaceProps.app.bundleId says nothing`,
      `${file}: Hub.props says nothing`,
      `${file}: Hub.send says nothing`,
    ]);
  });

  test.each([
    ['a heading for each export', '#### NamespaceProps\n'],
    ['an anchor for each property', '<a id="hubprops-name"></a>`name`'],
    ['an anchor for those of objects within', '<a id="hubprops-app-bundleid"></a>`app.bundleId`'],
    ['properties that are inherited', '<a id="namespaceprops-name"></a>`name`'],
    ['defaults', "| `'Basic'` |"],
    ['defaults in words', '| none |'],
    ['links to documents', '[docs/scale.md](docs/scale.md)'],
    ['links to types', 'new Hub(props: [HubProps](#hubprops))'],
    ['errors', 'Throws TypeError when the hub is gone'],
  ])('the page has %s', (_, text) => {
    expect(found.page).toContain(text);
  });
});
