import { FCM_SERVICE_ACCOUNT } from '../../../../constructs/credentials/secret-rules';
import { pkcs8, rsa, serviceAccount, shortened } from '../../../support/keys';
import { accepts, judge, type Judged } from '../../../support/terraform-expressions';

const account = serviceAccount();
const pretty = JSON.stringify(JSON.parse(account), undefined, 2);

/** Ways in which a JSON file arrives that do not change what it means. */
const FORMS: readonly (readonly [what: string, text: string])[] = [
  ['as Google writes it', `${pretty}\n`],
  ['on one line', account],
  ['with Windows line ends', pretty.replaceAll('\n', '\r\n')],
  ['with a key whose line ends were escaped twice', pretty.replaceAll('\\n', '\\\\n')],
  ['with a key whose line ends a shell made real', pretty.replaceAll('\\n', '\n')],
  ['with a key whose line ends were made real on Windows', pretty.replaceAll('\\n', '\r\n')],
  [
    'with the body of its key only',
    serviceAccount({ private_key: rsa().replace(/-----[^-]+-----|\s/g, '') }),
  ],
];

describe('a service account', () => {
  test.each(FORMS.map(([what, text]) => [what, text] as const))(
    'is taken and goes to a hub by its three fields, %s',
    (_, text) => {
      expect(judge(FCM_SERVICE_ACCOUNT, [text])).toEqual([
        {
          accepted: true,
          found: [],
          canonical: {
            project_id: 'my-app-1234',
            client_email: 'push@my-app-1234.iam.gserviceaccount.com',
            private_key: rsa(),
          },
        },
      ]);
    },
  );

  test('is refused in its beginnings and in its ends', () => {
    const at = Array.from({ length: Math.floor(pretty.length / 9) }, (_, n) => n * 9);
    const parts = [
      ...at.map((length) => pretty.slice(0, length)),
      ...at.map((start) => pretty.slice(start + 1)),
      pretty.slice(0, -1),
    ];
    const accepted = accepts(FCM_SERVICE_ACCOUNT, parts);
    expect(parts.filter((_, index) => accepted[index])).toEqual([]);
  });
});

const CASES: readonly (readonly [what: string, text: string, found: string[]])[] = [
  ['nothing', ' ', ['empty']],
  ['REDACTED', 'REDACTED', ['placeholder']],
  ['a variable of a pipeline', '$(fcmServiceAccount)', ['reference']],
  ['an expression of a workflow', '${{ secrets.FCM }}', ['reference']],
  ['a template', '{{ fcm }}', ['reference']],
  ['an account behind a byte order mark', `\uFEFF${account}`, ['bom']],
  ['an account in quotes', `'${account}'`, ['quotes']],
  ['JSON in JSON', JSON.stringify(account), ['quotes']],
  ['a path', './service-account.json', ['path']],
  ['the base64 of the file', Buffer.from(account).toString('base64'), ['base64 of the file']],
  [
    'the base64 of the file, as Google writes it',
    Buffer.from(pretty).toString('base64'),
    ['base64 of the file'],
  ],
  ['the key alone', rsa(), ['PEM']],
  ['a .p8 key', pkcs8('P-256'), ['PEM']],
  ['a legacy server key', `AAAAabcdefg:${'x'.repeat(140)}`, ['server key']],
  ['an account that is cut short', account.slice(0, 300), ['cut short']],
  ['an account that is cut short behind a quote', account.slice(0, account.indexOf(':')), ['cut short']],
  ['an account with a quote behind it', `${account}"`, ['quotes']],
  ['a google-services.json', '{"project_info":{"project_id":"x"},"client":[]}', ['google-services.json']],
  ['an OAuth client', '{"installed":{"client_id":"x"}}', ['OAuth client']],
  ['an OAuth client for the web', '{"web":{"client_id":"x"}}', ['OAuth client']],
  ['a person', serviceAccount({ type: 'authorized_user' }), ['another type']],
  ['a list', '[1]', ['another type']],
  ['a number', '5', ['unreadable']],
  ['something else', 'hello world', ['unreadable']],
  ['an account without project_id', serviceAccount({ project_id: undefined }), ['no project_id']],
  ['an account whose project_id is none', serviceAccount({ project_id: 5 }), ['wrong project_id']],
  ['an account without client_email', serviceAccount({ client_email: '' }), ['no client_email']],
  [
    'an account with the address of a person',
    serviceAccount({ client_email: 'me@example.com' }),
    ['wrong client_email'],
  ],
  ['an account without private_key', serviceAccount({ private_key: undefined }), ['no private_key']],
  ['an account whose private_key is null', serviceAccount({ private_key: null }), ['no private_key']],
  ['an account whose private_key is empty', serviceAccount({ private_key: '' }), ['no private_key']],
  ['an account whose private_key is a list', serviceAccount({ private_key: [] }), ['no private_key']],
  [
    'an account whose private_key is REDACTED',
    serviceAccount({ private_key: 'REDACTED' }),
    ['private_key: placeholder'],
  ],
  ['an account with a key in PKCS#1', serviceAccount({ private_key: rsa('pkcs1') }), ['private_key: PKCS#1']],
  ['an account with an EC key', serviceAccount({ private_key: pkcs8('P-256') }), ['private_key: EC key']],
  [
    'an account whose key is cut short',
    serviceAccount({ private_key: rsa().slice(0, 400) }),
    ['private_key: cut short'],
  ],
  [
    'an account whose key is cut short in whole armour',
    serviceAccount({ private_key: shortened(rsa(), 600) }),
    ['private_key: cut short'],
  ],
  ['an account whose key is a path', serviceAccount({ private_key: 'key.pem' }), ['private_key: path']],
  [
    'an account whose key is something else',
    serviceAccount({ private_key: 'key' }),
    ['private_key: unreadable'],
  ],
  [
    'an account with all of its fields wrong',
    serviceAccount({ project_id: 'X', client_email: 'x', private_key: 'x y' }),
    ['wrong project_id', 'wrong client_email', 'private_key: unreadable'],
  ],
];

describe('an FCM service account', () => {
  let judged: Judged[];
  beforeAll(() => {
    judged = judge(
      FCM_SERVICE_ACCOUNT,
      CASES.map(([, text]) => text),
    );
  });

  test.each(CASES.map(([what, , found], index) => [what, found, index] as const))(
    'is not %s: %j',
    (_, found, index) => {
      expect(judged[index]).toEqual({ accepted: false, found, canonical: null });
    },
  );

  test('has each of its own findings in a test', () => {
    const seen = new Set(CASES.flatMap(([, , found]) => found));
    const own = FCM_SERVICE_ACCOUNT.findings.map(({ name }) => name).filter((name) => !name.includes(':'));
    expect(own.filter((name) => !seen.has(name))).toEqual([]);
  });
});
