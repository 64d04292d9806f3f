import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { LocalFunctionHost } from '../../local/functions';
import type { RunningFunctionApp } from '../../local/azure/function-host';
import { ALICE, asCloudEvent, BOB, chatMessageReceived, incomingCall } from './samples';
import { HUB_RULE, SOURCE, StandInAzure } from './stand-in';

const azure = new StandInAzure();
const lines: string[] = [];
let folder: string;
let app: RunningFunctionApp;

const settings = {
  RELAY_SOURCE_ID: SOURCE,
  RELAY_HUB_RULE_ID: HUB_RULE,
  AZURE_CLIENT_ID: 'client-of-the-relay',
};

function build(name: string): string {
  const zip = join(folder, name);
  execFileSync(process.execPath, [
    '--input-type=module',
    '-e',
    `
    import { buildRelay } from ${JSON.stringify(join(__dirname, '../../relay/build.mjs'))};
    await buildRelay(${JSON.stringify(zip)});
  `,
  ]);
  return zip;
}

function start(over: Record<string, string> = settings): Promise<RunningFunctionApp> {
  return new LocalFunctionHost().start({
    siteId: '/subscriptions/s/resourceGroups/rg-app/providers/Microsoft.Web/sites/func-app',
    folder: join(folder, 'package'),
    settings: over,
    identity: {
      token: async (resource, clientId) => {
        if (clientId !== 'client-of-the-relay') throw new Error(`no identity with client id ${clientId}`);
        return { accessToken: `token-for-${resource}`, expiresOn: Math.floor(Date.now() / 1000) + 3600 };
      },
    },
    environment: azure.environment,
    log: (line) => lines.push(line),
  });
}

async function deliver(functionName: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${app.baseUrl}/runtime/webhooks/eventgrid?functionName=${functionName}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  await azure.start();
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(build('relay.zip'))))) {
    const path = join(folder, 'package', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  app = await start();
});

afterAll(async () => {
  await app?.stop();
  await azure.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  azure.clear();
  lines.length = 0;
});

const sendOf = (format: string) => {
  const sends = azure.sends.filter((send) => send.headers['servicebusnotification-format'] === format);
  expect(sends).toHaveLength(1);
  return sends[0]!;
};

test('two builds give the same bytes', () => {
  expect(readFileSync(build('again.zip')).equals(readFileSync(join(folder, 'relay.zip')))).toBe(true);
});

test('the package registers one function for calls and one for everything else', async () => {
  expect(app.functions).toEqual([
    { name: 'calls', type: 'eventGridTrigger' },
    { name: 'messages', type: 'eventGridTrigger' },
  ]);
  expect(await (await fetch(`${app.baseUrl}/admin/functions`)).json()).toEqual(app.functions);
});

test('a chat message becomes one APNs and one FCM push to the devices of its recipient', async () => {
  expect((await deliver('messages', [chatMessageReceived()])).status).toBe(202);

  expect(azure.sends).toHaveLength(2);
  const apple = sendOf('apple');
  expect(apple.headers['servicebusnotification-tags']).toBe(`user:${BOB}`);
  expect(apple.headers['apns-push-type']).toBe('alert');
  expect(apple.headers['apns-priority']).toBe('10');
  expect(apple.headers['apns-collapse-id']).toHaveLength(32);
  expect(JSON.parse(apple.body)).toMatchObject({
    aps: { alert: { title: 'Alice', body: 'See you at nine' }, 'thread-id': '19:abc@thread.v2' },
    acs: { event: 'ChatMessageReceived', messageId: '1613694358927', sender: ALICE },
  });
  const fcm = sendOf('fcmv1');
  expect(fcm.headers['servicebusnotification-tags']).toBe(`user:${BOB}`);
  expect(JSON.parse(fcm.body)).toMatchObject({
    message: {
      notification: { title: 'Alice', body: 'See you at nine' },
      data: { threadId: '19:abc@thread.v2' },
      android: { priority: 'high', notification: { tag: apple.headers['apns-collapse-id'] } },
    },
  });
});

test('an incoming call rings for what is left of its 30 seconds', async () => {
  const call = incomingCall();
  expect((await deliver('calls', [call])).status).toBe(202);

  const apple = sendOf('apple');
  expect(apple.headers['apns-expiration']).toBe(
    String(Math.floor((Date.parse(call.eventTime) + 30_000) / 1000)),
  );
  expect(JSON.parse(apple.body).aps.alert).toEqual({ title: 'Alice', body: 'Incoming call' });
  const { message } = JSON.parse(sendOf('fcmv1').body);
  expect(message.notification).toBeUndefined();
  expect(message.data).toMatchObject({ event: 'IncomingCall', caller: ALICE, title: 'Alice' });
  expect(message.android.priority).toBe('high');
  expect(Number.parseInt(message.android.ttl, 10)).toBeGreaterThan(20);
  expect(Number.parseInt(message.android.ttl, 10)).toBeLessThanOrEqual(30);
});

test('what would let somebody else answer the call is not pushed', async () => {
  await deliver('calls', [incomingCall()]);
  expect(azure.sends.map((send) => send.body).join()).not.toContain('a context with which');
});

test('a ring that comes too late is not sent', async () => {
  const old = { ...incomingCall(), eventTime: new Date(Date.now() - 31_000).toISOString() };
  expect((await deliver('calls', [old])).status).toBe(202);
  expect(azure.sends).toHaveLength(0);
});

test('CloudEvents are taken as well', async () => {
  expect((await deliver('messages', asCloudEvent(chatMessageReceived()))).status).toBe(202);
  expect(azure.sends).toHaveLength(2);
});

test('each event of a batch is handled, whatever the others are', async () => {
  const batch = [chatMessageReceived(), { nothing: true }, chatMessageReceived({ messageId: '2' })];
  expect((await deliver('messages', batch)).status).toBe(202);
  expect(azure.sends).toHaveLength(4);
});

test('nobody is told of a message of their own', async () => {
  const own = chatMessageReceived({ recipientCommunicationIdentifier: { rawId: ALICE } });
  expect((await deliver('messages', [own])).status).toBe(202);
  expect(azure.sends).toHaveLength(0);
});

test('events of another resource are refused, and ids are compared without case', async () => {
  const other = { ...chatMessageReceived(), topic: SOURCE.replace('acs-app', 'acs-other') };
  expect((await deliver('messages', [other])).status).toBe(202);
  expect(azure.sends).toHaveLength(0);
  expect(lines.join('\n')).toContain('event of another source refused');

  const shouting = { ...chatMessageReceived(), topic: SOURCE.toUpperCase() };
  await deliver('messages', [shouting]);
  expect(azure.sends).toHaveLength(2);
});

test.each([429, 500, 503, 403])(
  'an answer %i of the hub makes Event Grid deliver the event again',
  async (status) => {
    azure.nextAnswers.push({ status });
    expect((await deliver('messages', [chatMessageReceived()])).status).toBe(500);
  },
);

test.each([400, 413])('an answer %i of the hub does not: the message will not get better', async (status) => {
  azure.nextAnswers.push({ status }, { status });
  expect((await deliver('messages', [chatMessageReceived()])).status).toBe(202);
  expect(lines.join('\n')).toContain('event refused');
});

test('a rotated key is read again, once, and the send goes through', async () => {
  await deliver('messages', [chatMessageReceived()]);
  azure.clear();
  azure.key = Buffer.from('second key of the relay hub').toString('base64');
  expect((await deliver('messages', [chatMessageReceived()])).status).toBe(202);
  expect(azure.sends).toHaveLength(2);
  expect(azure.listKeys).toHaveLength(1);
});

test('the key is read once for many events', async () => {
  await Promise.all([1, 2, 3, 4].map(() => deliver('messages', [chatMessageReceived()])));
  expect(azure.sends).toHaveLength(8);
  expect(azure.listKeys).toHaveLength(0);
});

test('the log carries ids and no personal data', async () => {
  await deliver('messages', [chatMessageReceived()]);
  const log = lines.join('\n');
  expect(log).toContain('6d1c5b0e-0000-4000-8000-000000000001');
  expect(log).not.toMatch(/See you at nine|Alice|SharedAccess/);
});

test('missing settings are named at the start and at each event', async () => {
  await app.stop();
  lines.length = 0;
  app = await start({ AZURE_CLIENT_ID: 'client-of-the-relay' });
  const expected = 'app setting RELAY_SOURCE_ID is missing; app setting RELAY_HUB_RULE_ID is missing';
  expect(app.functions).toHaveLength(2);
  expect(lines.join('\n')).toContain(expected);
  lines.length = 0;
  expect((await deliver('messages', [chatMessageReceived()])).status).toBe(500);
  expect(lines.join('\n')).toContain(expected);
});
