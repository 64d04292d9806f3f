import { createPrivateKey } from 'node:crypto';
import { APNS_TOKEN } from '../../../../constructs/credentials/secret-rules';
import { p8Forms, pkcs8, rsa, sec1, serviceAccount, shortened, withoutArmour } from '../../../support/keys';
import { accepts, judge, type Judged } from '../../../support/terraform-expressions';
import { RESTORED_FORMS } from './restored-forms';

const keys = [
  ...Array.from({ length: 2 }, p8Forms).flat(),
  ...Array.from({ length: 4 }, () => pkcs8('P-256')),
];
const key = keys[0]!;

describe('a .p8 key', () => {
  let judged: Judged[];
  const forms = Object.entries(RESTORED_FORMS);
  beforeAll(() => {
    judged = judge(
      APNS_TOKEN,
      forms.flatMap(([, form]) => keys.map(form)),
    );
  });

  test.each(forms.map(([what], index) => [what, index] as const))(
    'is taken and goes to a hub as its body, %s',
    (_, index) => {
      const mine = judged.slice(index * keys.length, (index + 1) * keys.length);
      expect(mine.map(({ found }) => found)).toEqual(keys.map(() => []));
      expect(mine.map(({ canonical }) => canonical)).toEqual(keys.map(withoutArmour));
    },
  );

  test('is one that Node can sign with', () => {
    for (const { canonical } of judged) {
      const der = Buffer.from(canonical as string, 'base64');
      const read = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      expect(read.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    }
  });

  test.each(p8Forms().map((form) => [withoutArmour(form).length, form] as const))(
    'of %i characters is refused in each of its beginnings, and in each of its ends',
    (_, pem) => {
      const whole = pem.trimEnd();
      const body = withoutArmour(pem);
      const parts = [
        ...Array.from(whole, (_, length) => whole.slice(0, length)),
        ...Array.from(whole.slice(1), (_, start) => whole.slice(start + 1)).filter((end) => end !== ''),
        ...Array.from(body, (_, length) => body.slice(0, length)),
        ...Array.from(body, (_, length) => shortened(pem, length)),
      ];
      const accepted = accepts(APNS_TOKEN, parts);
      expect(parts.filter((_, index) => accepted[index])).toEqual([]);
    },
  );

  test('is refused without any of its lines, or with one twice', () => {
    const pem = p8Forms().at(-1)!;
    const lines = pem.trimEnd().split('\n');
    const damaged = lines.flatMap((_, at) => [lines.toSpliced(at, 1), lines.toSpliced(at, 0, lines[at]!)]);
    for (const { accepted, found } of judge(
      APNS_TOKEN,
      damaged.map((some) => some.join('\n')),
    )) {
      expect([accepted, found.length > 0]).toEqual([false, true]);
    }
  });
});

const CASES: readonly (readonly [what: string, text: string, found: string[]])[] = [
  ['nothing', ' \n', ['empty']],
  ['REDACTED', 'REDACTED', ['placeholder']],
  ['***', '***', ['placeholder']],
  ['<the key>', '<the key>', ['placeholder']],
  [
    'armour around REDACTED',
    '-----BEGIN PRIVATE KEY-----\nREDACTED\n-----END PRIVATE KEY-----\n',
    ['placeholder'],
  ],
  ['a variable of a shell', '$APNS_TOKEN', ['reference']],
  ['a variable of a pipeline', '$(apnsToken)', ['reference']],
  ['an expression of a workflow', '${{ secrets.APNS }}', ['reference']],
  ['a key behind a byte order mark', `\uFEFF${key}`, ['bom']],
  ['a key behind a byte order mark that was read as Latin-1', `ï»¿${key}`, ['bom']],
  ['a key in quotes', `"${key.trimEnd()}"`, ['quotes']],
  ['a key in quotes, with a line end', `'${key}'\n`, ['quotes']],
  ['a path', 'AuthKey_ABC123DEFG.p8', ['path']],
  ['an absolute path', '/run/secrets/apns', ['path']],
  ['a path of Windows', 'C:\\keys\\apns', ['path']],
  ['the base64 of the file', Buffer.from(key).toString('base64'), ['base64 of the file']],
  [
    'the base64 of the file in lines',
    Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n'),
    ['base64 of the file'],
  ],
  ['a public key', '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----', ['public key']],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n', ['certificate']],
  [
    'an encrypted key',
    '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHs\n-----END ENCRYPTED PRIVATE KEY-----',
    ['encrypted'],
  ],
  ['a key in SEC1', sec1(), ['SEC1']],
  ['a key in SEC1, body only', withoutArmour(sec1()), ['SEC1']],
  ['an RSA key in PKCS#1', rsa('pkcs1'), ['PKCS#1']],
  [
    'a key of OpenSSH',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
    ['OpenSSH'],
  ],
  ['text in front', `Bag Attributes\n${key}`, ['text in front']],
  ['text behind', `${key}\nissued 2026`, ['text behind']],
  ['two keys', key + key, ['text behind']],
  ['its first line', key.split('\n').slice(0, 2).join('\n'), ['cut short']],
  ['its armour', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----', ['cut short']],
  ['a key that is cut short in whole armour', shortened(key, 64), ['cut short']],
  ['a body that is cut short', withoutArmour(key).slice(0, -8), ['cut short']],
  ['a key without its first line', key.split('\n').slice(1).join('\n'), ['cut short']],
  ['a key that is too long', key.replace('\n-----END', '\nAAAA\n-----END'), ['too long']],
  ['the service account', serviceAccount(), ['JSON']],
  ['an RSA key', rsa(), ['RSA key']],
  ['a P-384 key', pkcs8('P-384'), ['wrong curve']],
  ['something else', 'hello world', ['unreadable']],
  ['a key with a letter of another alphabet', key.replace(/M/, 'М'), ['unreadable']],
];

describe('an APNs token', () => {
  let judged: Judged[];
  beforeAll(() => {
    judged = judge(
      APNS_TOKEN,
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
    expect(APNS_TOKEN.findings.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});
