import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createClientContext, sendNotification } from '@azure/notification-hubs/api';
import { createAppleNotification, createFcmV1Notification } from '@azure/notification-hubs/models';
import type { Log } from '../../relay/ports';
import { startRelay } from '../../relay/start';
import type { Templates } from '../../relay/words';
import { chatEvent, SOURCE, type ChatEvent } from './events';

/** Where the stand-in listens. */
export interface Place {
  readonly ca: string;
  readonly hub: string;
  readonly proxy: string;
  readonly identity: string;
  readonly key: string;
  /** When all events of the run were sent, in milliseconds since the epoch. */
  readonly time: number;
}

/** Makes ready what one event needs beforehand, outside of what is measured, and gives what handles it. */
type Contender = (event: ChatEvent) => () => Promise<unknown>;

const RULE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/ns/notificationHubs/hub/authorizationRules/relay';

const silent: Log = { write: () => undefined };

/** Writes each line as the deployed relay does, to what the process prints on: a pipe that its parent empties. */
const lines: Log = {
  write: (_level, message, fields) =>
    void process.stdout.write(`${JSON.stringify({ message, ...fields })}\n`),
};

/** The app settings that lead the relay to the stand-in. */
export function relaySettings(place: Place): Record<string, string> {
  return {
    RELAY_SOURCE_ID: SOURCE,
    RELAY_HUB_RULE_ID: RULE,
    RELAY_PART: 'events',
    RELAY_STORAGE_ACCOUNT: 'stbench',
    AZURE_CLIENT_ID: 'bench',
    IDENTITY_ENDPOINT: place.identity,
    IDENTITY_HEADER: 'bench',
    HTTPS_PROXY: place.proxy,
    NO_PROXY: 'localhost,127.0.0.1',
  };
}

/** What the process of a contender finds in its environment. */
export function settingsOf(name: ContenderName, place: Place): Record<string, string> {
  if (!name.startsWith('relay')) return {};
  const settings = relaySettings(place);
  if (name === 'relay, no table') delete settings['RELAY_STORAGE_ACCOUNT'];
  return settings;
}

/** By the app settings in the environment, where Azure's own libraries look for them too. */
function startedRelay(log: Log): Contender {
  const templates = JSON.parse(readFileSync(process.env['RELAY_TEMPLATES']!, 'utf8')) as Templates;
  const started = startRelay(process.env, templates, log);
  return (event) => () => started.relay!.handle(event, 'messages', log);
}

function pushes(
  event: ChatEvent,
): { format: 'apple' | 'fcmv1'; body: string; headers: Record<string, string> }[] {
  const { senderDisplayName: title, messageBody: body, messageId, threadId } = event.data;
  const sender = event.data.senderCommunicationIdentifier.rawId;
  const data = { event: 'ChatMessageReceived', threadId, messageId, sender, notificationId: 'x'.repeat(32) };
  const alert = { title, body };
  return [
    {
      format: 'apple',
      body: JSON.stringify({
        aps: { alert, sound: 'default', 'thread-id': threadId, 'mutable-content': 1 },
        acs: data,
      }),
      headers: {
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-expiration': String(Math.floor(Date.now() / 1000) + 86_400),
        'apns-collapse-id': 'x'.repeat(32),
      },
    },
    {
      format: 'fcmv1',
      body: JSON.stringify({
        message: {
          notification: alert,
          data,
          android: {
            priority: 'high',
            ttl: '86400s',
            notification: { channel_id: 'messages', tag: 'x'.repeat(32), sound: 'default' },
          },
        },
      }),
      headers: {},
    },
  ];
}

/** The same HTTP sends with nothing around them: Node's own client, connections kept alive, one signature for all. */
function ceiling(place: Place): Contender {
  const agent = new Agent({ keepAlive: true, ca: place.ca });
  const { hostname, port } = new URL(place.hub);
  const resource = encodeURIComponent(`${place.hub}/hub`);
  const expiry = Math.floor(Date.now() / 1000) + 3600;
  const signature = createHmac('sha256', place.key).update(`${resource}\n${expiry}`).digest('base64');
  const authorization = `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=relay`;
  const post = (headers: Record<string, string | number>, body: string) =>
    new Promise<void>((resolve, reject) => {
      const outgoing = request(
        { agent, hostname, port, method: 'POST', path: '/hub/messages/?api-version=2020-06', headers },
        (response) => {
          response.resume();
          response.on('end', () =>
            response.statusCode === 201 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return (event) => {
    const prepared = pushes(event).map(({ format, body, headers }) => ({
      body,
      headers: {
        authorization,
        'content-type': 'application/json;charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'x-ms-version': '2020-06',
        'servicebusnotification-format': format,
        'servicebusnotification-tags': `user:${event.data.recipientCommunicationIdentifier.rawId}`,
        ...headers,
      },
    }));
    return () => Promise.all(prepared.map(({ headers, body }) => post(headers, body)));
  };
}

/** As the public samples do it: a client for each send, no memory of what was sent. */
function sample(place: Place): Contender {
  const connectionString = `Endpoint=${place.hub.replace('https', 'sb')}/;SharedAccessKeyName=relay;SharedAccessKey=${place.key}`;
  return (event) => async () => {
    for (const { format, body, headers } of pushes(event)) {
      const context = createClientContext(connectionString, 'hub');
      const notification =
        format === 'apple' ? createAppleNotification({ body, headers }) : createFcmV1Notification({ body });
      await sendNotification(context, notification, {
        tagExpression: `user:${event.data.recipientCommunicationIdentifier.rawId}`,
      });
    }
  };
}

/** Each message to somebody else, whose preferences have to be read. */
const toEverybody: ChatEvents = (n, time) => chatEvent(n, time, Infinity);

/** Gives what handles the event with a number; what it needs beforehand is made ready outside of what is measured. */
type Prepare = (n: number) => () => Promise<unknown>;

type ChatEvents = (n: number, time: number) => ChatEvent;

const CONTENDERS = {
  ceiling,
  relay: () => startedRelay(silent),
  'relay, lines': () => startedRelay(lines),
  'relay, new recipients': () => startedRelay(silent),
  'relay, no table': () => startedRelay(silent),
  sample,
} satisfies Record<string, (place: Place) => Contender>;

export type ContenderName = keyof typeof CONTENDERS;

export function startContender(name: ContenderName, place: Place): Prepare {
  const handle = CONTENDERS[name](place);
  const events = name === 'relay, new recipients' ? toEverybody : chatEvent;
  return (n) => handle(events(n, place.time));
}
