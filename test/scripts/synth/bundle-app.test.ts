import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plantedFiles } from '../../support/planted-files';

const SYNTH = join(__dirname, '../../../scripts/synth');
const { bundleApp } = require(join(SYNTH, 'bundle-app.cjs')) as {
  bundleApp(
    project: string,
    entry: string,
  ): Promise<{ selfContained: boolean; variables: string[] } | undefined>;
};

const MAIN = "import { tags } from './environments/prod';\nconsole.log(tags);\n";
const PROD = "export { tags } from '../shared/tags';\n";

async function selfContained(files: Readonly<Record<string, string>>) {
  using project = plantedFiles({ 'main.ts': MAIN, 'environments/prod.ts': PROD, ...files });
  return (await bundleApp(project.folder, 'main.ts'))?.selfContained;
}

test('what an app writes is decided by its sources, their helpers and the variables that these name', async () => {
  const tags = 'export const tags = { owner: process.env.OWNER };';
  expect(await selfContained({ 'shared/tags.ts': tags })).toBe(true);
});

test.each([
  [
    'a helper',
    { 'shared/tags.ts': "import { readFileSync } from 'fs';\nexport const tags = readFileSync('tags');" },
  ],
  [
    "a helper's helper",
    {
      'shared/tags.ts': "export { tags } from './read';",
      'shared/read.ts': "export const tags = require('node:fs').readFileSync('tags');",
    },
  ],
  [
    'a package',
    {
      'shared/tags.ts': "export { tags } from 'tags-of-file';",
      'node_modules/tags-of-file/index.js': "exports.tags = require('fs').readFileSync('tags');",
    },
  ],
  [
    'a package from the web',
    {
      'shared/tags.ts': "export { tags } from 'tags-of-web';",
      'node_modules/tags-of-web/index.js': "exports.tags = fetch('https://contoso.com/tags');",
    },
  ],
  [
    "cdktf's asset",
    {
      'shared/tags.ts': "import { TerraformAsset } from 'cdktf';\nexport const tags = new TerraformAsset();",
      'node_modules/cdktf/index.js': 'exports.TerraformAsset = class {};',
    },
  ],
])('it is decided elsewhere too when %s reads', async (_, files) =>
  expect(await selfContained(files)).toBe(false),
);

test.each([
  ['a helper', { 'shared/tags.ts': "import { env } from 'node:process';\nexport const tags = { ...env };" }],
  ['a helper in parts', { 'shared/tags.ts': 'const { env } = process;\nexport const tags = { ...env };' }],
  [
    'a package',
    {
      'shared/tags.ts': "export { tags } from 'tags-of-environment';",
      'node_modules/tags-of-environment/index.js': 'exports.tags = { ...process.env };',
    },
  ],
])('it is decided elsewhere too when %s reads variables that it does not name', async (_, files) =>
  expect(await selfContained(files)).toBe(false),
);

test('variables that a package names are known', async () => {
  using project = plantedFiles({
    'main.ts': "import { tags } from 'tags-of-environment';\nconsole.log(tags, process.env.STAGE);\n",
    'node_modules/tags-of-environment/index.js': 'exports.tags = { owner: process.env.OWNER };',
  });
  expect(await bundleApp(project.folder, 'main.ts')).toMatchObject({
    selfContained: true,
    variables: ['OWNER', 'STAGE'],
  });
});

test('what is loaded when it is called counts as its package', async () => {
  const archiver = { 'node_modules/archiver/index.js': "module.exports = () => require('fs');" };
  const tags = "import archiver from 'archiver';\nexport const tags = archiver();";
  expect(await selfContained({ 'shared/tags.ts': tags, ...archiver })).toBe(false);
});

describe('beside other processes', () => {
  const KEPT = 'dist/.synth/main';
  const OLD = '0123456789abcdef';

  test('what they have not yet written whole is let be, and what an earlier app left is gone', async () => {
    const whole = ['cjs', 'map', 'stamp.json', '201672095.v8'].map((end) => `${OLD}.${end}`);
    const halfWritten = ['current.json', ...whole].map((name) => `${name}.4711`);
    using project = plantedFiles({
      'main.ts': "console.log('today');",
      ...Object.fromEntries([...whole, ...halfWritten].map((name) => [`${KEPT}/${name}`, ''])),
    });
    await bundleApp(project.folder, 'main.ts');
    const kept = readdirSync(join(project.folder, KEPT));
    expect(kept).toEqual(expect.arrayContaining(halfWritten));
    expect(kept.filter((name) => whole.includes(name))).toEqual([]);
  });

  test('an app runs whose compiled code another one removes as it is read', () => {
    using project = plantedFiles({ 'main.ts': "console.log('today');" });
    const script = `
      const fs = require('node:fs');
      const { readFileSync } = fs;
      fs.readFileSync = (path, ...how) => {
        if (String(path).endsWith('.v8')) fs.rmSync(path);
        return readFileSync(path, ...how);
      };
      require('${SYNTH}/bundle-app.cjs').bundleApp('${project.folder}', 'main.ts')
        .then((app) => require('${SYNTH}/run-app.cjs').runApp(app, '${project.folder}/main.ts'));`;
    for (const _ of ['without compiled code', 'with it']) {
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
      expect({ stdout, stderr }).toEqual({ stdout: 'today\n', stderr: '' });
    }
  });
});

describe('the app of this project', () => {
  const PROJECT = join(__dirname, '../../..');

  test('writes what its code and the variables that it names decide', async () => {
    expect(await bundleApp(PROJECT, 'main.ts')).toMatchObject({
      selfContained: true,
      variables: ['ACS_PUSH_KEPT_STACKS', 'ACS_PUSH_STATE_DIR'],
    });
  });
});

describe('in a checkout of somebody else', () => {
  /** Bundles and runs the app as a user that may write nothing there. */
  function run(folder: string) {
    for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
      chmodSync(join(folder, name), 0o555);
    }
    const script = `require('${SYNTH}/bundle-app.cjs').bundleApp('${folder}', 'main.ts')
      .then((app) => require('${SYNTH}/run-app.cjs').runApp(app, '${folder}/main.ts'));`;
    const uid = process.getuid?.() === 0 ? 65534 : undefined;
    return spawnSync(process.execPath, ['-e', script], { uid, encoding: 'utf8' });
  }
  const writable = (folder: string) => {
    for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
      chmodSync(join(folder, name), 0o755);
    }
  };

  test('what is kept of an app that changed is let be, and the app of today runs', async () => {
    using project = plantedFiles({ 'main.ts': "console.log('before');" });
    await bundleApp(project.folder, 'main.ts');
    const kept = () => readdirSync(join(project.folder, 'dist/.synth/main')).sort();
    const before = kept();
    writeFileSync(join(project.folder, 'main.ts'), "console.log('today');");
    const { stdout, stderr } = run(project.folder);
    expect({ stdout, stderr }).toEqual({ stdout: 'today\n', stderr: '' });
    expect(kept()).toEqual(before);
    writable(project.folder);
  });

  test("an app's own error names its line, though nothing could be kept", () => {
    using project = plantedFiles({ 'main.ts': "const why = 'on purpose';\nthrow new TypeError(why);" });
    const { stderr } = run(project.folder);
    expect(stderr).toContain('TypeError: on purpose');
    expect(stderr).toContain(`${join(project.folder, 'main.ts')}:2:`);
    writable(project.folder);
  });
});
