import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../testing/local/deployment';
import { DEPLOY_TIMEOUT_MS } from './deployed';
import { picture, textOf } from '../support/terminal-picture';
import { Watched } from '../support/terminal';
import { living, Program } from './processes';

let folder: string;
let temporary: string;

// One for all: tsx keeps there what it compiled, and every start after the first has it.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-command-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (args: string[] = [], environment: Record<string, string> = {}) =>
  new Program('demo/start.ts', args, { TMPDIR: temporary, ...environment });

/** But for what tsx compiled. */
const leftovers = () => readdirSync(temporary).filter((name) => !name.startsWith('tsx-'));

const PICTURE = join(PROJECT, 'docs/images/npm-start.svg');

/** Without what is another one in each run: how long it took, where it listens, names that are made of it. */
const masked = (rows: readonly string[]) =>
  rows.map((row) =>
    row
      .replace(/\d+(\.\d)? (min|s)\b( \d+ s)?/g, 'T')
      .replace(/127\.0\.0\.1:\d+/g, 'HOST')
      .trimEnd(),
  );

it(
  'deploys, reads the link back, lets a call and a chat message through, looks as in the README, and leaves nothing behind',
  async () => {
    const program = new Watched('demo/start.ts', [], { environment: { TMPDIR: temporary }, rows: 40 });
    expect(await program.exitCode()).toBe(0);
    const rows = await program.rows();
    const text = rows.join('\n');
    expect(text).toMatch(/^ {2}\+ Push\/CallingHub {2}azapi_resource, /m);
    expect(text).toMatch(/✔ cdktf deploy local: \d+ resources made/);
    expect(text).toContain('✔ second deploy: No changes');
    expect(text).toContain('✔ link read back');
    expect(text).toMatch(/^ +linked hub +settled: /m);
    expect(text).toMatch(/^ +relay hub +settled: /m);
    expect(text).toContain('Alice: Are you there?');
    // The steps from the deploy on, and the summary: what was made before is scrolled away.
    const first = rows.findIndex((row) => row.includes('cdktf deploy local:'));
    const seen = Array.from({ length: rows.length - first }, (_, row) => first + row);
    expect(rows.length - rows.indexOf('') + 1).toBeLessThanOrEqual(24);
    if (process.env.UPDATE_SCREENSHOTS) {
      writeFileSync(PICTURE, picture(await program.buffer(), 'npm start', 80, seen));
    }
    expect(masked(textOf(readFileSync(PICTURE, 'utf8')))).toEqual(masked(rows.slice(first)));
    expect(leftovers()).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);

/** A line that `--keep` printed, in a shell of its own that has its environment; ended by Ctrl-C once it prints that. */
function inShell(
  sourcing: string,
  command: string,
  until?: RegExp,
): Promise<{ code: number | null; printed: string }> {
  const child = spawn('sh', ['-c', `${sourcing} && exec ${command}`], {
    cwd: PROJECT,
    // A terminal in which somebody worked with another Azure before.
    env: { ...process.env, ARM_SKIP_PROVIDER_REGISTRATION: 'true', ARM_CLIENT_ID: 'another', CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      // Once: what it prints on that comes when it may have ended.
      if (interrupted || !until?.test(printed)) return;
      interrupted = true;
      process.kill(-child.pid!, 'SIGINT');
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, printed })));
}

describe('with --keep', () => {
  const config = join(PROJECT, 'cdktf.json');
  let kept: Buffer;

  // `rotate` writes down which key is linked with.
  beforeEach(() => (kept = readFileSync(config)));
  afterEach(() => writeFileSync(config, kept));

  it(
    'prints commands that work as they are printed, and leaves nothing behind when it is stopped',
    async () => {
      const program = start(['--keep', '--verbose']);
      try {
        await program.prints(/ npx cdktf deploy [^\n]*\n/);
        const [sourcing, ...commands] = program.stdout
          .split('In another terminal')[1]!
          .split('\n')
          .filter((line) => line.startsWith('  '))
          .map((line) => line.trim());
        expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
          'npx acs-push verify',
          'npx acs-push test-call',
          'npx acs-push test-send',
          'npx acs-push test-send',
          'npx acs-push replay',
          'npx acs-push rotate',
          'npx cdktf deploy',
        ]);
        for (const command of commands) {
          // A rotation takes half an hour; it is under way once it waits for the data plane.
          const rotation = command.includes(' rotate ');
          const { code, printed } = await inShell(sourcing!, command, rotation ? /waiting until/ : undefined);
          expect(rotation ? printed : `${command}: ${code}\n${printed}`).toMatch(
            rotation ? /run it again/ : `${command}: 0\n`,
          );
          if (command.startsWith('npx cdktf')) expect(printed).toContain('No changes.');
        }
        expect(program.stdout.match(/APNs → device [^\n]+\n\s+\{.*"aps"/g)).toHaveLength(2);
        expect(program.stdout.match(/FCM {2}→ device [^\n]+\n\s+\{.*"message"/g)).toHaveLength(2);
        for (const [url] of program.stdout.matchAll(/(?<= {2}page {20})\S+/g)) {
          expect((await fetch(url)).status).toBe(200);
        }
      } finally {
        program.interrupt();
      }
      expect(await program.exitCode()).toBe(130);
      expect(leftovers()).toEqual([]);
    },
    2 * DEPLOY_TIMEOUT_MS,
  );
});

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

it('ends as when it is interrupted, without a word of its own, when nobody reads its output any more', async () => {
  const program = start();
  await program.prints(/\n/);
  program.child.stdout!.destroy();
  expect(await program.exitCode()).toBe(130);
  expect(program.stderr).toBe('');
  expect(leftovers()).toEqual([]);
});

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
    const program = start(['--providers', 'real', '--quiet'], { TF_CLI_CONFIG_FILE: configuration });
    expect(await program.exitCode()).toBe(1);
    expect(program.stdout).toBe('');
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
