import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinkedApp } from '../link/support/linked-app';
import { acsPush, ids } from './support';

let app: LinkedApp;
let folder: string;

beforeEach(async () => {
  app = await LinkedApp.start();
  folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
  mkdirSync(join(folder, 'environments'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

/**
 * A project whose stack gives out what a deployed one does, applied by the real Terraform. Its deploy takes the key
 * from link-keys.json, or does not.
 */
function project({ readsLinkKeys }: { readsLinkKeys: boolean }): string {
  const stack = join(folder, 'cdktf.out', 'stacks', 'dev');
  mkdirSync(stack, { recursive: true });
  const key = readsLinkKeys
    ? '${try(jsondecode(file("../../../environments/link-keys.json")).dev, "primary")}'
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

test('an environment is switched by its deploy, and its key written down', async () => {
  const deploy = project({ readsLinkKeys: true });
  const before = await keys();
  const outcome = await acsPush(app, ['rotate', 'dev', '--deploy-command', deploy], { folder });
  expect(outcome.out).toContain('rotated: linked is the secondary key; both old keys are dead');
  expect(outcome.err).toContain('Apply complete!');
  expect(outcome.code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, 'environments', 'link-keys.json'), 'utf8'))).toEqual({
    dev: 'secondary',
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
  expect(err).toContain("the deploy has left 'dev' on the primary key; expected the secondary one");
  expect(err).toContain('run it again');
  expect(code).toBe(1);
  expect((await keys()).primaryKey).toBe(before.primaryKey);
});

test('a deploy that fails stops the rotation before the key in use dies', async () => {
  project({ readsLinkKeys: true });
  const before = await keys();
  const { code, err } = await acsPush(app, ['rotate', 'dev', '--deploy-command', 'exit 7'], { folder });
  expect(err).toContain("'exit 7' ended with exit code 7");
  expect(code).toBe(1);
  expect((await keys()).primaryKey).toBe(before.primaryKey);
});

test('with ids the link is switched directly, and whoever owns it is to be told', async () => {
  const { code, out, err } = await acsPush(app, ['rotate', ...ids(app), '--json']);
  expect(JSON.parse(out)).toMatchObject({ version: 1, linked: 'secondary', report: { version: 1 } });
  expect(err).toContain("a stack that owns this link has to be given key: 'secondary'");
  expect(code).toBe(0);
});
