import { seededRandom } from '../../../local/azure/core/random';
import { parseTagExpression } from '../../../local/azure/services/notification-hubs/tag-expression';
import { readDevice } from '../../../relay/devices/device';
import { readLanguage } from '../../../relay/devices/language';
import { audience, isRawId, languageTag, rawIdOf, userTag } from '../../../relay/tags';

const random = seededRandom('niceties');
const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

describe('of a language', () => {
  test.each([
    ['de', 'de'],
    ['pt-BR', 'pt-BR'],
    ['EN-us', 'en-US'],
    ['en_US', 'en-US'],
    ['en-US-u-mu-celsius', 'en-US'],
    ['en-US-u-fw-mon-mu-celsius-nu-latn', 'en-US'],
    ['de-DE.UTF-8', 'de-DE'],
    ['ca_ES@valencia', 'ca-ES'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['zh_TW_#Hant', 'zh-TW'],
    ['de-1996', 'de'],
    ['es-419', 'es-419'],
    ['iw', 'he'],
    [' fr ', 'fr'],
    ['de-', 'de'],
    ['de-AT-something-quite-different!', 'de-AT'],
  ])('%j is understood %j', (language, understood) => {
    expect(readLanguage(language)).toBe(understood);
  });

  test.each([
    '',
    ' ',
    'C',
    'POSIX',
    'und',
    'und-US',
    'deutsch',
    '../de',
    '-',
    '_',
    '🇦🇹',
    'x-private',
    5,
    null,
    {},
    [],
  ])('%j names none', (language) => {
    expect(readLanguage(language)).toBeUndefined();
  });

  test('whatever comes, a device is registered, and the tag of what is understood is one', () => {
    const parts = [
      'de',
      'en',
      'US',
      'u',
      'mu',
      'celsius',
      '-',
      '_',
      '.',
      '@',
      '#',
      'x',
      '419',
      'Hant',
      '\u0000',
      '\ud800',
      ' ',
    ];
    for (let i = 0; i < 5_000; i++) {
      const language = Array.from(
        { length: Math.floor(random() * 9) },
        () => one(parts) + one(['-', '_', '']),
      ).join('');
      const read = readDevice({
        platform: 'fcmv1',
        pushChannel: 'x'.repeat(40),
        user: '8:acs:anna',
        language,
      });
      if (!('device' in read)) throw new Error(`refused: ${JSON.stringify(language)}`);
      const understood = read.device.language;
      expect(read.ignored).toEqual(understood === undefined ? ['language'] : []);
      if (understood !== undefined) expect(languageTag(understood)).toMatch(/^lang:[A-Za-z0-9-]{2,15}$/);
    }
  });
});

describe('the tag of a raw id', () => {
  test.each([
    ['8:acs:5b0c8a44_1f-2', 'user:8:acs:5b0c8a44_1f-2'],
    ['8:orgid:0b8f6f8e-8d4a-4a0a-b1d1-3c2f7f1d9d11', 'user:8:orgid:0b8f6f8e-8d4a-4a0a-b1d1-3c2f7f1d9d11'],
    ['4:+15555550123', 'user:4:15555550123'],
    ['4:15555550123', 'user:4:15555550123'],
  ])('of %s is as it was ever', (rawId, tag) => {
    expect(userTag(rawId)).toBe(tag);
    expect(rawIdOf(tag)).toBe(rawId.replace('4:1', '4:+1'));
  });

  test.each([`8:acs:${'r'.repeat(36)}_${'t'.repeat(36)}_${'u'.repeat(36)}`, '8:a b', '8:a+b', '8:ä', '🙂'])(
    'of %s is its hash',
    (rawId) => {
      expect(userTag(rawId)).toMatch(/^user#[0-9a-f]{64}$/);
      expect(rawIdOf(userTag(rawId), ['8:acs:other', rawId])).toBe(rawId);
    },
  );

  test('selects the devices of that identity alone, whatever it is', () => {
    const parts = [
      '8:acs:',
      '4:',
      '+',
      '_',
      'user:',
      '#',
      ' && ',
      ' || !',
      '(',
      ')',
      'a',
      'B',
      '0',
      'ä',
      '🙂',
      '\u0000',
      '$',
      '{}',
    ];
    const ids = new Set<string>();
    while (ids.size < 1_000) {
      const id = Array.from({ length: 1 + Math.floor(random() * 40) }, () => one(parts)).join('');
      if (isRawId(id)) ids.add(id);
    }
    const tags = new Map<string, string>();
    for (const id of ids) {
      const tag = userTag(id);
      expect(tag.length).toBeLessThanOrEqual(120);
      expect(parseTagExpression(audience(id, undefined, []))(new Set([tag]))).toBe(true);
      // A phone number is the same with its plus and without.
      const other = tags.get(tag);
      if (other !== undefined && other.replace(/^4:\+/, '4:') !== id.replace(/^4:\+/, '4:'))
        throw new Error(`${other} and ${id} have the same tag`);
      tags.set(tag, id);
    }
  });
});

test.each([
  ['fields of a later app', { badge: true, tags: ['user:everybody'] }, ['badge', 'tags'], {}],
  ['a PushKit token for Android', { voipPushChannel: 'ab'.repeat(32) }, ['voipPushChannel'], {}],
  [
    'a PushKit token that is none',
    { platform: 'apns', pushChannel: 'ab'.repeat(32), voipPushChannel: 'x' },
    ['voipPushChannel'],
    {},
  ],
  [
    'null for what there is not',
    { language: null, voipPushChannel: null, alsoFor: null },
    [],
    { alsoFor: [] },
  ],
])('%s are left out, and told', (_, over, ignored, device) => {
  const read = readDevice({ platform: 'fcmv1', pushChannel: 'x'.repeat(40), user: '8:acs:anna', ...over });
  expect(read).toMatchObject({ ignored, device });
  expect((read as { device: object }).device).toMatchObject({ voipPushChannel: undefined });
});

test('names of many, long fields are told of in part', () => {
  const over = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${n}`.repeat(50), 1]));
  const read = readDevice({ platform: 'fcmv1', pushChannel: 'x'.repeat(40), user: '8:acs:anna', ...over });
  const { ignored } = read as unknown as { ignored: string[] };
  expect(ignored).toHaveLength(20);
  expect(Math.max(...ignored.map(({ length }) => length))).toBe(40);
});
