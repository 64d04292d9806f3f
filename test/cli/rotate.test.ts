import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setContext } from '../../cli/cdktf-config';
import { machineEnvironment } from '../../testing/local/deployment';
import { LinkedApp } from '../link/support/linked-app';
import { packedCommand } from '../support/assets';
import { acsPush, ids, type Outcome } from './support';

let app: LinkedApp;
let folder: string;

beforeEach(async () => {
  app = await LinkedApp.start();
  folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ app: 'node main.js', context: { kept: 1 } }));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

/**
 * A project whose stack gives out what a deployed one does, applied by the real Terraform. Its deploy takes the key
 * from the context of cdktf.json, or does not.
 */
function project({ readsLinkKeys }: { readsLinkKeys: boolean }): string {
  const stack = join(folder, 'cdktf.out', 'stacks', 'dev');
  mkdirSync(stack, { recursive: true });
  const key = readsLinkKeys
    ? '${try(jsondecode(file("../../../cdktf.json")).context["acs-push:linkKey:dev"], "primary")}'
    : 'primary';
  const output = {
    communication_service_id: { value: app.acs },
    calling_hub_id: { value: app.hub },
    calling_policy_id: { value: app.rule },
    calling_policy_key: { value: key },
  };
  writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ output }));
  const environment = { ...process.env, CHECKPOINT_DISABLE: '1' };
  execFileSync('terraform', ['init', '-input=false'], { cwd: stack, env: environment, stdio: 'pipe' });
  const deploy = 'terraform -chdir=cdktf.out/stacks/dev apply -auto-approve -input=false -no-color';
  execFileSync(deploy, { cwd: folder, env: environment, shell: true, stdio: 'pipe' });
  return deploy;
}

async function keys(): Promise<Record<string, string>> {
  const { primaryKey, secondaryKey } = await app.post(app.rule, 'listKeys');
  return { primaryKey, secondaryKey };
}

test('a stack is switched by its deploy, and its key written down', async () => {
  const deploy = project({ readsLinkKeys: true });
  const before = await keys();
  const outcome = await acsPush(app, ['rotate', 'dev', '--deploy-command', deploy], { folder });
  expect(outcome.out).toContain('rotated: linked is the secondary key; both old keys are dead');
  expect(outcome.err).toMatch(/^✓ terraform \S+ apply .*\(\d/m);
  expect(outcome.code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, 'cdktf.json'), 'utf8'))).toEqual({
    app: 'node main.js',
    context: { kept: 1, 'acs-push:linkKey:dev': 'secondary' },
  });
  const after = await keys();
  expect(after.primaryKey).not.toBe(before.primaryKey);
  expect(after.secondaryKey).not.toBe(before.secondaryKey);
  expect((await acsPush(app, ['verify', 'dev', '--level', 'config'], { folder })).code).toBe(0);
});

test('a deploy that does not switch stops the rotation before the key in use dies', async () => {
  const deploy = project({ readsLinkKeys: false });
  const before = await keys();
  const { code, err } = await acsPush(app, ['rotate', 'dev', '--deploy-command', deploy], { folder });
  expect(err).toContain('the deploy has left the link on the primary key; expected the secondary one');
  expect(err).toContain('run it again');
  expect(code).toBe(1);
  expect((await keys()).primaryKey).toBe(before.primaryKey);
});

test('a deploy that fails stops the rotation before the key in use dies', async () => {
  project({ readsLinkKeys: true });
  const before = await keys();
  const command = 'echo "with $TF_CLI_ARGS_apply"; exit 7';
  const { code, err } = await acsPush(app, ['rotate', 'dev', '--deploy-command', command], { folder });
  expect(err).toContain(`'${command}' ended with exit code 7`);
  // Whoever deploys in the gap is waited for.
  expect(err).toContain('with -lock-timeout=10m\n');
  expect(code).toBe(1);
  expect((await keys()).primaryKey).toBe(before.primaryKey);
});

test("what a rotation waits for is told by this machine's clock, whatever Azure's says", async () => {
  const shown: string[] = [];
  const now = (detail: string | (() => string)) =>
    void shown.push(typeof detail === 'string' ? detail : detail());
  const { code } = await acsPush(app, ['rotate', ...ids(app), '--alone'], {
    progress: { line: () => undefined, step: (_, work) => work({ now, line: () => undefined }) },
  });
  expect(code).toBe(0);
  const waits = shown.filter((text) => text.startsWith('waiting until the data plane'));
  expect(waits).not.toEqual([]);
  // Ten minutes and half of one.
  for (const text of waits) expect(text).toMatch(/, until \d\d:\d\d:\d\d: 10:\d\d left$/);
});

test('a stack whose cdktf.json is elsewhere is refused before anything is touched', async () => {
  project({ readsLinkKeys: true });
  rmSync(join(folder, 'cdktf.json'));
  const before = await keys();
  const { code, err } = await acsPush(app, ['rotate', 'dev'], { folder });
  expect(err).toContain(`no cdktf.json in ${folder}, and the key that 'dev' links with is written into it`);
  expect(code).toBe(2);
  expect(await keys()).toEqual(before);
});

test('a cdktf.json without an app, which no deploy could use, is refused before anything is touched', async () => {
  project({ readsLinkKeys: true });
  writeFileSync(join(folder, 'cdktf.json'), '{}');
  const before = await keys();
  const { code, err } = await acsPush(app, ['rotate', 'dev'], { folder });
  expect(err).toContain(`cdktf.json in ${folder} has no app, and the link's key is switched by a deploy`);
  expect(code).toBe(2);
  expect(await keys()).toEqual(before);
});

test('a cdktf.json that is a link stays one when the key is written down', () => {
  mkdirSync(join(folder, 'elsewhere'));
  const file = join(folder, 'elsewhere', 'cdktf.json');
  writeFileSync(file, '{"app":"node main.js"}');
  rmSync(join(folder, 'cdktf.json'), { force: true });
  symlinkSync(file, join(folder, 'cdktf.json'));
  setContext(folder, 'acs-push:linkKey:dev', 'secondary');
  expect(lstatSync(join(folder, 'cdktf.json')).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    app: 'node main.js',
    context: { 'acs-push:linkKey:dev': 'secondary' },
  });
});

test("with the ids of its policies, a relay's keys are replaced and the link is left alone", async () => {
  const before = await keys();
  const { code, out } = await acsPush(app, ['rotate', '--relay-policy', app.rule, '--alone']);
  expect(out).toBe(`rotated: both keys of ${app.rule} are new\n`);
  expect(code).toBe(0);
  const after = await keys();
  expect(after.primaryKey).not.toBe(before.primaryKey);
  expect(after.secondaryKey).not.toBe(before.secondaryKey);
});

test.each([
  [['dev', '--relay-policy', 'x', '--alone'], '--relay-policy is for a relay that no stack names'],
  [['--relay-policy', '/x', '--alone'], '--relay-policy: malformed resource id'],
  [['--outputs', 'a', '--relay', '--alone'], '--relay and --all go with a stack'],
])('%j is refused', async (words, problem) => {
  const { code, err } = await acsPush(app, ['rotate', ...words]);
  expect(err).toContain(problem);
  expect(code).toBe(2);
});

test('with ids the link is switched directly, and whoever owns it is to be told', async () => {
  const { code, out, err } = await acsPush(app, ['rotate', ...ids(app), '--alone', '--json']);
  expect(JSON.parse(out)).toMatchObject({ version: 1, linked: 'secondary', report: { version: 1 } });
  expect(err).toContain("a stack that owns this link has to be given key: 'secondary'");
  expect(code).toBe(0);
});

describe('without a lock that keeps deploys out', () => {
  test.each([
    [[], /--state-blob with the Terraform state of its stack.*or vouch by --alone that nobody else deploys/],
    [['--state-blob', 'https://st.blob.core.windows.net/only-a-container'], /--state-blob takes https:/],
    [['--state-blob', 'https://evil.example/c/k'], /--state-blob takes https:/],
    [
      ['--state-blob', 'https://st.blob.core.windows.net/c/k', '--alone'],
      /leave out --state-blob, or --alone/,
    ],
    [['--relay', '--alone'], /--relay and --all go with a stack/],
  ])('%j is refused before anything is touched', async (options, message) => {
    const before = await keys();
    const { code, out, err } = await acsPush(app, ['rotate', ...ids(app), ...options]);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
    expect(await keys()).toEqual(before);
  });
});

describe('the lock of a state on this machine', () => {
  /** What a deploy prints that is refused the lock, and its exit code. */
  const deployOnce = (deploy: string) => {
    const { status, stderr } = spawnSync(deploy, {
      cwd: folder,
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
      shell: true,
      encoding: 'utf8',
    });
    return { status, stderr };
  };

  test('is held by a rotation all the time, but for its own deploy', async () => {
    const deploy = project({ readsLinkKeys: true });
    const refused: string[] = [];
    const { code } = await acsPush(app, ['rotate', 'dev', '--deploy-command', deploy], {
      folder,
      err: (text) => {
        const [step] = text.split(':');
        if (!/^(anchor|regenerate spare|prove spare|retire old|seal): /.test(text)) return;
        expect(deployOnce(deploy)).toMatchObject({
          status: 1,
          stderr: expect.stringContaining('Error acquiring the state lock'),
        });
        if (refused.at(-1) !== step) refused.push(step!);
      },
    });
    expect(code).toBe(0);
    expect(refused).toEqual(['anchor', 'regenerate spare', 'prove spare', 'retire old', 'seal']);
    expect(deployOnce(deploy).status).toBe(0);
  });

  test('is gone with a rotation that is killed: the next deploy gets through', async () => {
    const deploy = project({ readsLinkKeys: true });
    const command = [packedCommand(), 'rotate', 'dev', '--deploy-command', deploy];
    // Azure's time stands still, so it waits in its window until it is killed.
    const child = spawn(process.execPath, command, {
      cwd: folder,
      env: { ...machineEnvironment(), ...app.azure.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    const ended = once(child, 'close');
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        printed += String(chunk);
        if (printed.includes('anchor: waiting until the data plane')) resolve();
      });
      void ended.then(() => reject(new Error(`ended early:\n${printed}`)));
    });
    expect(deployOnce(deploy)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Error acquiring the state lock'),
    });
    child.kill('SIGKILL');
    await ended;
    expect(deployOnce(`${deploy} -lock-timeout=10m`).status).toBe(0);
  });

  test('of two rotations is refused to the second at once, which says who has it', async () => {
    const deploy = project({ readsLinkKeys: true });
    const before = await keys();
    let second: Promise<Outcome> | undefined;
    const stop = new AbortController();
    await acsPush(app, ['rotate', 'dev', '--deploy-command', deploy], {
      folder,
      signal: stop.signal,
      connect: () => ({
        azure: app.reader(),
        hub: app.hubClient(),
        clock: {
          now: () => app.clock.now(),
          // The first one waits in its window until the second has come to its end.
          sleep: async () => {
            second ??= acsPush(app, ['rotate', 'dev', '--deploy-command', deploy], { folder });
            await second;
            stop.abort();
          },
        },
      }),
    });
    const { code, err } = (await second)!;
    expect(err).toMatch(/the state is locked by \S+@\S+ since 20/);
    expect(err).toContain('this rotation has not touched the link');
    expect(code).toBe(1);
    expect(await keys()).toEqual(before);
  });
});
