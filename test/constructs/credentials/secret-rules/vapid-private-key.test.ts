import { createECDH } from 'node:crypto';
import { VAPID_PRIVATE_KEY } from '../../../../constructs/credentials/secret-rules';
import { pkcs8, vapidKeys, withoutArmour } from '../../../support/keys';
import { judge, type Judged } from '../../../support/terraform-expressions';

const pairs = Array.from({ length: 60 }, vapidKeys);
const keys = pairs.map(({ privateKey }) => privateKey);
const key = keys[0]!;

const FORMS: readonly (readonly [what: string, form: (key: string) => string])[] = [
  ['as generators write it', (text) => text],
  ['out of a file', (text) => `${text}\n`],
  ['out of a file of Windows', (text) => `${text}\r\n`],
  ['with padding', (text) => `${text}=`],
  ["in base64's other alphabet", (text) => Buffer.from(text, 'base64url').toString('base64')],
];

describe('a VAPID private key', () => {
  test.each(FORMS.map(([what, form]) => [what, form] as const))('is taken %s', (_, form) => {
    const judged = judge(VAPID_PRIVATE_KEY, keys.map(form));
    expect(judged).toEqual(keys.map((canonical) => ({ accepted: true, found: [], canonical })));
    for (const [index, { canonical }] of judged.entries()) {
      const pair = createECDH('prime256v1');
      pair.setPrivateKey(canonical as string, 'base64url');
      expect(pair.getPublicKey('base64url')).toBe(pairs[index]!.publicKey);
    }
  });

  test('is refused in each of its beginnings and in each of its ends', () => {
    const parts = Array.from(key, (_, at) => [key.slice(0, at), key.slice(at + 1)]).flat();
    for (const { accepted, found } of judge(VAPID_PRIVATE_KEY, parts)) {
      expect([accepted, found.length]).toEqual([false, 1]);
    }
  });
});

const CASES: readonly (readonly [what: string, text: string, found: string[]])[] = [
  ['nothing', '', ['empty']],
  ['REDACTED', 'REDACTED', ['placeholder']],
  ['zero', 'A'.repeat(43), ['placeholder']],
  ['a variable of a pipeline', '$(vapidPrivateKey)', ['reference']],
  ['a key behind a byte order mark', `\uFEFF${key}`, ['bom']],
  ['a key in quotes', `"${key}"`, ['quotes']],
  ['a path', '/run/secrets/vapid_private_key', ['path']],
  ['the file of a key', 'vapid-private-key.txt', ['path']],
  ['a key in PEM', pkcs8('P-256'), ['PEM']],
  ['the base64 of a PEM file', Buffer.from(pkcs8('P-256')).toString('base64'), ['base64 of the file']],
  ['the body of a PEM file', withoutArmour(pkcs8('P-256')), ['DER']],
  ['the JSON of a pair', JSON.stringify(pairs[0]), ['JSON']],
  ['the public key', pairs[0]!.publicKey, ['public key']],
  ['a key in hexadecimal', Buffer.from(key, 'base64url').toString('hex'), ['hexadecimal']],
  ['a key that is cut short', key.slice(0, -1), ['cut short']],
  ['a key twice', key + key, ['unreadable']],
  ['43 characters of more than 32 bytes', `${key.slice(0, -1)}_`, ['unreadable']],
];

describe('what is given as VAPID private key', () => {
  let judged: Judged[];
  beforeAll(() => {
    judged = judge(
      VAPID_PRIVATE_KEY,
      CASES.map(([, text]) => text),
    );
  });

  test.each(CASES.map(([what, , found], index) => [what, found, index] as const))(
    'is not %s: %j',
    (_, found, index) => {
      expect(judged[index]).toEqual({ accepted: false, found, canonical: null });
    },
  );

  test('has each of its findings in a test', () => {
    const seen = new Set(CASES.flatMap(([, , found]) => found));
    expect(VAPID_PRIVATE_KEY.findings.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});
