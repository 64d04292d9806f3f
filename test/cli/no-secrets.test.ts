import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinkedApp } from '../link/support/linked-app';
import { printable, redact } from '../../cli/redact';
import { fromStatus } from '../../link/azure-error';
import { packedCommand } from '../support/assets';
import { ids } from './support';

let app: LinkedApp;
let folder: string;
let written: string;

beforeAll(async () => {
  app = await LinkedApp.start();
  folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
  written = '';
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

/** The command as a process of its own, with the SDK's own log at its loudest. */
function run(words: readonly string[], environment: Record<string, string> = {}): Promise<number | null> {
  const child = spawn(process.execPath, [packedCommand(), ...words], {
    env: { ...process.env, ...app.azure.environment, AZURE_LOG_LEVEL: 'verbose', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', resolve));
}

/** Every key there is in local Azure, whole and in the pieces that a line break would leave. */
async function secrets(): Promise<string[]> {
  const found: string[] = [];
  for (const resource of app.azure.context.store.toJSON()) {
    JSON.stringify(resource.secrets ?? {}, (_, value: unknown) => {
      if (typeof value === 'string') found.push(...value.split('\n'));
      return value;
    });
  }
  const keyLike = found.filter((text) => /^[A-Za-z0-9+/=]{40,}$/.test(text));
  const { primaryKey, secondaryKey } = await app.post(app.rule, 'listKeys');
  expect(keyLike).toEqual(expect.arrayContaining([primaryKey, secondaryKey]));
  return keyLike;
}

test('verify and rotate print and log no key, whatever happens', async () => {
  const junit = join(folder, 'verify.xml');
  expect(await run(['verify', ...ids(app), '--level', 'config', '--json'])).toBe(0);
  expect(await run(['verify', ...ids(app), '--junit', junit])).toBe(3);
  written += readFileSync(junit, 'utf8');
  await app.putRule(['Listen']);
  expect(await run(['verify', ...ids(app), '--junit', junit])).toBe(1);
  written += readFileSync(junit, 'utf8');
  expect(await run(['rotate', ...ids(app), '--alone'])).toBe(1);
  expect(await run(['verify', ...ids(app)], { ARM_CLIENT_SECRET: 'wrong-client-secret-of-the-caller' })).toBe(
    2,
  );

  // The log is really there, and so are the requests that carry signatures and bring keys.
  expect(written).toContain('azure:core-rest-pipeline');
  expect(written).toContain('authorizationRules/acs-send/listKeys');
  expect(written).toContain('servicebus.windows.net/calling/messages/');
  for (const secret of await secrets()) expect(written.includes(secret)).toBe(false);
  expect(written).not.toContain('wrong-client-secret-of-the-caller');
  expect(written).not.toMatch(/SharedAccessKey=(?!\(hidden\))/);
  expect(written).not.toMatch(/sig=(?!\(hidden\))/);
  expect(written).not.toMatch(/eyJ[\w-]{20,}\./);
});

test('what looks like a key is hidden even if it got into a message', () => {
  const leaked = [
    'Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0',
    'SharedAccessSignature sr=a&sig=c2VjcmV0&se=1',
    '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----',
    '{"primaryKey":"c2VjcmV0"}',
    'Bearer eyJhbGciOiJub25l.c2VjcmV0c2VjcmV0.',
  ];
  for (const text of leaked) expect(redact(text)).not.toContain('c2VjcmV0');
});

test('what a text from outside would have a terminal do is left out, and hides no key', () => {
  expect(printable('\u001b[31mred\u001b[0m\ttab\r\nline\u0007\u0000')).toBe('red\ttab\nline');
  expect(printable('a\u001b]0;title\u0007b\u001b]52;c;c2VjcmV0\u001b\\c')).toBe('abc');
  expect(printable('a\u009b2Jb\u009d0;title\u009cc\u0085d')).toBe('abcd');
  expect(printable('a\u001bcb')).toBe('acb');
  expect(printable('a\u202egpj\u2066.exe\u200f')).toBe('agpj.exe');
  expect(printable('SharedAccess\u001b[0mKey=c2VjcmV0')).toBe('SharedAccessKey=(hidden)');
  expect(printable('ключ → 鍵 🔑')).toBe('ключ → 鍵 🔑');
});

test('nobody to sign in as: every way that was tried is named', async () => {
  written = '';
  const nobody = { ARM_CLIENT_ID: '', AZURE_CLIENT_ID: '', ARM_USE_CLI: 'true', AZURE_LOG_LEVEL: '' };
  expect(await run(['verify', ...ids(app)], nobody)).toBe(2);
  expect(written).toMatch(
    /no credentials for Azure; tried: .*Azure CLI.*AZURE_CLIENT_SECRET.*ARM_CLIENT_ID missing/,
  );
  expect(written).toContain("sign in with 'az login'");
});

test.each([
  ['verify', []],
  ['rotate', ['--alone']],
])('%s: a sign-in that cannot be reached is the network, and which host', async (command, options) => {
  written = '';
  const offline = {
    HTTPS_PROXY: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
    AZURE_LOG_LEVEL: '',
  };
  expect(await run([command, ...ids(app), ...options], offline)).toBe(3);
  expect(written).toContain('login.microsoftonline.com cannot be reached (ECONNREFUSED)');
});

test('a refusal of Azure is one line, whatever it says', () => {
  const { message } = fromStatus(503, 'read X', 'Down', 'wait\r\nacs-push: all is well\n', undefined);
  expect(message).toBe('cannot read X: 503 Down: wait acs-push: all is well');
});
