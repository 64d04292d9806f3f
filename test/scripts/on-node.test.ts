import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { plantedFiles } from '../support/planted-files';

const NODE = `node_modules/.cache/node/22/node_modules/node-${process.platform}-${process.arch}/bin/node`;

function onNode(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  using planted = plantedFiles(files);
  const script = join(planted.folder, 'scripts', 'on-node.mjs');
  cpSync(join(__dirname, '../../scripts/on-node.mjs'), script);
  if (NODE in files) chmodSync(join(planted.folder, NODE), 0o755);
  const { npm_execpath: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout: stdout.replaceAll(planted.folder, '.'), stderr };
}

test.each([[], ['next'], ['--help'], ['22.x']])('what is no version of Node is refused: %s', (...args) => {
  expect(onNode(args)).toEqual({
    status: 2,
    stdout: '',
    stderr: `on-node takes a version of Node first, got '${args[0] ?? ''}'; for example: npm run test:node -- 22\n`,
  });
});

test('a Node that was brought before runs the tests that are named, and is the one that they find', () => {
  const node = '#!/bin/sh\necho "$0 $*"\ncommand -v node\nexit 3\n';
  expect(onNode(['22', 'test/link', '-w', '1'], { [NODE]: node })).toEqual({
    status: 3,
    stdout: `./${NODE} ./scripts/jest.mjs test/link -w 1\n./${NODE}\n`,
    stderr: '',
  });
});
