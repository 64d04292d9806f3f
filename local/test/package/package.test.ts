import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { install, pack, type Packed } from './packed';

let folder: string;
let project: string;
let packed: Packed;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'acs-push-local-'));
  project = join(folder, 'project');
  packed = pack(folder);
  install(packed, project);
  cpSync(join(__dirname, 'consumer'), join(project, 'consumer'), { recursive: true });
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (script: string, ...args: string[]) =>
  (
    await promisify(execFile)(process.execPath, [join(project, 'consumer', script), ...args], {
      maxBuffer: 2 ** 28,
    })
  ).stdout;

/** The command as npx runs it, in a folder with nothing in it, until its first line. */
async function command(...args: string[]): Promise<{ child: ChildProcess; line: string; cwd: string }> {
  const cwd = mkdtempSync(join(project, 'empty-'));
  const child = spawn('npx', ['--offline', '--no', '--', 'acs-push-local', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface(child.stdout!);
  const [line] = (await once(lines, 'line')) as [string];
  return { child, line, cwd };
}

/** Ends what npx has started, as a terminal does. */
async function end({ child }: { child: ChildProcess }): Promise<void> {
  const exited = once(child, 'exit');
  process.kill(-child.pid!, 'SIGINT');
  await exited;
}

describe('the packed acs-push-local', () => {
  it('has programs, declarations, papers, and no source or test', () => {
    for (const file of [
      ...['README.md', 'CHANGELOG.md', 'LICENSE', 'docs/local-azure.md', 'package.json'],
      ...['bin/acs-push-local.cjs', 'dist/index.cjs', 'dist/index.d.ts', 'dist/functions/host.cjs'],
      ...['dist/THIRD-PARTY-NOTICES.txt', 'dist/terraform/protocol/tfplugin6.proto'],
    ]) {
      expect(packed.files).toContain(file);
    }
    expect(packed.files.filter((file) => /(?<!\.d)\.ts$|test|\.declarations/.test(file))).toEqual([]);
  });

  it('needs no package but Azurite', () => {
    const manifest = execFileSync('tar', ['-xzOf', packed.tarball, 'package/package.json'], {
      encoding: 'utf8',
    });
    expect(Object.keys((JSON.parse(manifest) as { dependencies: object }).dependencies)).toEqual(['azurite']);
  });

  it('runs by npx in an empty folder, and real Terraform deploys into it', async () => {
    const running = await command('--json');
    const { environment, endpoints } = JSON.parse(running.line) as {
      environment: Record<string, string>;
      endpoints: { control: string };
    };
    const env = { PATH: process.env.PATH, HOME: folder, ...environment };
    const terraform = (...args: string[]) =>
      promisify(execFile)('terraform', args, { cwd: join(project, 'consumer'), env });
    await terraform('init', '-input=false', '-no-color');
    await terraform('apply', '-auto-approve', '-input=false', '-no-color');
    const told = await fetch(`${endpoints.control}/activity-log`);
    expect(((await told.json()) as { operationName: string }[]).map((one) => one.operationName)).toEqual([
      'Microsoft.Resources/subscriptions/resourceGroups/write',
      'Microsoft.ManagedIdentity/userAssignedIdentities/write',
    ]);
    const page = await fetch(`${endpoints.control}/page.js`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    await end(running);
    expect(readdirSync(running.cwd)).toEqual([]);
  });

  it('prints what a shell takes by --env', async () => {
    const running = await command('--env');
    expect(running.line).toMatch(/^export HTTPS_PROXY=http:\/\/127\.0\.0\.1:\d+$/);
    await end(running);
  });

  it('is imported by an ES module and by CommonJS, which starts with the snapshot of the other', async () => {
    const snapshot = join(folder, 'snapshot.json');
    mkdirSync(folder, { recursive: true });
    writeFileSync(snapshot, await run('fill.mjs'));
    expect(JSON.parse(await run('load.cjs', snapshot))).toEqual({ names: ['packed'], gone: 404 });
  });

  it('has types that compile as strictly as can be, without a package of its own', () => {
    const tsc = join(project, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', join(project, 'consumer')], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
