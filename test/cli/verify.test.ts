import type { Progress } from '../../terminal';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { apnsCredential, fcmCredential, LinkedApp, MINUTE } from '../link/support/linked-app';
import { AzureError, type AzureReader } from '../../link';
import { machineEnvironment, PROJECT } from '../../testing/local/deployment';
import { packedCommand } from '../support/assets';
import { acsPush, ids, type Outcome } from './support';

const EXPECTED = ['--apns', 'production', '--bundle-id', 'com.example.app', '--fcm-v1'];

let app: LinkedApp;
let folder: string;

beforeAll(async () => {
  app = await LinkedApp.start();
  folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

/** The command in a process of its own, with pipes for what it prints. */
async function asProcess(options: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [packedCommand(), 'verify', ...ids(app), ...options], {
    cwd: PROJECT,
    env: { ...machineEnvironment(), ...app.azure.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close')]);
  return { code: child.exitCode!, out, err };
}

describe('by ids', () => {
  test('one look, before the push services have answered, is not enough', async () => {
    const { code, out } = await acsPush(app, ['verify', ...ids(app), ...EXPECTED]);
    expect(out).toContain('settling: nothing is wrong, and an answer is outstanding');
    expect(code).toBe(3);
  });

  test('a fresh link is proved, and the checks are told', async () => {
    const { code, out } = await acsPush(app, ['verify', ...ids(app), ...EXPECTED, '--wait']);
    expect(out).toContain('ok   the resource is linked to the expected hub');
    expect(out).toContain('settled: every check passes and the link is in force; no call has been seen yet');
    expect(code).toBe(0);
  });

  test('a failed check is exit code 1, with the remedy', async () => {
    const { code, out } = await acsPush(app, ['verify', ...ids(app), '--apns', 'sandbox']);
    expect(out).toContain('FAIL the hub has a token credential for APNs');
    expect(out).toContain(
      'broken: set the APNs endpoint to https://api.development.push.apple.com:443/3/device and deploy',
    );
    expect(code).toBe(1);
  });

  test('--level config is content with the configuration', async () => {
    expect((await acsPush(app, ['verify', ...ids(app), '--level', 'config'])).code).toBe(0);
  });

  test('a deploy inside a rotation asks for the configuration alone, whatever its stack says', async () => {
    const words = ['verify', ...ids(app), '--json'];
    const environment = { ...process.env, ACS_PUSH_VERIFY_LEVEL: 'config' };
    const { code, out } = await acsPush(app, words, { environment });
    expect(JSON.parse(out)).toMatchObject({ level: 'config', proved: true });
    expect(code).toBe(0);
  });

  test('as a process, its output is the report alone: how it goes is on standard error, and not there with --quiet', async () => {
    const words = ['--level', 'config', '--wait', '--json'];
    const [loud, quiet] = await Promise.all([asProcess(words), asProcess([...words, '--quiet'])]);
    for (const { code, out } of [loud, quiet]) {
      expect(JSON.parse(out)).toMatchObject({ level: 'config', proved: true });
      expect(code).toBe(0);
    }
    expect(loud.err).toMatch(/^20\S+Z \w+: /m);
    expect(quiet.err).toBe('');
  });

  test('--no-probe sends nothing to the hub', async () => {
    const before = app.services.metrics.total(app.hub, 'incoming.all.requests');
    const { code } = await acsPush(app, ['verify', ...ids(app), '--no-probe']);
    expect(app.services.metrics.total(app.hub, 'incoming.all.requests')).toBe(before);
    expect(code).not.toBe(1);
  });
});

test('--json prints the report and nothing else, in its documented shape', async () => {
  const { out } = await acsPush(app, ['verify', ...ids(app), ...EXPECTED, '--wait', '--json']);
  const report = JSON.parse(out);
  const text = expect.any(String);
  const number = expect.any(Number);
  expect(report).toEqual({
    version: 1,
    verdict: 'settled',
    level: 'settled',
    proved: true,
    communicationServiceId: app.acs,
    notificationHubId: app.hub,
    ruleId: app.rule,
    checks: expect.any(Array),
    window: { linkedAt: text, source: 'activity log', applies: false, closesAt: text, open: false },
    ended: 'final',
    time: text,
    looks: number,
    armRequests: number,
    clockSkew: number,
    gaps: [],
    notes: [],
  });
  expect(report.checks.map(({ id }: { id: string }) => id)).toEqual([
    'communication-service',
    'hub',
    'linked-hub',
    'apns-credential',
    'fcm-v1-credential',
    'policy-rights',
    'connection-string',
    'push-services',
    'other-senders',
    'key-current',
    'refusals',
    'window',
    'deliveries',
    'seen-live',
  ]);
  for (const check of report.checks) {
    expect(check).toEqual({
      id: text,
      title: text,
      status: expect.stringMatching(/^(pass|fail|unknown|waiting)$/),
      evidence: text,
      time: text,
      ...('remedy' in check && { remedy: text }),
    });
  }
});

test('--junit writes a case for each check and one for the verdict', async () => {
  await acsPush(app, ['verify', ...ids(app), '--apns', 'sandbox', '--junit', 'verify.xml'], { folder });
  const xml = readFileSync(join(folder, 'verify.xml'), 'utf8');
  const cases = xml.match(/<testcase /g)?.length;
  const skipped = xml.match(/<skipped /g)?.length;
  expect(xml).toContain(`tests="${cases}" failures="2" skipped="${skipped}"`);
  expect(xml.match(/<failure /g)).toHaveLength(2);
  expect(xml).toContain(
    'name="verdict: the link is proved (settled)"><failure message="broken: set the APNs',
  );
});

describe('bad input is exit code 2, and says what is wrong', () => {
  const hub = ['--hub', '/subscriptions/x'];
  test.each([
    [['verify'], 'of what? give a stack that is deployed, or --communication-service, --hub and --policy'],
    [['verify', 'dev', 'prod'], "one stack at a time; got also 'prod'"],
    [['verify', 'dev', ...hub], "got 'dev' and --hub: give either it or ids"],
    [['verify', ...hub], 'of what? give a stack that is deployed'],
    [['verify', 'dev', '--level', 'sure'], "--level is 'sure'; expected one of: config, settled, live"],
    [
      ['verify', 'dev', '--timeout', 'soon'],
      "--timeout is no duration: got 'soon', expected for example 15m",
    ],
    [['verify', 'dev', '--loud'], "unknown option '--loud'"],
    [['rotate'], 'of what? give a stack that is deployed'],
    [['prove'], "unknown command 'prove'; known are: deploy, destroy, recover, verify, rotate"],
  ])('%p', async (words, says) => {
    const { code, err, out } = await acsPush(app, words, { folder: process.cwd() });
    expect(err).toContain(says);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('an id of the wrong kind', async () => {
    const words = ['verify', '--communication-service', app.hub, '--hub', app.hub, '--policy', app.rule];
    const { code, err } = await acsPush(app, words);
    expect(err).toContain('expected a Microsoft.Communication/communicationServices');
    expect(code).toBe(2);
  });

  test('a rule of another hub', async () => {
    const rule = `${app.otherHub}/authorizationRules/acs-send`;
    const words = ['verify', '--communication-service', app.acs, '--hub', app.hub, '--policy', rule];
    const { code, err } = await acsPush(app, words);
    expect(err).toContain('belongs to another hub');
    expect(code).toBe(2);
  });

  test('times that make no sense', async () => {
    const late = ['--linked-at', '2026-01-01T00:00:00Z', '--linked-since', '2026-01-02T00:00:00Z'];
    const { code, err } = await acsPush(app, ['verify', ...ids(app), ...late]);
    expect(err).toContain('--linked-since 2026-01-02T00:00:00Z is later than the link itself');
    expect(code).toBe(2);
  });
});

describe('by stack', () => {
  /** A stack as cdktf leaves it, applied by the real Terraform: nothing but outputs, so no provider is needed. */
  function deployEnvironment(outputs: Record<string, string>): void {
    const stack = join(folder, 'cdktf.out', 'stacks', 'dev');
    mkdirSync(stack, { recursive: true });
    const output = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
    writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ output }));
    const environment = { ...process.env, CHECKPOINT_DISABLE: '1' };
    for (const words of [
      ['init', '-input=false'],
      ['apply', '-auto-approve', '-input=false'],
    ]) {
      execFileSync('terraform', words, { cwd: stack, env: environment, stdio: 'pipe' });
    }
  }

  test('the ids come from the state of its stack', async () => {
    deployEnvironment({
      communication_service_id: app.acs,
      calling_hub_id: app.hub,
      calling_policy_id: app.rule,
      calling_policy_key: 'primary',
    });
    const { code, out } = await acsPush(app, ['verify', 'dev', '--wait'], { folder });
    expect(out).toContain('settled');
    expect(code).toBe(0);
  });

  test('an unknown one is told with those that are known', async () => {
    const staging = join(folder, 'cdktf.out', 'stacks', 'staging');
    mkdirSync(staging, { recursive: true });
    writeFileSync(join(staging, 'cdk.tf.json'), '{}');
    const { code, err } = await acsPush(app, ['verify', 'production'], { folder });
    expect(err).toContain("no such stack 'production'; known are: dev, staging");
    expect(code).toBe(2);
  });

  test('one that was never deployed says so', async () => {
    const { code, err } = await acsPush(app, ['verify', 'staging'], { folder });
    expect(err).toContain("nothing of the stack 'staging' is deployed by its state");
    expect(code).toBe(2);
  });

  test('a folder without stacks says what to run', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const { code, err } = await acsPush(app, ['verify', 'dev'], { folder: empty });
    expect(err).toContain('run in the folder of cdktf.json');
    expect(code).toBe(2);
  });
});

test('a wait tells what is waited for and why, until when and how long still', async () => {
  await app.pass(60 * MINUTE);
  await app.call();
  await app.link();
  const shown: string[] = [];
  const progress: Progress = {
    step: (_, work) =>
      work({
        now: (detail) => shown.push(typeof detail === 'string' ? detail : detail()),
        line: () => undefined,
      }),
    line: () => undefined,
  };
  const { code, out } = await acsPush(app, ['verify', ...ids(app), '--wait'], { progress });
  expect(shown.join('\n')).toMatch(
    /^waiting for the link's propagation window, until \d\d:\d\d:\d\d: \d+:\d\d left in the window \(Azure: up to 10 minutes\)\nok {3}/m,
  );
  expect(out).toContain('settled');
  expect(code).toBe(0);
  await app.putHub(app.hub, { ...apnsCredential(), ...fcmCredential() });
});

describe('--junit', () => {
  test.each(['no/such/folder.xml', '.'])('%s is refused before anything is looked at', async (junit) => {
    const connect = () => {
      throw new Error('Azure was asked');
    };
    const { code, err } = await acsPush(app, ['verify', ...ids(app), '--junit', junit], { folder, connect });
    expect(err).toMatch(/^acs-push: --junit \S+ cannot be written: /);
    expect(code).toBe(2);
  });

  test('that cannot be written in the end leaves the report that was printed', async () => {
    const junit = join(folder, 'late', 'report.xml');
    mkdirSync(join(junit, '..'));
    const connect = () => {
      rmSync(join(junit, '..'), { recursive: true, force: true });
      return { azure: app.reader(), hub: app.hubClient(), clock: app.clock };
    };
    const { code, out, err } = await acsPush(app, ['verify', ...ids(app), '--junit', junit, '--json'], {
      connect,
    });
    expect(JSON.parse(out)).toMatchObject({ version: 1 });
    expect(err).toContain(`--junit ${junit} cannot be written: `);
    expect(code).toBe(2);
  });
});

describe('when Azure does not answer', () => {
  const lost = () => Promise.reject(new AzureError('network', 'management.azure.com cannot be reached'));
  const verifyWith = (over: (reader: AzureReader) => Partial<AzureReader>) =>
    acsPush(app, ['verify', ...ids(app), '--no-probe'], {
      connect: () => {
        const reader = app.reader();
        const azure = Object.assign(Object.create(reader) as AzureReader, over(reader));
        return { azure, hub: app.hubClient(), clock: app.clock };
      },
    });

  test('nothing is said of the link, and that Azure could not be reached', async () => {
    const { code, out } = await verifyWith(() => ({ get: lost, query: lost, act: lost }));
    expect(out).toContain(
      'settling: Azure could not be reached, so nothing is known of it yet: management.azure.com cannot be reached\n',
    );
    expect(out).not.toContain('nothing is wrong');
    expect(code).toBe(3);
  });

  test('to some of the questions, the rest is not taken for right', async () => {
    const { code, out } = await verifyWith((reader) => ({
      get: reader.get.bind(reader),
      act: reader.act.bind(reader),
      query: lost,
    }));
    expect(out).toContain('settling: Azure could not be read in all, so not everything is known of it yet: ');
    expect(code).toBe(3);
  });
});

test('Ctrl-C ends a wait at once and prints what is known', async () => {
  await app.link();
  const interrupt = new AbortController();
  let looks = 0;
  const connect = () => ({
    azure: app.reader(),
    hub: app.hubClient(),
    clock: {
      now: () => app.clock.now(),
      sleep: (milliseconds: number) => {
        if (++looks === 2) interrupt.abort();
        return app.clock.sleep(milliseconds);
      },
    },
  });
  const words = ['verify', ...ids(app), '--wait', '--json'];
  const { code, out } = await acsPush(app, words, { signal: interrupt.signal, connect });
  expect(JSON.parse(out)).toMatchObject({ verdict: 'settling', ended: 'cancelled' });
  expect(code).toBe(3);
});
