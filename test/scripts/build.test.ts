import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(__dirname, '..', '..', 'scripts', 'build.mjs'), join(folder, 'scripts', 'build.mjs'));
  writeFileSync(join(folder, 'package.json'), '{}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function build(lifecycleEvent: string) {
  return spawnSync(process.execPath, [join(folder, 'scripts', 'build.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, npm_lifecycle_event: lifecycleEvent, NODE_PATH: '' },
  });
}

it('does not fail an install without devDependencies, but says that nothing was built', () => {
  const { status, stderr } = build('prepare');
  expect(status).toBe(0);
  expect(stderr).toContain('dist/ was not built, because typescript, esbuild, fflate are not installed');
});

it('fails when a build was asked for and cannot be made', () => {
  const { status, stderr } = build('build');
  expect(status).toBe(1);
  expect(stderr).toContain('run npm ci && npm run build');
});
