import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAssets } from './support/assets';
import { pkcs8, serviceAccount } from './support/keys';

const PROJECT = join(__dirname, '..');

let folder: string;

beforeAll(() => {
  ensureAssets();
  folder = mkdtempSync(join(tmpdir(), 'main-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the app as cdktf does, into a folder of its own. */
function run(name: string, env: Record<string, string> = {}) {
  const outdir = join(folder, name);
  const { TF_VAR_apns_token: _, TF_VAR_fcm_service_account: __, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/synth.cjs'], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...inherited, ...env, CDKTF_OUTDIR: outdir, CHECKPOINT_DISABLE: '1' },
  });
  return { status, output: stdout + stderr, outdir };
}

function filesBelow(outdir: string): string[] {
  return readdirSync(outdir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the app', () => {
  test('writes a stack for each environment, without a word and without credentials', () => {
    const { status, output, outdir } = run('plain');
    expect({ status, output }).toEqual({ status: 0, output: '' });
    expect(readdirSync(join(outdir, 'stacks')).sort()).toEqual(['dev', 'local', 'prod', 'staging']);
  });

  test('writes nothing of the credentials that are set', () => {
    const token = pkcs8('P-256');
    const account = serviceAccount({ client_email: 'marker-of-an-address@x.iam.gserviceaccount.com' });
    const { status, outdir } = run('with-credentials', {
      TF_VAR_apns_token: token,
      TF_VAR_fcm_service_account: account,
    });
    expect(status).toBe(0);
    const privateKey = (JSON.parse(account) as { private_key: string }).private_key;
    const markers = [token.split('\n')[1]!, privateKey.split('\n')[1]!, 'marker-of-an-address'];
    const files = filesBelow(outdir);
    expect(files.filter((file) => file.endsWith('cdk.tf.json'))).toHaveLength(4);
    const leaks = files.filter((file) => {
      const text = readFileSync(file, 'latin1');
      return markers.some((marker) => text.includes(marker));
    });
    expect(leaks).toEqual([]);
  });
});
