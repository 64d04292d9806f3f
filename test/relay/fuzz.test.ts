import { seededRandom } from '../../local/azure/core/random';
import { REFUSAL_REASONS, TransientError } from '../../relay/errors';
import type { EventOutcome } from '../../relay/contract';
import type { Log } from '../../relay/ports';
import { PAYLOAD_LIMIT } from '../../relay/push/limits';
import { bareRelay } from './bare-relay';
import { asCloudEvent, Samples } from './samples';

const SEED = Number(process.env['RELAY_TEST_SEED'] ?? 7);
const ROUNDS = Number(process.env['RELAY_TEST_ROUNDS'] ?? 5_000);
const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';

const random = seededRandom(`${SEED}/fuzz`);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const STRANGE: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => '',
  () => 0,
  () => -1,
  () => Number.MAX_VALUE,
  () => true,
  () => [],
  () => {},
  () => [[[]]],
  () => ({ rawId: { rawId: { rawId: 1 } } }),
  () => ({ communicationIdentifier: { communicationIdentifier: {} } }),
  () => '\u0000\ud800\udfff\u202e',
  () => '👩‍👩‍👧‍👦'.repeat(3000),
  () => 'x'.repeat(100_000),
  () => '{sender}{text}{{}}${jndi:ldap://x}',
  () => '<'.repeat(5000),
  () => '&#x110000;&#0;&amp;&lt;script&gt;',
  () => '8:acs:a && !user:b || c',
  () => '../../../etc/passwd',
  () => '__proto__',
  () => '9999999-99-99T99:99:99Z',
  () => '+275760-09-13T00:00:00.000Z',
  () => '1969-12-31T23:59:59Z',
  () => Symbol.iterator.toString(),
];

/** What HTML is made of, and what is none. */
const MARKUP = [
  ...[
    '<',
    '>',
    '</',
    '/>',
    '"',
    "'",
    '=',
    '&',
    '&#',
    ';',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    ' ',
    '\n',
  ],
  ...[
    '<p>',
    '</p>',
    '<br>',
    '<div',
    '<pre>',
    '</pre>',
    '<table><tr><td>',
    '</td>',
    '<li>',
    '<script>',
    '</script>',
  ],
  ...[
    '<style>',
    '</style',
    '<title>',
    '<textarea>',
    '<svg>',
    '<quote>',
    '</quote>',
    '<blockquote>',
    '</blockquote>',
  ],
  ...[
    '<blockquote itemtype="http://schema.skype.com/Reply">',
    '<img alt="',
    '<emoji alt="😀">',
    '<at id="0">',
  ],
  ...[
    '&eacute;',
    '&hellip;',
    '&#xD83D;',
    '&#xde00;',
    '&#0;',
    '&#x202e;',
    '&NotEqualTilde;',
    '&nosuch',
    '\ud83d',
  ],
  ...['\udc00', '\0', '\u202e', '\u2028', 'See you', 'é', '👩‍👩‍👧‍👦', '8:acs:alice', 'x'.repeat(300)],
];

/** What raw ids are made of, and what would mean something in a tag or its expression. */
const RAW_ID = [
  ...['8:acs:', '8:orgid:', '4:+', '4:', '28:', 'user:', 'user#', '5b0c8a44-1f', '_', '14255550123'],
  ...[' ', '+', '/', '%', '"', '\n', ' && ', ' || ', '!', '(', ')', '{x}', 'é', '🙂', 'x'.repeat(116)],
];

/** What the subject of a recording is made of, and what is none. */
const SUBJECT = [
  ...['/recording/call/', '/serverCallId/', '/recordingId/', '/SERVERCALLID/', 'aHR0cHM6Ly9h', '==', '/'],
  ...['%2F', '%2FrecordingId%2F', '%', '%zz', '%C3%28', '..', '\0', '\ud800', 'é', 'x'.repeat(3000)],
];

const made = (parts: readonly string[], atMost: number) =>
  Array.from({ length: Math.floor(random() ** 2 * atMost) }, () => pick(parts)).join('');
const html = () => made(MARKUP, 200);

/** Changes one place of a value, at any depth. */
function mutate(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.1) return pick(STRANGE)();
  const copy: any = Array.isArray(value) ? [...value] : { ...value };
  const keys = Object.keys(copy);
  const key = keys.length > 0 ? pick(keys) : 'x';
  const roll = random();
  if (roll < 0.2) delete copy[key];
  else if (roll < 0.3)
    copy[pick(['__proto__x', 'constructor', 'toString', 'specversion', 'data', key])] = pick(STRANGE)();
  else if (roll < 0.4) {
    copy[key[0] === key[0]?.toUpperCase() ? key.toLowerCase() : key[0]!.toUpperCase() + key.slice(1)] =
      copy[key];
    delete copy[key];
  } else copy[key] = mutate(copy[key]);
  return copy;
}

test(`seed ${SEED}: ${ROUNDS} changed events of every kind never bring the relay down`, async () => {
  const lines: string[] = [];
  const log: Log = {
    write: (_level, message, fields) => void lines.push(JSON.stringify({ message, ...fields })),
  };
  const { relay, letters, messages } = bareRelay(SOURCE, { voip: true });
  const samples = new Samples(SOURCE);
  const outcomes = new Map<EventOutcome | 'again', number>();
  for (let round = 0; round < ROUNDS; round++) {
    // A ring of long ago is no sample of the documentation, and changes alone seldom make one.
    const stale = { ...samples.incomingCall(), eventTime: '2020-01-01T00:00:00Z' };
    // Half of them of a kind that a push is made of: the others have few ways to go.
    const sample = pick(random() < 0.5 ? [...samples.pushed(), stale] : samples.unpushed());
    let event: unknown = random() < 0.5 ? sample : asCloudEvent(sample);
    for (let changes = Math.floor(random() * 4); changes > 0; changes--) event = mutate(event);
    if (random() < 0.1) {
      event = samples.chatMessageReceived({
        type: pick(['html', 'RichText/Html', 'Text']),
        messageBody: html(),
        senderDisplayName: html(),
        recipientCommunicationIdentifier: { rawId: made(RAW_ID, 8) },
      });
    } else if (random() < 0.05) {
      // Nobody is known to have started its call, and after a while nobody is waited for any more.
      const eventTime = new Date(Date.now() - pick([0, 3_600_000])).toISOString();
      event = { ...samples.recordingFileStatusUpdated('x'), subject: made(SUBJECT, 12), eventTime };
    } else if (random() < 0.01) {
      event = samples.chatMessageReceived({ threadId: 'x'.repeat(100_000) });
    }
    messages.length = 0;
    const kept = letters.length;
    let outcome: EventOutcome | 'again';
    try {
      outcome = await relay.handle(event, 'messages', log);
    } catch (error) {
      // Only what says of itself that it can heal.
      if (!(error instanceof TransientError))
        throw new Error(`round ${round}: ${JSON.stringify(event)}`, { cause: error });
      outcome = 'again';
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    expect(letters.length - kept).toBe(outcome === 'dead-lettered' ? 1 : 0);
    expect(messages.length > 0).toBe(outcome === 'pushed');
    for (const { platform, body, tagExpression, headers } of messages) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(PAYLOAD_LIMIT[platform]);
      const payload = JSON.parse(body);
      expect(typeof payload).toBe('object');
      // Half a character: push services may refuse the whole.
      expect(body).not.toMatch(/\\ud[89a-f]/i);
      const { alert } = payload.aps ?? {};
      // Nothing that shows nothing, or turns what stands beside it.
      if (alert)
        expect(`${alert.title}${alert.body}`).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
      if (alert) expect([alert.title.trim(), alert.body.trim()]).not.toContain('');
      // FCM takes nothing else, and says so only after the hub has accepted the push.
      for (const [key, value] of Object.entries(payload.message?.data ?? {})) {
        expect(key).not.toMatch(/^(from$|message_type$|google|gcm)/);
        expect(typeof value).toBe('string');
      }
      expect(tagExpression).toMatch(/^user(:[A-Za-z0-9_@#.:-]{1,115}|#[0-9a-f]{64})( && !rings:voip)?$/);
      expect(Object.values(headers).join()).toMatch(/^[\w,.:-]*$/);
    }
  }
  // Every way out was taken.
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining(['again', 'dead-lettered', 'expired', 'nobody-to-tell', 'pushed']),
  );
  expect(new Set(letters.map((letter) => letter.reason))).toEqual(
    // No hub is there to refuse a push.
    new Set(REFUSAL_REASONS.filter((reason) => reason !== 'refused-by-hub')),
  );
  expect(lines.join('\n')).not.toMatch(/See you at|Great to connect/);
});
