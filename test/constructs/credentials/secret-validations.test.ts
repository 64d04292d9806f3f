import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerraformStack, Testing } from 'cdktf';
import { FcmV1Credential, SecretValue } from '../../../constructs';
import {
  APNS_TOKEN,
  FCM_PRIVATE_KEY,
  FCM_SERVICE_ACCOUNT,
  VAPID_PRIVATE_KEY,
  type SecretRule,
} from '../../../constructs/credentials/secret-rules';
import { pkcs8, rsa, sec1, serviceAccount, shortened, vapidKeys } from '../../support/keys';
import { apnsCredential, browserCredential } from '../../support/samples';
import { newApp } from '../../support/synth';

type Kind = 'token' | 'account' | 'private key' | 'VAPID key';

const RULES: Readonly<Record<Kind, SecretRule>> = {
  token: APNS_TOKEN,
  account: FCM_SERVICE_ACCOUNT,
  'private key': FCM_PRIVATE_KEY,
  'VAPID key': VAPID_PRIVATE_KEY,
};

interface Case {
  readonly what: string;
  readonly kind: Kind;
  /** Made when the tests run; undefined leaves the variable unset. */
  readonly value: () => string | undefined;
  /** What is found, by its name; nothing when Terraform takes the value. */
  readonly found?: string;
}

/** Each way for a secret to come in, with some of what its rule finds; the rules have tests of their own. */
const CASES: readonly Case[] = [
  { what: 'a .p8 key', kind: 'token', value: () => pkcs8('P-256') },
  { what: 'a .p8 key on one line', kind: 'token', value: () => pkcs8('P-256').replaceAll('\n', '\\n') },
  {
    what: 'a token that is cut short',
    kind: 'token',
    value: () => shortened(pkcs8('P-256'), 64),
    found: 'cut short',
  },
  {
    what: 'a token with text behind it',
    kind: 'token',
    value: () => `${pkcs8('P-256')}# mine`,
    found: 'text behind',
  },
  { what: 'a P-384 key', kind: 'token', value: () => pkcs8('P-384'), found: 'wrong curve' },
  { what: 'an RSA key', kind: 'token', value: rsa, found: 'RSA key' },
  { what: 'an EC key in SEC1', kind: 'token', value: sec1, found: 'SEC1' },
  { what: 'the path of a .p8 file', kind: 'token', value: () => 'AuthKey_ABC123DEFG.p8', found: 'path' },
  { what: 'an empty token', kind: 'token', value: () => '', found: 'empty' },
  { what: 'a token that is not set', kind: 'token', value: () => undefined },
  { what: 'a service account', kind: 'account', value: serviceAccount },
  { what: 'a key instead of the JSON', kind: 'account', value: rsa, found: 'PEM' },
  {
    what: 'an account whose key is REDACTED',
    kind: 'account',
    value: () => serviceAccount({ private_key: 'REDACTED' }),
    found: 'private_key: placeholder',
  },
  {
    what: 'an account whose key is cut short',
    kind: 'account',
    value: () => serviceAccount({ private_key: shortened(rsa(), 800) }),
    found: 'private_key: cut short',
  },
  {
    what: 'an account of another type',
    kind: 'account',
    value: () => serviceAccount({ type: 'authorized_user' }),
    found: 'another type',
  },
  { what: 'an RSA key for FCM', kind: 'private key', value: rsa },
  { what: 'REDACTED', kind: 'private key', value: () => 'REDACTED', found: 'placeholder' },
  { what: 'an RSA key in PKCS#1', kind: 'private key', value: () => rsa('pkcs1'), found: 'PKCS#1' },
  {
    what: 'a key for FCM that is cut short',
    kind: 'private key',
    value: () => shortened(rsa(), 800),
    found: 'cut short',
  },
  { what: 'a VAPID private key', kind: 'VAPID key', value: () => vapidKeys().privateKey },
  { what: 'a VAPID public key', kind: 'VAPID key', value: () => vapidKeys().publicKey, found: 'public key' },
  { what: 'a VAPID private key in PEM', kind: 'VAPID key', value: () => pkcs8('P-256'), found: 'PEM' },
];

const errorsOf = ({ kind, value, found }: Case, index: number): string[] => {
  if (value() === undefined) {
    return [
      `Variable case_${index} is not set (text of the .p8 key). Set it with: export TF_VAR_case_${index}="$(cat FILE)".`,
    ];
  }
  return RULES[kind].findings.filter(({ name }) => name === found).map(({ message }) => message);
};

const variableOf = (index: number) => `case_${index}`;

function declare(stack: TerraformStack, kind: Kind, name: string): void {
  const description = kind === 'token' ? 'text of the .p8 key' : undefined;
  const secret = SecretValue.fromVariable(stack, name, { description });
  if (kind === 'token') apnsCredential(stack, { token: secret });
  else if (kind === 'VAPID key') browserCredential(stack, { vapidPrivateKey: secret });
  else if (kind === 'account') FcmV1Credential.fromServiceAccountJson(secret);
  else {
    FcmV1Credential.fromServiceAccount({
      projectId: 'my-app-1234',
      clientEmail: 'push@my-app-1234.iam.gserviceaccount.com',
      privateKey: secret,
    });
  }
}

interface Diagnostic {
  readonly detail: string;
  readonly snippet?: { readonly code?: string };
}

let folder: string;
let output: string;
let values: (string | undefined)[];
const errors = new Map<string, string[]>();

/** All cases in one plan: each has a variable of its own, with the validations of its credential. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-validations-'));
  const stack = new TerraformStack(newApp(), 'stack');
  CASES.forEach(({ kind }, index) => declare(stack, kind, variableOf(index)));
  writeFileSync(join(folder, 'cdk.tf.json'), Testing.synth(stack, true));
  values = CASES.map(({ value }) => value());
  const secrets = values.flatMap((value, index) =>
    value === undefined ? [] : [[`TF_VAR_${variableOf(index)}`, value]],
  );
  const plan = spawnSync('terraform', ['plan', '-json', '-input=false', '-lock=false'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...Object.fromEntries(secrets), CHECKPOINT_DISABLE: '1' },
  });
  output = plan.stdout + plan.stderr;
  for (const line of plan.stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { diagnostic } = JSON.parse(line) as { diagnostic?: Diagnostic };
    if (!diagnostic) continue;
    const variable = /case_\d+/.exec(diagnostic.snippet?.code ?? '')?.[0] ?? 'nowhere';
    const text = diagnostic.detail.split('\n\nThis was checked by')[0]!;
    errors.set(variable, [...(errors.get(variable) ?? []), text]);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Terraform', () => {
  const expected = CASES.map(errorsOf);

  test.each(
    CASES.map(({ what }, index) => [expected[index]!.length > 0 ? 'refuses' : 'takes', what, index] as const),
  )('%s %s', (_, __, index) => {
    expect(errors.get(variableOf(index)) ?? []).toEqual(expected[index]);
  });

  test('has nothing else to say', () => {
    const refused = CASES.flatMap((_, index) => (expected[index]!.length > 0 ? [variableOf(index)] : []));
    expect([...errors.keys()].sort()).toEqual(refused.sort());
  });

  test('shows no line of a value while it refuses them', () => {
    const lines = values.flatMap((value) => value?.split(/\n|\\n/) ?? []);
    const secret = lines.filter((line) => line.length >= 20 && !line.startsWith('-----'));
    expect(secret.length).toBeGreaterThan(100);
    expect(secret.filter((line) => output.includes(line))).toEqual([]);
  });
});

describe('what is said of a secret', () => {
  test.each(Object.entries(RULES))(
    'begins with whose it is and ends with what to do (%s)',
    (_, { findings }) => {
      for (const { message } of findings) {
        expect(message).toMatch(/^The (private_key of the )?(APNs|FCM|VAPID) .+[^.]\. [A-Z].+[.]$/);
      }
    },
  );

  test('names what was found', () => {
    expect(APNS_TOKEN.findings.find(({ name }) => name === 'SEC1')!.message).toBe(
      'The APNs token is an EC key in SEC1 (BEGIN EC PRIVATE KEY) in place of PKCS#8 (BEGIN PRIVATE KEY). ' +
        'Convert it: openssl pkcs8 -topk8 -nocrypt -in FILE.',
    );
    expect(
      FCM_SERVICE_ACCOUNT.findings.find(({ name }) => name === 'private_key: placeholder')!.message,
    ).toBe(
      'The private_key of the FCM service account is a placeholder (such as REDACTED) in place of the key. It has ' +
        'to be an RSA key in PKCS#8 PEM (BEGIN PRIVATE KEY). Create one in the Firebase console: Project settings, ' +
        'Service accounts, Generate new private key.',
    );
  });
});
