import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerraformStack, Testing } from 'cdktf';
import { FcmV1Credential, SecretValue } from '../../constructs';
import {
  p8WithoutPublicKey,
  pkcs8,
  rsa,
  sec1,
  serviceAccount,
  vapidKeys,
  withoutArmour,
} from '../support/keys';
import { apnsCredential, browserCredential } from '../support/samples';
import { newApp } from '../support/synth';

const TOKEN_ERROR =
  'The APNs token must be the text of a .p8 file: a P-256 private key in PKCS#8 PEM (BEGIN PRIVATE KEY), as downloaded from the Apple developer account.';
const ADVICE =
  'Create one in the Firebase console: Project settings, Service accounts, Generate new private key.';
const NO_JSON = `The FCM service account must be the text of a JSON file. ${ADVICE}`;
const NO_SERVICE_ACCOUNT = `The FCM service account JSON must have type "service_account"; a google-services.json or an OAuth client is another thing. ${ADVICE}`;
const NO_FIELD = (field: string) => `The FCM service account JSON has no ${field}. ${ADVICE}`;
const NO_PRIVATE_KEY = `The FCM private key must be a PEM private key (BEGIN PRIVATE KEY). ${ADVICE}`;

const NO_VAPID_KEY =
  'The VAPID private key must be 32 bytes in base64url: 43 letters, digits, - and _, as generators of VAPID keys write it, without PEM armour.';

type Kind = 'token' | 'account' | 'private key' | 'VAPID key';

interface Case {
  readonly what: string;
  readonly kind: Kind;
  /** Made when the tests run; undefined leaves the variable unset. */
  readonly value: () => string | undefined;
  /** What Terraform says; empty when it takes the value. */
  readonly errors: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'a P-256 key in PKCS#8', kind: 'token', value: () => pkcs8('P-256'), errors: [] },
  { what: 'a .p8 key without the public key', kind: 'token', value: p8WithoutPublicKey, errors: [] },
  {
    what: 'a .p8 key without its armour',
    kind: 'token',
    value: () => withoutArmour(pkcs8('P-256')),
    errors: [],
  },
  {
    what: 'a .p8 key with Windows line ends',
    kind: 'token',
    value: () => pkcs8('P-256').replace(/\n/g, '\r\n'),
    errors: [],
  },
  { what: 'a P-384 key', kind: 'token', value: () => pkcs8('P-384'), errors: [TOKEN_ERROR] },
  { what: 'an RSA key', kind: 'token', value: rsa, errors: [TOKEN_ERROR] },
  { what: 'an EC key in SEC1', kind: 'token', value: sec1, errors: [TOKEN_ERROR] },
  {
    what: 'the path of a .p8 file',
    kind: 'token',
    value: () => 'AuthKey_ABC123DEFG.p8',
    errors: [TOKEN_ERROR],
  },
  { what: 'an empty token', kind: 'token', value: () => '', errors: [TOKEN_ERROR] },
  { what: 'a service account', kind: 'account', value: serviceAccount, errors: [] },
  { what: 'text that is no JSON', kind: 'account', value: rsa, errors: [NO_JSON] },
  {
    what: 'a google-services.json',
    kind: 'account',
    value: () => JSON.stringify({ project_info: { project_id: 'x' } }),
    errors: [NO_SERVICE_ACCOUNT],
  },
  {
    what: 'an account of another type',
    kind: 'account',
    value: () => serviceAccount({ type: 'authorized_user' }),
    errors: [NO_SERVICE_ACCOUNT],
  },
  { what: 'a JSON list', kind: 'account', value: () => '[1]', errors: [NO_SERVICE_ACCOUNT] },
  {
    what: 'a service account without private_key',
    kind: 'account',
    value: () => serviceAccount({ private_key: undefined }),
    errors: [NO_FIELD('private_key')],
  },
  {
    what: 'a service account whose private_key is empty',
    kind: 'account',
    value: () => serviceAccount({ private_key: '' }),
    errors: [NO_FIELD('private_key')],
  },
  {
    what: 'a service account whose fields are no texts',
    kind: 'account',
    value: () => serviceAccount({ project_id: 5, client_email: null }),
    errors: [NO_FIELD('client_email'), NO_FIELD('project_id')],
  },
  { what: 'an RSA key in PKCS#8 for FCM', kind: 'private key', value: rsa, errors: [] },
  { what: 'an RSA key in PKCS#1 for FCM', kind: 'private key', value: () => rsa('pkcs1'), errors: [] },
  {
    what: 'a private key whose line ends are written out',
    kind: 'private key',
    value: () => rsa().replace(/\n/g, '\\n'),
    errors: [],
  },
  {
    what: 'a legacy server key',
    kind: 'private key',
    value: () => `AAAA${'x'.repeat(136)}`,
    errors: [NO_PRIVATE_KEY],
  },
  {
    what: 'a token that is not set',
    kind: 'token',
    value: () => undefined,
    errors: [
      'Variable case_21 is not set (text of the .p8 key). Set it with: export TF_VAR_case_21="$(cat FILE)".',
    ],
  },
  { what: 'a VAPID private key', kind: 'VAPID key', value: () => vapidKeys().privateKey, errors: [] },
  {
    what: 'a VAPID private key out of a file',
    kind: 'VAPID key',
    value: () => `${vapidKeys().privateKey}\n`,
    errors: [],
  },
  {
    what: 'a VAPID public key',
    kind: 'VAPID key',
    value: () => vapidKeys().publicKey,
    errors: [NO_VAPID_KEY],
  },
  {
    what: 'a VAPID private key in PEM',
    kind: 'VAPID key',
    value: () => pkcs8('P-256'),
    errors: [NO_VAPID_KEY],
  },
];

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
  test.each(
    CASES.map((entry, index) => [entry.errors.length > 0 ? 'refuses' : 'takes', entry.what, index] as const),
  )('%s %s', (_, __, index) => {
    expect((errors.get(variableOf(index)) ?? []).sort()).toEqual(CASES[index]!.errors);
  });

  test('has nothing else to say', () => {
    const expected = CASES.flatMap((entry, index) => (entry.errors.length > 0 ? [variableOf(index)] : []));
    expect([...errors.keys()].sort()).toEqual(expected.sort());
  });

  test('shows no value while it refuses them', () => {
    const shown = values.filter((value) => value && value.length > 20 && output.includes(value.slice(0, 40)));
    expect(shown).toEqual([]);
  });
});
