import { createPrivateKey } from 'node:crypto';
import { FCM_PRIVATE_KEY } from '../../../../constructs/credentials/secret-rules';
import { p8Forms, pkcs8, rsa, shortened, withoutArmour } from '../../../support/keys';
import { accepts, judge, type Judged } from '../../../support/terraform-expressions';
import { RESTORED_FORMS } from './restored-forms';

const SIZES = [2048, 3072, 4096];
const keys = SIZES.map((bits) => rsa('pkcs8', bits));
const key = keys[0]!;

describe('the private key of a service account', () => {
  let judged: Judged[];
  const forms = Object.entries(RESTORED_FORMS);
  beforeAll(() => {
    judged = judge(
      FCM_PRIVATE_KEY,
      forms.flatMap(([, form]) => keys.map(form)),
    );
  });

  test.each(forms.map(([what], index) => [what, index] as const))(
    'is taken in each size and goes to a hub as the file has it, %s',
    (_, index) => {
      const mine = judged.slice(index * keys.length, (index + 1) * keys.length);
      expect(mine).toEqual(keys.map((canonical) => ({ accepted: true, found: [], canonical })));
    },
  );

  test('is one that Node can sign with', () => {
    const sizes = judged.map(
      ({ canonical }) => createPrivateKey(canonical as string).asymmetricKeyDetails?.modulusLength,
    );
    expect(sizes).toEqual(forms.flatMap(() => SIZES));
  });

  test.each(SIZES.map((bits) => [bits, rsa('pkcs8', bits)] as const))(
    'of %i bits is refused in its beginnings and in its ends',
    (_, pem) => {
      const whole = pem.trimEnd();
      const body = withoutArmour(pem);
      // Every thirteenth: 13 and 4, the characters that three bytes make, have no common factor.
      const lengths = (text: string) => Array.from({ length: Math.ceil(text.length / 13) }, (_, n) => n * 13);
      const parts = [
        ...lengths(whole).map((length) => whole.slice(0, length)),
        ...lengths(whole.slice(1)).map((start) => whole.slice(start + 1)),
        ...lengths(body).map((length) => body.slice(0, length)),
        ...lengths(body).map((length) => shortened(pem, length)),
        ...Array.from({ length: 70 }, (_, n) => whole.slice(0, whole.length - 1 - n)),
      ];
      const accepted = accepts(FCM_PRIVATE_KEY, parts);
      expect(parts.filter((_, index) => accepted[index])).toEqual([]);
    },
  );

  test('is refused without any of its lines, or with one twice', () => {
    const lines = key.trimEnd().split('\n');
    const damaged = lines.flatMap((line, at) => [lines.toSpliced(at, 1), lines.toSpliced(at, 0, line)]);
    const texts = damaged.map((some) => some.join('\n'));
    for (const { accepted, found } of judge(FCM_PRIVATE_KEY, texts)) {
      expect([accepted, found.length > 0]).toEqual([false, true]);
    }
  });
});

const CASES: readonly (readonly [what: string, text: string, found: string[]])[] = [
  ['nothing', '', ['empty']],
  ['REDACTED', 'REDACTED', ['placeholder']],
  [
    'REDACTED in armour',
    '-----BEGIN PRIVATE KEY-----\\nREDACTED\\n-----END PRIVATE KEY-----\\n',
    ['placeholder'],
  ],
  ['a key in PKCS#1', rsa('pkcs1'), ['PKCS#1']],
  ['a key in PKCS#1, body only', withoutArmour(rsa('pkcs1')), ['PKCS#1']],
  ['a key of 1024 bits', rsa('pkcs8', 1024), ['RSA size']],
  ['a .p8 key', pkcs8('P-256'), ['EC key']],
  ['a .p8 key as Apple writes it', p8Forms().at(-1)!, ['EC key']],
  ['a legacy server key', `AAAAabcdefg:${'x'.repeat(140)}`, ['server key']],
  ['a key that is cut short in whole armour', shortened(key, 640), ['cut short']],
  ['a key whose quotes came along', `"${key.trimEnd().replaceAll('\n', '\\n')}"`, ['quotes']],
  ['a key with a comma of JSON behind it', `${key.trimEnd()},`, ['text behind']],
  ['JSON', '{"private_key":"x"}', ['JSON']],
  ['something else', 'hello world', ['unreadable']],
];

describe('an FCM private key', () => {
  let judged: Judged[];
  beforeAll(() => {
    judged = judge(
      FCM_PRIVATE_KEY,
      CASES.map(([, text]) => text),
    );
  });

  test.each(CASES.map(([what, , found], index) => [what, found, index] as const))(
    'is not %s: %j',
    (_, found, index) => {
      expect(judged[index]).toEqual({ accepted: false, found, canonical: null });
    },
  );
});
