import { allOf, anyOf, bind, matches, not } from './expressions';
import { fcmPrivateKey, FIREBASE_ADVICE } from './fcm-private-key';
import { secretRule, type Finding, type SecretRule } from './secret-rule';
import { BYTE_ORDER_MARK, EMPTY, PATH, PLACEHOLDER_TEXT, QUOTES, REFERENCE } from './wrong-text';

/** Firebase project ids; JavaScript and RE2 read it alike. */
export const PROJECT_ID = '^[a-z][a-z0-9-]{4,28}[a-z0-9]$';

/** Addresses of service accounts. */
export const CLIENT_EMAIL = '^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$';

/** The JSON, read; null when it is none. Line ends that somebody put into its texts are put up with. */
const read = (text: string) =>
  `try(jsondecode(${text}), jsondecode(replace(${text}, "/[\\r\\n]+/", " ")), null)`;

/** A condition on `a`, what the JSON says; for a JSON that says nothing of the kind it does not hold. */
const looking = (condition: string) => (text: string) => bind('a', read(text), condition);

const IS_ACCOUNT = 'try(a.type == "service_account", false)';

const noJson = (condition: (text: string) => string) => (text: string) =>
  allOf(looking('a == null')(text), condition(text));

const fieldOf = (name: string) => `try(coalesce(tostring(a.${name})), "")`;

const field = (name: string, pattern: string, what: string) => [
  {
    name: `no ${name}`,
    found: looking(allOf(IS_ACCOUNT, `${fieldOf(name)} == ""`)),
    says: `has no ${name}`,
  },
  {
    name: `wrong ${name}`,
    found: looking(allOf(IS_ACCOUNT, `${fieldOf(name)} != ""`, not(matches(pattern, fieldOf(name))))),
    says: `has a ${name} that is not ${what}`,
  },
];

const keyRule = fcmPrivateKey('The private_key of the FCM service account');

/** The rule of the key, held against `private_key`. */
const keyFindings: Finding[] = keyRule.findings
  .filter(({ name }) => name !== 'empty')
  .map((finding) => ({
    name: `private_key: ${finding.name}`,
    found: looking(
      allOf(IS_ACCOUNT, `${fieldOf('private_key')} != ""`, finding.found(fieldOf('private_key'))),
    ),
    message: finding.message,
  }));

const wholeRule = secretRule({
  subject: 'The FCM service account',
  remedy: `Give the text of the JSON file. ${FIREBASE_ADVICE}`,
  otherwise: 'is not JSON',
  findings: [
    EMPTY,
    PLACEHOLDER_TEXT,
    REFERENCE,
    BYTE_ORDER_MARK,
    QUOTES,
    PATH,
    {
      name: 'base64 of the file',
      found: (text) => matches('^\\s*(77u/)?e[wy][A-Za-z0-9+/]', text),
      says: 'is the base64 of a whole file',
      remedy: 'Give the text of the file as it is: undo the encoding with base64 --decode.',
    },
    {
      name: 'PEM',
      found: (text) => matches('^\\s*-----BEGIN ', text),
      says: 'is a key in PEM and not the JSON file that holds it',
    },
    {
      name: 'server key',
      found: (text) => matches('^\\s*AAAA[A-Za-z0-9_:-]{100,}\\s*$', text),
      says: 'is a legacy server key, which Google turned off in 2024',
      remedy: FIREBASE_ADVICE,
    },
    {
      name: 'cut short',
      found: noJson((text) =>
        allOf(
          matches('^\\s*[{]', text),
          not(matches('^\\s*[{][{]', text)),
          not(matches('[}]\\s*$', text)),
          not(QUOTES.found(text)),
        ),
      ),
      says: 'is cut short: the end of the JSON is missing',
      remedy: 'Give the whole text of the file: "$(cat FILE)".',
    },
    {
      name: 'google-services.json',
      found: looking(allOf(not(IS_ACCOUNT), 'can(a.project_info)')),
      says: 'is a google-services.json, which the app is built with',
      remedy: FIREBASE_ADVICE,
    },
    {
      name: 'OAuth client',
      found: looking(allOf(not(IS_ACCOUNT), anyOf('can(a.installed)', 'can(a.web)'))),
      says: 'is an OAuth client',
      remedy: FIREBASE_ADVICE,
    },
    {
      name: 'another type',
      found: looking(
        allOf(
          'a != null',
          not(IS_ACCOUNT),
          not('can(a.project_info)'),
          not('can(a.installed)'),
          not('can(a.web)'),
          // A text in quotes is JSON too.
          not('can(regex("", a))'),
        ),
      ),
      says: 'is JSON without "type": "service_account"',
      remedy: FIREBASE_ADVICE,
    },
    ...field(
      'project_id',
      PROJECT_ID,
      "a Firebase project's id (6 to 30 lower-case letters, digits and hyphens)",
    ),
    ...field('client_email', CLIENT_EMAIL, 'the address of a service account (…@…gserviceaccount.com)'),
    {
      name: 'no private_key',
      found: looking(allOf(IS_ACCOUNT, `${fieldOf('private_key')} == ""`)),
      says: 'has no private_key',
    },
  ],
  // What is an account in JSON is held against its fields one by one.
  accepted: looking(IS_ACCOUNT),
  canonical: (text) => text,
});

/**
 * The JSON file of a Google service account, whole, with the rule of the key for its `private_key`. Its canonical form
 * is an object of the three fields that a hub takes.
 */
export const FCM_SERVICE_ACCOUNT: SecretRule = {
  findings: [...wholeRule.findings, ...keyFindings],
  accepted: (text) =>
    `try(${looking(
      allOf(
        IS_ACCOUNT,
        matches(PROJECT_ID, fieldOf('project_id')),
        matches(CLIENT_EMAIL, fieldOf('client_email')),
        keyRule.accepted(fieldOf('private_key')),
      ),
    )(text)}, false)`,
  canonical: (text) =>
    bind(
      'a',
      read(text),
      `{ project_id = a.project_id, client_email = a.client_email, private_key = ${keyRule.canonical('a.private_key')} }`,
    ),
};
