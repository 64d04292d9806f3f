import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureAssets } from '../../support/assets';

const PROJECT = join(__dirname, '../../..');
/** What a synthesis needs of the project. */
const PARTS = [
  'scripts',
  'constructs',
  'environments',
  'link',
  'relay',
  'cli',
  'terminal',
  'main.ts',
  'cdktf.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  // The assets, with what they were made from.
  'dist/.bundled',
  'dist/.stamps',
  'dist/cli',
  'dist/publishing',
  'dist/relay',
];

let folder: string;
let copied: number;
const zip = () => statSync(join(folder, 'dist/relay/relay.zip')).ino;

beforeAll(() => {
  ensureAssets();
  // A folder of its own: these tests edit sources.
  folder = mkdtempSync(join(tmpdir(), 'synth-'));
  for (const part of PARTS) cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  copied = zip();
  expect(synth('first')).toEqual({ status: 0, stderr: '' });
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = (outdir: string) => ({
  ...process.env,
  CDKTF_OUTDIR: join(folder, 'out', outdir),
  CHECKPOINT_DISABLE: '1',
});

function synth(outdir: string) {
  mkdirSync(join(folder, 'out', outdir), { recursive: true });
  const options = { cwd: folder, encoding: 'utf8', env: settings(outdir) } as const;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/synth.cjs'], options);
  return { status, stderr };
}

/** The real one; the Terraform that it starts ends at `init`, which comes after the synthesis. */
function cdktf(words: string[], outdir: string): string {
  const terraform = join(folder, 'bin/terraform');
  mkdirSync(dirname(terraform), { recursive: true });
  writeFileSync(terraform, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const program = join(PROJECT, 'node_modules/cdktf-cli/bundle/bin/cdktf');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...words, '--output', join(folder, 'out', outdir)],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...settings(outdir), TERRAFORM_BINARY_NAME: terraform, CI: 'true' },
    },
  );
  return stdout + stderr;
}

const kept = () =>
  (JSON.parse(readFileSync(join(folder, 'dist/.synth/main/current.json'), 'utf8')) as { name: string }).name;
const bundle = () => statSync(join(folder, 'dist/.synth/main', `${kept()}.cjs`)).ino;
const written = (outdir: string, stack: string) =>
  statSync(join(folder, 'out', outdir, 'stacks', stack, 'cdk.tf.json')).mtimeMs;
const stacks = (outdir: string) => readdirSync(join(folder, 'out', outdir, 'stacks')).sort();
const manifest = (outdir: string) => readFileSync(join(folder, 'out', outdir, 'manifest.json'), 'utf8');

test('builds no asset that came along with the sources', () => {
  expect(zip()).toBe(copied);
});

test('bundles nothing when nothing has changed, and anew when an environment was edited', () => {
  const before = { name: kept(), bundle: bundle() };
  expect(synth('again')).toEqual({ status: 0, stderr: '' });
  expect({ name: kept(), bundle: bundle() }).toEqual(before);
  const file = join(folder, 'environments/dev.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace("environment: 'dev'", "environment: 'edited'"));
  expect(synth('again')).toEqual({ status: 0, stderr: '' });
  expect(kept()).not.toBe(before.name);
  expect(readFileSync(join(folder, 'out/again/stacks/dev/cdk.tf.json'), 'utf8')).toContain(
    '"environment": "edited"',
  );
}, 600_000);

test('cdktf diff dev writes all in a fresh folder, deploy dev after it dev alone', () => {
  expect(cdktf(['diff', 'dev'], 'commands')).toContain('terraform init failed');
  expect(stacks('commands')).toEqual(['dev', 'local', 'prod', 'staging']);
  const [all, prod, dev] = [manifest('commands'), written('commands', 'prod'), written('commands', 'dev')];
  expect(cdktf(['deploy', 'dev', '--auto-approve'], 'commands')).toContain('terraform init failed');
  expect(stacks('commands')).toEqual(['dev', 'local', 'prod', 'staging']);
  expect(manifest('commands')).toBe(all);
  expect(written('commands', 'prod')).toBe(prod);
  expect(written('commands', 'dev')).not.toBe(dev);
}, 600_000);

test('two at once, with nothing kept, both write everything', async () => {
  rmSync(join(folder, 'dist/.synth'), { recursive: true });
  for (const name of ['one', 'two']) mkdirSync(join(folder, 'out', name), { recursive: true });
  const run = (name: string) =>
    promisify(execFile)(process.execPath, ['scripts/synth.cjs'], { cwd: folder, env: settings(name) });
  await Promise.all(['one', 'two'].map(run));
  expect(stacks('one')).toEqual(['dev', 'local', 'prod', 'staging']);
  expect(manifest('two')).toBe(manifest('one'));
}, 600_000);

test('an error names the line of the source', () => {
  const file = join(folder, 'environments/index.ts');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    `${text}\nexport function broken(): never {\n  throw new TypeError('on purpose');\n}\nbroken();\n`,
  );
  const { status, stderr } = synth('broken');
  expect(status).toBe(1);
  expect(stderr).toContain('TypeError: on purpose');
  expect(stderr).toContain(`${file}:${text.split('\n').length + 2}:`);
}, 600_000);
