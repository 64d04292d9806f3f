import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy } from '../../cli/deploy';
import type { Io } from '../../cli/io';
import { silent } from '../../terminal';
import { packedCommand } from '../support/assets';
import { machineEnvironment } from '../../testing/local/deployment';

let folder: string;
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says when it runs and when it is interrupted, and what it does then. */
function writeProgram(atInterrupt: string): string {
  const path = join(folder, 'program.cjs');
  writeFileSync(
    path,
    `const { writeFileSync } = require('node:fs');
     const { join } = require('node:path');
     process.on('SIGINT', () => { writeFileSync(join(__dirname, 'asked'), ''); ${atInterrupt} });
     writeFileSync(join(__dirname, 'running.new'), String(process.pid));
     require('node:fs').renameSync(join(__dirname, 'running.new'), join(__dirname, 'running'));
     setInterval(() => {}, 1000);`,
  );
  return path;
}

/** Resolves once there is such a file in the folder. */
function written(name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, look);
    function look() {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

const runs = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the command, while the app of its project runs', () => {
  const start = () => {
    writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ app: 'node program.cjs; true' }));
    const command = spawn(process.execPath, [packedCommand(), 'verify', 'prod'], {
      cwd: folder,
      env: { ...machineEnvironment(), TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    command.stderr.on('data', (chunk) => (err += String(chunk)));
    const ended = once(command, 'close').then(([code]) => ({ code: code as number | null, err }));
    return { command, ended };
  };
  const leftovers = () => readdirSync(temporary);

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends it at %s and leaves nothing', async (name) => {
    writeProgram('process.exit(130);');
    const { command, ended } = start();
    await written('running');
    expect(leftovers()).toHaveLength(1);
    command.kill(name);
    const { code, err } = await ended;
    expect(existsSync(join(folder, 'asked'))).toBe(true);
    expect(err).toContain('acs-push: interrupted\n');
    expect(code).toBe(3);
    expect(leftovers()).toEqual([]);
  });

  it('that does not end: the second time it is killed, and nothing is left either', async () => {
    writeProgram('');
    const { command, ended } = start();
    await written('running');
    const pid = Number(readFileSync(join(folder, 'running'), 'utf8'));
    command.kill('SIGINT');
    await written('asked');
    command.kill('SIGINT');
    expect((await ended).code).toBe(3);
    expect(leftovers()).toEqual([]);
    while (runs(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe('the deploy of a rotation', () => {
  const io = (over: Partial<Io> = {}) =>
    ({
      environment: machineEnvironment(),
      folder,
      err: () => undefined,
      progress: silent,
      signal: new AbortController().signal,
      ...over,
    }) as Io;

  it('by cdktf takes names as they are, whatever a shell would make of them', async () => {
    const npx = join(folder, 'bin', 'npx');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(npx, `#!/bin/sh\nfor word in "$@"; do echo "$word" >> "${folder}/words"; done\n`);
    chmodSync(npx, 0o755);
    const output = '$(touch made) `touch made` "out"';
    const PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
    const environment = { ...machineEnvironment(), PATH, CDKTF_OUTDIR: output };
    await deploy('prod;touch made', io({ environment }));
    expect(readFileSync(join(folder, 'words'), 'utf8').trimEnd().split('\n')).toEqual([
      ...['cdktf', 'deploy', 'prod;touch made', '--auto-approve', '--output', join(folder, output)],
    ]);
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });

  it('by a command of its own is interrupted whole, not the shell alone', async () => {
    writeProgram('process.exit(0);');
    const interrupt = new AbortController();
    const deployed = deploy('prod', io({ signal: interrupt.signal }), 'node program.cjs; true');
    await written('running');
    interrupt.abort();
    await expect(deployed).rejects.toThrow('aborted');
    expect(existsSync(join(folder, 'asked'))).toBe(true);
  });

  it('that is interrupted still tells what Terraform says about it', async () => {
    const said = '╷\n│ Error: Failed to save state\n│ It is in errored.tfstate\n╵\n';
    writeProgram(`console.log(${JSON.stringify(said)}); process.exit(1);`);
    const interrupt = new AbortController();
    let err = '';
    const tell = (text: string) => void (err += text);
    const deployed = deploy('prod', io({ signal: interrupt.signal, err: tell }), 'node program.cjs');
    await written('running');
    interrupt.abort();
    await expect(deployed).rejects.toThrow('aborted');
    expect(err).toBe(said);
  });
});
