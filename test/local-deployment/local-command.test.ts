import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './processes';

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'local-command-'));
});

afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const local = (...args: string[]) => new Program('local/cli/main.ts', args, { TMPDIR: temporary });

it('prints one JSON line with endpoints and environment, and runs until it is stopped', async () => {
  const program = local('--json');
  await program.prints(/\n/);
  const { endpoints, environment } = JSON.parse(program.stdout) as {
    endpoints: Record<string, string>;
    environment: Record<string, string>;
  };
  expect(environment).toMatchObject({
    HTTPS_PROXY: endpoints.proxy,
    ARM_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001',
    TF_REATTACH_PROVIDERS: expect.stringContaining('hashicorp/azurerm'),
  });
  const inbox = await fetch(`${endpoints.control}/inbox`);
  expect(await inbox.json()).toEqual([]);

  program.child.kill('SIGTERM');
  expect(await program.exitCode()).toBe(0);
  expect(program.stdout.trim().split('\n')).toHaveLength(1);
  expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
});

it('prints lines for a shell without --json', async () => {
  const program = local();
  await program.prints(/export HTTPS_PROXY=http:\/\/127\.0\.0\.1:\d+\n/);
  expect(program.stdout).toMatch(/control API {2}http:\/\/127\.0\.0\.1:\d+/);
  program.interrupt();
  expect(await program.exitCode()).toBe(0);
});

it.each(['--help', '-h'])('prints its options for %s, and starts nothing', async (flag) => {
  const program = local(flag);
  expect(await program.exitCode()).toBe(0);
  expect(program.stdout).toMatch(/^usage: npm run local/);
  expect(program.stderr).toBe('');
});

it('says which option to change when a port is in use', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const program = local('--control-port', String(port));
  expect(await program.exitCode()).toBe(1);
  expect(program.stderr).toContain(String(port));
  expect(program.stderr).toContain('in use');
  taken.close();
});

it.each([
  [['--port', 'http'], "--port takes a port from 1 to 65535, got 'http'"],
  [['--control-port', '0'], "--control-port takes a port from 1 to 65535, got '0'"],
  [['--clock-speed', '-1'], 'clock-speed'],
  [['--clock-speed=fast'], "--clock-speed takes a number greater than 0, got 'fast'"],
  [['--jsn'], "Unknown option '--jsn'"],
])('refuses %j with exit code 2 and the usage', async (args, problem) => {
  const program = local(...args);
  expect(await program.exitCode()).toBe(2);
  expect(program.stderr).toContain(problem);
  expect(program.stderr).toContain('usage: npm run local');
  expect(program.stdout).toBe('');
});
