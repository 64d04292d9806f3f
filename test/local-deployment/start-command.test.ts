import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOY_TIMEOUT_MS } from './deployed';
import { living, Program } from './processes';

let folder: string;
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-command-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (args: string[] = [], environment: Record<string, string> = {}) =>
  new Program('local/start.ts', args, { TMPDIR: temporary, ...environment });

/** Folders of tsx, which keeps compiled files for the next run. */
const leftovers = () => readdirSync(temporary).filter((name) => !name.startsWith('tsx-'));

it(
  'deploys, reads the link back, lets a call and a chat message through, and leaves nothing behind',
  async () => {
    const program = start();
    const code = await program.exitCode();
    expect([code, program.stderr]).toEqual([0, '']);
    const { stdout } = program;
    expect(stdout).toMatch(/\d+ resources created:/);
    expect(stdout).toMatch(/\d+ {2}azapi_resource\n/);
    expect(stdout).toContain('second deploy: No changes.');
    expect(stdout).toMatch(
      /✓ link read back[^\n]*\n\s+\/subscriptions\/\S+\/communicationServices\/\S+\n\s+→ \/subscriptions\/\S+\/notificationHubs\/\S+\n/,
    );
    expect(stdout.match(/APNs → device [^\n]+\n\s+\{.*"aps"/g)).toHaveLength(2);
    expect(stdout.match(/FCM {2}→ device [^\n]+\n\s+\{.*"message"/g)).toHaveLength(2);
    expect(stdout).toContain('Are you there?');
    expect(leftovers()).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'stops all that it started and leaves nothing behind when it is interrupted in the middle',
  async () => {
    const program = start();
    const children = await program.descendantsWith(/^terraform apply/);
    program.interrupt();
    expect(await program.exitCode()).toBe(130);
    expect(program.stdout).toContain('stopped; nothing is left behind');
    expect(living(children)).toEqual([]);
    expect(leftovers()).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'says what to do when terraform init finds no real providers',
  async () => {
    const mirror = join(folder, 'mirror');
    mkdirSync(mirror);
    const configuration = join(folder, 'terraformrc');
    writeFileSync(
      configuration,
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
    );
    const program = start(['--providers', 'real'], { TF_CLI_CONFIG_FILE: configuration });
    expect(await program.exitCode()).toBe(1);
    expect(program.stderr).toContain('cdktf deploy local failed with exit code 1');
    expect(program.stderr).toContain('Failed to query available provider packages');
    expect(program.stderr).toContain('what to do: let terraform init find hashicorp/azurerm and Azure/azapi');
    expect(leftovers()).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);

it.each([
  [['--providers', 'imaginary'], "--providers takes 'stand-in' or 'real', got 'imaginary'"],
  [['--kep'], "Unknown option '--kep'"],
])('refuses %j with exit code 2', async (args, problem) => {
  const program = start(args);
  expect(await program.exitCode()).toBe(2);
  expect(program.stderr).toContain(problem);
  expect(program.stderr).toContain('usage: npm start');
});
