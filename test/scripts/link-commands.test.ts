import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { plantedFiles } from '../support/planted-files';

test("the project's own commands are beside those of its packages, so that npx runs them without installing the project", () => {
  const { prepare } = (require('../../package.json') as { scripts: { prepare: string } }).scripts;
  using project = plantedFiles({
    'package.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      bin: { 'app-command': 'command.cjs' },
      scripts: { prepare },
    }),
    'package-lock.json': JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, packages: {} }),
    'command.cjs': '#!/usr/bin/env node\nconsole.log("own");\n',
    'scripts/build.mjs': '',
  });
  const { folder } = project;
  chmodSync(join(folder, 'command.cjs'), 0o755);
  const script = 'scripts/link-commands.mjs';
  cpSync(join(__dirname, '../..', script), join(folder, script));
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  for (const _ of ['fresh', 'again']) expect(run('npm', 'ci', '--offline')).toMatchObject({ status: 0 });
  expect(run('npx', '--no-install', 'app-command')).toMatchObject({ status: 0, stdout: 'own\n' });
});
