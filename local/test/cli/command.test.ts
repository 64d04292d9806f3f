import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DEPLOYER, startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../azure';
import { readFlags, UsageError } from '../../cli/flags';
import { arm, send } from '../support/clients';

const ROOT = join(__dirname, '../../..');
const COMMAND = [join(ROOT, 'scripts/run.cjs'), join(ROOT, 'local/cli/main.ts')];
const USAGE = /usage: acs-push-local/;

let folder: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** What it says when it does not start. */
function refused(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...COMMAND, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, said: stderr };
}

/** Running, with what it printed as JSON. */
async function running(...args: string[]) {
  const child = spawn(process.execPath, [...COMMAND, '--json', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const { endpoints } = JSON.parse(line) as { endpoints: LocalAzure['endpoints'] };
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${endpoints.control}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${endpoints.controlToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return answer.status === 204 ? undefined : ((await answer.json()) as any);
  };
  return { child, endpoints, ask };
}

describe('acs-push-local refuses', () => {
  it.each([
    [['--seed', 'x'], "--seed takes a whole number, got 'x'"],
    [['--port', '70000'], "--port takes a port from 1 to 65535, got '70000'"],
    [['--clock', 'sun'], "--clock takes machine or manual, got 'sun'"],
    [['--clock', 'manual', '--clock-speed', '2'], '--clock-speed is of the clock machine'],
    [['--clock-speed', '0'], "--clock-speed takes a number greater than 0, got '0'"],
    [['--json', '--env'], '--json and --env were both given: choose one'],
    [['--load', 'nowhere.json'], "--load takes a file that is there, got 'nowhere.json'"],
    [['--state', 'package.json'], "--state takes a folder, got 'package.json'"],
    [['--azurerm', '3.0.0'], "--azurerm takes a version from 4.55.0 to 5.x, got '3.0.0'"],
    [['--what'], "'--what'"],
    [['what'], "'what'"],
  ])('%j: it says what it got and what is expected', (args, message) => {
    expect(() => readFlags(args)).toThrow(UsageError);
    expect(() => readFlags(args)).toThrow(message);
  });

  it('a mistake with exit code 2 and its usage, and a file that is no snapshot in the same way', () => {
    const { status, stdout, said } = refused('--load', 'package.json');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(said).toContain('--load package.json is no snapshot: version: Invalid input');
    expect(said).toMatch(USAGE);
  });

  it('a port that is in use, and names its option', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, said } = refused('--control-port', String(port));
    taken.close();
    expect(status).toBe(1);
    expect(said).toBe(
      `local Azure did not start: port ${port} on 127.0.0.1 is in use; free it, or choose another by --control-port, or leave it out to have any free one\n`,
    );
  });
});

describe('acs-push-local', () => {
  it('tells its version and its options', () => {
    expect(refused('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(refused('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(USAGE) });
  });

  it('goes on with a snapshot, at its time, by a clock that stands until it is moved', async () => {
    const azure = await startLocalAzure({ seed: 3 });
    const taken = await azure.snapshot();
    await azure.close();
    const file = join(folder, 'snapshot.json');
    writeFileSync(file, JSON.stringify(taken));
    const { ask, endpoints } = await running('--load', file, '--clock', 'manual', '--seed', '3');
    expect(await ask('GET', '/clock')).toEqual({ now: taken.takenAt, speed: 0 });
    const later = new Date(Date.parse(taken.takenAt) + 60_000).toISOString();
    expect(await ask('POST', '/clock', { advanceSeconds: 60 })).toEqual({ now: later, speed: 0 });
    const { seed, environment } = await ask('GET', '/environment');
    expect(seed).toBe(3);
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining(['HTTPS_PROXY', 'TF_REATTACH_PROVIDERS']),
    );
    expect(environment.ACS_PUSH_LOCAL_TOKEN).toBe(endpoints.controlToken);
    expect(endpoints.page).toBe(`${endpoints.control}/#token=${endpoints.controlToken}`);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends well by %s', async (signal) => {
    const { child } = await running();
    const exited = once(child, 'exit');
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
  });

  it.each([
    ['', [process.execPath, ...COMMAND, '--json']],
    // As npx does: a shell that stays, whoever is gone.
    [' by a shell', ['sh', '-c', '"$@"; true', 'sh', process.execPath, ...COMMAND, '--json']],
  ])('ends when whoever started it%s was killed', async (_, [file, ...args]) => {
    const starter = `
      const { spawn } = require('node:child_process');
      spawn(${JSON.stringify(file)}, ${JSON.stringify(args)}, { stdio: 'inherit', detached: true });
    `;
    const parent = spawn(process.execPath, ['-e', starter], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(parent);
    const lines = createInterface(parent.stdout!)[Symbol.asyncIterator]();
    // What the command prints: it runs.
    expect((await lines.next()).value).toMatch(/^\{"endpoints"/);
    parent.kill('SIGKILL');
    // Its standard output is closed when the last process that has it is gone.
    expect((await lines.next()).done).toBe(true);
  });
});

/** Two kilobytes: what is written takes a while. */
const TAGS = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`filled${index}`, 'x'.repeat(250)]));

describe('local Azure killed in the middle of writes', () => {
  it('has all that it has answered when it starts again, and only whole resources', async () => {
    const answered = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const { child, endpoints } = await running('--state', join(folder, 'state'));
      const remote = { endpoints } as LocalAzure;
      const token = await signIn(remote);
      const exited = once(child, 'exit');
      const enough = answered.size + 40;
      /** Writes one after the other until nobody answers. */
      const writer = async (lane: number) => {
        for (let at = 0; ; at += 1) {
          const name = `rg-${round}-${lane}-${at}`;
          const put = await arm(
            remote,
            'PUT',
            groupId(name),
            '2023-07-01',
            { location: 'westeurope', tags: TAGS },
            token,
          );
          if (put.status >= 300) {
            child.kill();
            throw new Error(`PUT ${name} answered ${put.status}: ${put.text}`);
          }
          answered.add(name);
          if (answered.size >= enough) child.kill('SIGKILL');
        }
      };
      const lanes = await Promise.allSettled([0, 1, 2, 3].map((lane) => writer(lane)));
      expect(lanes.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
      expect(await exited).toEqual([null, 'SIGKILL']);
    }
    const azure = await startLocalAzure({ stateDir: join(folder, 'state') });
    const kept = azure.context.store.list({ type: 'Microsoft.Resources/resourceGroups' });
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining([...answered]));
    // What was under way when it was killed may be there or not: four lanes, three times.
    expect(kept.length - answered.size).toBeLessThanOrEqual(12);
    for (const { tags } of kept) expect(tags).toEqual(TAGS);
    await azure.close();
  });
});

function groupId(name: string): string {
  return `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${name}`;
}

/** Another process's tokens are signed by the key in its folder: it is asked for one as clients do. */
async function signIn(azure: LocalAzure): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: DEPLOYER.clientId,
    client_secret: DEPLOYER.clientSecret,
    scope: 'https://management.azure.com/.default',
  });
  const url = `https://login.microsoftonline.com/${azure.endpoints.tenantId}/oauth2/v2.0/token`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { json } = await send(azure, 'POST', url, { body: form.toString(), headers });
  return (json as { access_token: string }).access_token;
}
