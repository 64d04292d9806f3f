import { join } from 'node:path';
import { TransientError } from '../../../relay/errors';
import { Transport } from '../../../relay/http';
import { hubRequest, SAMPLE_EVENTS, samplePush, type Connection } from '../../../relay/operations';
import { systemClock } from '../../../relay/ports';
import { readSettings } from '../../../relay/settings';
import { bareRelay, loadTemplates } from '../bare-relay';
import { BOB, Samples } from '../samples';

const GROUP = '/subscriptions/s/resourceGroups/g/providers';
const ACS = `${GROUP}/Microsoft.Communication/communicationServices/acs`;
const HUB = `${GROUP}/Microsoft.NotificationHubs/namespaces/ntfns/notificationHubs`;
const RULES = {
  alert: `${HUB}/relay/authorizationRules/send`,
  voip: `${HUB}/voip/authorizationRules/send`,
};
const NUMBER = '4:+15555550199';

const settingsWith = (over: Record<string, string> = {}) =>
  readSettings({
    RELAY_SOURCE_ID: ACS,
    RELAY_HUB_RULE_ID: RULES.alert,
    RELAY_VOIP_HUB_RULE_ID: RULES.voip,
    RELAY_PLATFORMS: 'apple,fcmv1,browser',
    AZURE_CLIENT_ID: 'client',
    IDENTITY_ENDPOINT: 'none',
    IDENTITY_HEADER: 'none',
    ...over,
  });

/** Azure out of reach: whatever is asked of it fails. */
const unreachable: Connection = {
  credential: { getToken: () => Promise.reject(new TransientError('no token')) },
  transport: new Transport({}),
  clock: { ...systemClock, sleep: () => Promise.resolve() },
};

afterAll(() => unreachable.transport.close());

const FOLDER = join(__dirname, '../templates');
const templates = loadTemplates(FOLDER);

const sampleOf = (event: (typeof SAMPLE_EVENTS)[number], over: Record<string, string> = {}) =>
  samplePush(
    {
      event,
      user: event === 'SMSReceived' ? NUMBER : BOB,
      threadId: '19:sample@thread.v2',
      settings: settingsWith(over),
      templates,
    },
    unreachable,
  );

test.each(SAMPLE_EVENTS)('a sample of %s becomes a push on every platform of the relay', async (event) => {
  const { messages, verdict } = await sampleOf(event);
  expect(new Set(messages.map(({ platform }) => platform))).toEqual(new Set(['apple', 'fcmv1', 'browser']));
  expect(verdict).toEqual({ kind: 'push' });
  for (const { tagExpression, body } of messages) {
    expect(tagExpression).toContain(event === 'SMSReceived' ? 'user:4:15555550199' : `user:${BOB}`);
    expect(JSON.parse(body)).toBeTruthy();
  }
});

test('the settings of the relay count: platforms, the VoIP hub, and whether text is pushed', async () => {
  const rings = await sampleOf('IncomingCall');
  expect(rings.messages.map(({ hub }) => hub)).toContain('voip');
  const alone = await sampleOf('IncomingCall', { RELAY_VOIP_HUB_RULE_ID: '', RELAY_PLATFORMS: 'fcmv1' });
  expect(new Set(alone.messages.map(({ key }) => key.split('/').slice(0, 2).join('/')))).toEqual(
    new Set(['alert/fcmv1']),
  );
  const bodies = ({ messages }: typeof rings) => messages.map(({ body }) => body).join();
  expect(bodies(await sampleOf('ChatMessageReceived'))).toContain('This is a sample message');
  expect(bodies(await sampleOf('ChatMessageReceived', { RELAY_MESSAGE_TEXT: 'omit' }))).not.toContain(
    'This is a sample message',
  );
});

test('what is shown is what the relay sends: the same words, headers and tags as of a real event', async () => {
  const { messages } = await sampleOf('ChatMessageReceived');
  const bare = bareRelay(ACS, { voip: true, templates: FOLDER });
  const event = new Samples(ACS).chatMessageReceived({
    messageBody: 'This is a sample message',
    senderDisplayName: 'Alice Sample',
    recipientCommunicationIdentifier: { rawId: BOB },
  });
  await bare.relay.handle(event, 'messages', { write: () => undefined });
  const comparable = (message: (typeof messages)[number]) => ({
    ...message,
    headers: Object.keys(message.headers),
    body: shapeOf(JSON.parse(message.body)),
  });
  expect(messages.map(comparable)).toEqual(bare.messages.map(comparable));
});

test('a request names its hub, and carries no signature', async () => {
  const { messages } = await sampleOf('IncomingCall');
  const requests = messages.map((message) => hubRequest(message, RULES));
  expect(requests.find(({ hub }) => hub === 'voip')).toMatchObject({
    method: 'POST',
    url: 'https://ntfns.servicebus.windows.net/voip/messages/?api-version=2020-06',
    headers: { 'servicebusnotification-format': 'apple', 'apns-push-type': 'voip' },
  });
  expect(JSON.stringify(requests)).not.toMatch(/authorization|SharedAccess/i);
});

test('preferences that cannot be read are told, and the push is made', async () => {
  const { messages, verdict } = await sampleOf('ChatMessageReceived', { RELAY_STORAGE_ACCOUNT: 'strelay' });
  expect(verdict).toEqual(new TransientError('no token'));
  expect(messages.length).toBeGreaterThan(0);
});

/** A payload with the ids and times in it left out: fields, and texts that people read. */
function shapeOf(value: unknown, key = ''): unknown {
  if (value === null || typeof value !== 'object') {
    return /^(title|body|sound|event)$/.test(key) ? value : typeof value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner, name)]));
}
