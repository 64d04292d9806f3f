import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cdkCommand } from '../../cli/cdk-command';
import { deploy } from '../../cli/deploy';
import type { Io } from '../../cli/io';
import { silent } from '../../terminal';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-command-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function program(path: string, text = ''): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, path), 0o755);
}

describe('the command line that deploys a project', () => {
  test.each([
    ['cdktf', ['node_modules/.bin/cdktf']],
    ['cdktn', ['node_modules/.bin/cdktn']],
    ['cdktf, where a project has both', ['node_modules/.bin/cdktn', 'node_modules/.bin/cdktf']],
    [
      'cdktn, when the project’s own is nearer',
      ['apps/push/node_modules/.bin/cdktn', 'node_modules/.bin/cdktf'],
    ],
    ['cdktn of the workspace above', ['node_modules/.bin/cdktn']],
    ['cdktf, where none is installed', []],
  ])('is %s', (expected, installed) => {
    for (const path of installed) program(path);
    expect(cdkCommand(join(folder, 'apps/push'))).toBe(expected.slice(0, 5));
  });

  test('is run for a rotation’s own deploy', async () => {
    program('node_modules/.bin/cdktn');
    const ran = join(folder, 'ran');
    program('path/npx', `echo "npx $@" > '${ran}'`);
    await deploy('prod', {
      folder,
      environment: { ...process.env, PATH: `${join(folder, 'path')}${delimiter}${process.env.PATH}` },
      signal: new AbortController().signal,
      progress: silent,
    } as Partial<Io> as Io);
    expect(readFileSync(ran, 'utf8')).toBe('npx cdktn deploy prod --auto-approve\n');
  });
});
