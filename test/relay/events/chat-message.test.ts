import type { HubMessage } from '../../../relay/ports';
import { bareRelay } from '../bare-relay';
import { Samples } from '../samples';

const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';
const HOUR_MS = 60 * 60_000;
const samples = new Samples(SOURCE);
const lines: Record<string, unknown>[] = [];
const { relay, messages } = bareRelay(SOURCE);
const handle = (event: unknown) =>
  relay.handle(event, 'messages', { write: (_level, _message, fields) => void lines.push({ ...fields }) });

beforeEach(() => {
  lines.length = 0;
  messages.length = 0;
});

/** Title and body, as each platform is told them. */
const said = () =>
  messages.map(({ platform, body }: HubMessage) => {
    const payload = JSON.parse(body);
    if (platform === 'apple') return [payload.aps.alert.title, payload.aps.alert.body];
    const { title, body: text } = platform === 'fcmv1' ? wordsOf(payload.message) : payload;
    return [title, text];
  });
/** Of a message that Android shows, or of one that the app shows. */
const wordsOf = ({ notification, data }: any) => notification ?? data;
const onAll = (title: string, body: string) => [
  [title, body],
  [title, body],
  [title, body],
];

describe('what people wrote becomes the text of a push', () => {
  test.each([
    ['text', 'Text', 'See <b>you</b> &amp; me', 'See <b>you</b> &amp; me'],
    ['text by the name that the chat API has for it', 'text', 'See you', 'See you'],
    ['text of an event that says no type', undefined, 'See you', 'See you'],
    ['formatted text', 'html', '<p>See <b>you</b> &amp; me</p>', 'See you & me'],
    ['formatted text of Teams', 'RichText/Html', '<div>See <i>you</i>&hellip;</div>', 'See you…'],
    ['formatted text of Skype', 'RichText', 'See <ss type="smile">:)</ss>', 'See :)'],
  ])('%s', async (_, type, messageBody, expected) => {
    expect(await handle(samples.chatMessageReceived({ type, messageBody }))).toBe('pushed');
    expect(said()).toEqual(onAll('Alice', expected));
  });
});

describe('what has no words is told without any', () => {
  test.each([
    ['a picture alone', 'RichText/Html', '<p><img src="https://example.com/1" alt="image"></p>'],
    ['a quote alone', 'html', '<blockquote itemtype="http://schema.skype.com/Reply">See you</blockquote>'],
    [
      'a file',
      'RichText/Media_GenericFile',
      '<URIObject uri="https://example.com"><Title>a.pdf</Title></URIObject>',
    ],
    ['a card', 'RichText/Media_Card', '<URIObject type="SWIFT.1">{"attachments":[]}</URIObject>'],
    ['a type that is not known', 'Poll', '{"question":"When?"}'],
    ['an empty text', 'Text', ' \u200b\n'],
    ['a text of nothing that can be seen', 'Text', '\0\u202e\u3164'],
  ])('%s', async (_, type, messageBody) => {
    expect(await handle(samples.chatMessageReceived({ type, messageBody }))).toBe('pushed');
    expect(said()).toEqual(onAll('Alice', 'Open the app to read it'));
  });
});

describe('what nobody wrote is no message', () => {
  const bodies =
    '<addmember><eventtime>1598478187549</eventtime><initiator>8:acs:alice</initiator></addmember>';
  test.each([
    'topicUpdated',
    'participantAdded',
    'participantRemoved',
    'ThreadActivity/AddMember',
    'ThreadActivity/DeleteMember',
    'ThreadActivity/TopicUpdate',
    'ThreadActivity/SomethingNew',
    'Event/Call',
    'Control/Typing',
    'RichText/Media_CallRecording',
    'RichText/Media_CallTranscript',
    'EVENT/CALL',
  ])('%s', async (type) => {
    for (const event of [
      samples.chatMessageReceived({ type, messageBody: bodies }),
      samples.chatMessageEdited({ type, messageBody: bodies }),
      samples.chatMessageDeleted({ type }),
    ]) {
      expect(await handle(event)).toBe('nobody-to-tell');
    }
    expect(messages).toEqual([]);
    expect(lines).toMatchObject(Array(3).fill({ outcome: 'nobody-to-tell', because: 'control-message' }));
  });
});

describe('names and texts are such that every device can show them', () => {
  test('half a character is a whole one that says so, on every platform', async () => {
    await handle(
      samples.chatMessageReceived({ senderDisplayName: 'Al\ud83dice', messageBody: 'See\udc00 you \ud83d' }),
    );
    expect(said()).toEqual(onAll('Al\ufffdice', 'See\ufffd you \ufffd'));
  });

  test('nothing turns the direction of what stands beside it, and a name has one line', async () => {
    await handle(
      samples.chatMessageReceived({
        senderDisplayName: 'Alice\r\n\u202eKnab\x07',
        messageBody: '\u202eSee\0\ryou',
      }),
    );
    expect(said()).toEqual(onAll('Alice Knab', 'See\nyou'));
  });

  test('an id with half a character in it is no JSON that push services refuse', async () => {
    await handle(samples.chatMessageReceived({ threadId: '19:\ud800', messageId: '\udc00' }));
    expect(messages).toHaveLength(3);
    for (const { body } of messages) expect(body).not.toMatch(/\\ud[89a-f]/i);
  });

  test('a topic too', async () => {
    await handle(samples.chatThreadCreatedWithUser({ properties: { topic: 'Holi\ud800days\n\u2066 2027' } }));
    expect(said().map(([title]) => title)).toEqual(Array(3).fill('Holi\ufffddays 2027'));
  });

  test('an SMS too', async () => {
    await handle(samples.smsReceived({ message: 'Great\ud800\0 to\u202e connect' }));
    expect(said().map(([, body]) => body)).toEqual(Array(3).fill('Great\ufffd to connect'));
  });

  test('a caller too', async () => {
    await handle(samples.incomingCall({ callerDisplayName: 'Al\ud800\nice\u202e' }));
    expect(messages.length).toBeGreaterThan(0);
    for (const { body } of messages) {
      expect(body).toContain('Al\ufffd ice');
      expect(body).not.toMatch(/\\ud[89a-f]|\u202e/i);
    }
  });
});

describe('an edit', () => {
  const composed = (agoMs: number) => ({ composeTime: new Date(Date.now() - agoMs).toISOString() });

  test('shows its text in place of the old', async () => {
    const message = samples.chatMessageReceived();
    await handle(message);
    const [first] = messages.splice(0);
    await handle(samples.chatMessageEdited({ messageId: message.data['messageId'] }));
    expect(said()).toEqual(onAll('Alice', 'See you at ten'));
    expect(messages[0]!.headers['apns-collapse-id']).toBe(first!.headers['apns-collapse-id']);
  });

  test('of what was written within a day is pushed', async () => {
    expect(await handle(samples.chatMessageEdited(composed(23 * HOUR_MS)))).toBe('pushed');
  });

  test('of what was written before that tells nobody, and says why', async () => {
    expect(await handle(samples.chatMessageEdited(composed(25 * HOUR_MS)))).toBe('nobody-to-tell');
    expect(await handle(samples.chatMessageEdited(composed(7 * 24 * HOUR_MS)))).toBe('nobody-to-tell');
    expect(messages).toEqual([]);
    expect(lines).toMatchObject(Array(2).fill({ outcome: 'nobody-to-tell', because: 'edit-of-old' }));
  });

  test.each([undefined, '', 'last week', 7])('of what was written at %j is pushed', async (composeTime) => {
    expect(await handle(samples.chatMessageEdited({ composeTime }))).toBe('pushed');
  });

  test('does not keep a deletion of what was written long ago from withdrawing it', async () => {
    expect(await handle(samples.chatMessageDeleted(composed(7 * 24 * HOUR_MS)))).toBe('pushed');
  });
});

test('a message that is deleted stays so, whatever version comes late', async () => {
  const message = samples.chatMessageReceived({ version: Number.MAX_VALUE });
  const { messageId } = message.data;
  await handle(message);
  await handle(samples.chatMessageDeleted({ messageId }));
  messages.length = 0;
  await handle(samples.chatMessageEdited({ messageId, version: Number.MAX_VALUE }));
  expect(lines.map(({ outcome }) => outcome)).toEqual(['pushed', 'pushed', 'superseded']);
  expect(messages).toEqual([]);
});
