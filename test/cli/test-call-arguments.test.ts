import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallPlacer } from '../../link';
import { machineEnvironment, PROJECT } from '../../testing/local/deployment';
import { ensureAssets } from '../support/assets';
import { CALLBACK, TestCallBench, type Setting } from './test-call-bench';

let bench: TestCallBench;
let folder: string;

beforeAll(async () => {
  bench = await TestCallBench.start();
  folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await bench?.close();
});

const run = (words: readonly string[], setting: Setting = {}) =>
  bench.run(words, { ...setting, io: { folder } });

test('the command as it is packed signs in, calls and reads by the variables of local Azure', async () => {
  ensureAssets();
  const { app } = bench;
  app.services.monitor.setLag({ metricLagMinutes: [0, 0] });
  const { rawId, handle } = bench.registered();
  const options = ['--callback', CALLBACK, '--now', '--ring-for', '1s', '--json'];
  const words = ['test-call', '--communication-service', app.acs, '--user', rawId, ...options];
  const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(PROJECT, 'dist/cli/acs-push.cjs'), ...words],
      { cwd: folder, env: { ...machineEnvironment(), ...app.azure.environment } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, out: stdout || stderr }),
    );
  });
  expect(JSON.parse(out)).toMatchObject({ verdict: 'delivered', call: { answered: false } });
  expect(bench.rung(handle)).toBe(1);
  expect(code).toBe(0);
});

test('Ctrl-C hangs up, as the command is packed', async () => {
  ensureAssets();
  const { app } = bench;
  const ends: string[] = [];
  const publish = jest
    .spyOn(app.services.eventGrid, 'publish')
    .mockImplementation((_, { eventType, data }) => {
      if (eventType.endsWith('.CallEnded')) ends.push((data as { reason: { phrase: string } }).reason.phrase);
    });
  const { rawId } = bench.registered();
  const options = ['--callback', CALLBACK, '--now', '--ring-for', '30s', '--json'];
  const words = ['test-call', '--communication-service', app.acs, '--user', rawId, ...options];
  const command = spawn(process.execPath, [join(PROJECT, 'dist/cli/acs-push.cjs'), ...words], {
    cwd: folder,
    env: { ...machineEnvironment(), ...app.azure.environment },
  });
  let out = '';
  let err = '';
  command.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  command.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    if (err.endsWith('ringing\n')) command.kill('SIGINT');
  });
  const code = await new Promise((resolve) => command.once('close', resolve));
  publish.mockRestore();
  expect(JSON.parse(out)).toMatchObject({ ended: 'cancelled', call: { id: expect.any(String) } });
  expect(ends).toEqual(['The caller hung up.']);
  expect(code).toBe(3);
});

describe('by stack', () => {
  /** A stack as cdktf leaves it, applied by the real Terraform: nothing but outputs, so no provider is needed. */
  function deployed(name: string, outputs: Record<string, string>): void {
    const stack = join(folder, 'cdktf.out', 'stacks', name);
    mkdirSync(stack, { recursive: true });
    const output = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, { value }]));
    writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ output }));
    for (const words of [
      ['init', '-input=false'],
      ['apply', '-auto-approve', '-input=false'],
    ]) {
      const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
      execFileSync('terraform', words, { cwd: stack, env, stdio: 'pipe' });
    }
  }

  test('the resource, the hubs and the callback come from the state of its stack', async () => {
    deployed('dev', {
      communication_service_id: bench.app.acs,
      relay_hub_id: bench.app.otherHub,
      function_app_host: 'func-bench.app.azurewebsites.net',
    });
    const asked: string[] = [];
    const calls: CallPlacer = {
      place: (order) => {
        asked.push(order.callback);
        return bench.placer().place(order);
      },
    };
    const { code, out } = await run(['dev', '--user', bench.registered().rawId], { calls });
    expect(asked).toEqual(['https://func-bench.app.azurewebsites.net/api/acs-push-test-call']);
    expect(out).toMatch(/^linked hub calling: 2 accepted, 0 refused, outgoing\.apns\.success 2\n/);
    expect(out).toContain("relay's hub other: 0 accepted, 0 refused\n");
    expect(out).toContain('\ndelivered: the linked hub counted outgoing.apns.success 2');
    expect(code).toBe(0);
  });

  test('a resource that is linked to another hub than the stack’s is told', async () => {
    deployed('moved', { communication_service_id: bench.app.acs, calling_hub_id: bench.app.otherHub });
    const { out } = await run(['moved', '--user', bench.registered().rawId, '--callback', CALLBACK]);
    expect(out).toContain(
      `note   the resource is linked to ${bench.app.hub}, expected was ${bench.app.otherHub}; see 'acs-push verify'`,
    );
  });

  test('one without a relay needs a callback', async () => {
    deployed('plain', { communication_service_id: bench.app.acs });
    const { code, err } = await run(['plain', '--user', bench.newUser()]);
    expect(err).toContain('--callback is needed where there is no relay');
    expect(code).toBe(2);
  });

  test('an unknown one is told with those that are known', async () => {
    deployed('dev', { communication_service_id: bench.app.acs });
    const { code, err } = await run(['production', '--user', bench.newUser()]);
    expect(err).toContain("no such stack 'production'; known are: dev");
    expect(code).toBe(2);
  });
});

describe('bad input is exit code 2, and rings nobody', () => {
  const user = '8:acs:a_b';
  const byId = ['--communication-service', '/subscriptions/x', '--user', user];
  test.each([
    [['--user', user], 'give a stack that is deployed, or --communication-service'],
    [
      ['dev', '--communication-service', 'x', '--user', user],
      "a stack names its resources itself, got 'dev' and --communication-service",
    ],
    [['dev', 'prod', '--user', user], "one stack at a time; got also 'prod'"],
    [['dev', '--hub', 'x', '--user', user], "got 'dev' and --hub: give either it or ids"],
    [['dev'], 'whom? give --user'],
    [['dev', '--user', 'alice'], "--user 'alice' is nobody who can be called; expected a raw id: 8:acs:"],
    [['dev', '--user', '8:acs:'], "'8:acs:' is nobody who can be called"],
    [['dev', '--user', '28:orgid:0f0e0d0c-0000-0000-0000-000000000001'], 'is nobody who can be called'],
    [['dev', '--user', '4:anonymous'], 'is nobody who can be called'],
    [
      ['dev', '--user', '4:+15551234567'],
      'a phone number is called from one of the resource: give it by --caller-id',
    ],
    [['dev', '--user', user, '--caller-id', '+15551234567'], '--caller-id goes with a phone number'],
    [['dev', '--user', '4:+15551234567', '--caller-id', 'me'], '--caller-id takes a number such as'],
    [['dev', '--user', user, '--ring-for', '5m'], "--ring-for takes 1s to 30s, got '5m'"],
    [['dev', '--user', user, '--timeout', 'soon'], "--timeout is no duration: got 'soon'"],
    [[...byId], '--callback is needed'],
    [[...byId, '--callback', 'calls'], "--callback is no address: got 'calls'"],
    [[...byId, '--callback', 'http://example.com/'], '--callback has to be https'],
    [[...byId, '--callback', 'https://localhost/'], "--callback is not public: 'localhost'"],
    [[...byId, '--callback', 'https://192.168.0.4/'], "--callback is not public: '192.168.0.4'"],
    [[...byId, '--callback', 'https://[::1]/'], "--callback is not public: '::1'"],
    [[...byId, '--callback', 'https://a:b@example.com/'], '--callback carries a name or password'],
    [
      [...byId, '--callback', 'https://f.azurewebsites.net/runtime/webhooks/eventgrid?code=k'],
      '--callback is where a Function App takes other events',
    ],
    [[...byId, '--callback', CALLBACK], "malformed resource id '/subscriptions/x'"],
  ])('%p', async (words, says) => {
    const { code, err, out } = await run(words);
    expect(err).toContain(says);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});
