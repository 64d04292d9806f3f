import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createClientContext, sendNotification } from '@azure/notification-hubs/api';
import { createAppleNotification, createFcmV1Notification } from '@azure/notification-hubs/models';
import type { Log } from '../../relay/ports';
import { startRelay } from '../../relay/start';
import type { Templates } from '../../relay/words';

/** Where the stand-in listens. */
export interface Place {
  readonly ca: string;
  readonly hub: string;
  readonly proxy: string;
  readonly identity: string;
  readonly key: string;
}

/** Makes ready what one event needs beforehand, outside of what is measured, and gives what handles it. */
export type Contender = (event: ChatEvent) => () => Promise<unknown>;

export type ChatEvent = ReturnType<typeof chatEvent>;

const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs-bench';
const RULE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/ns/notificationHubs/hub/authorizationRules/relay';

/** A chat message as Event Grid delivers it, with ids of its own. */
export function chatEvent(n: number) {
  const user = (id: number) => {
    const rawId = `8:acs:109f0644-b956-4cd9-87b1-71024f6e2f44_00000008-578d-7caf-07fd-${String(id).padStart(12, '0')}`;
    return { rawId, communicationUser: { id: rawId } };
  };
  return {
    id: randomUUID(),
    topic: SOURCE,
    subject: 'thread/19:6e5d6ca1d75044a49a36a7965ec4a906@thread.v2',
    eventType: 'Microsoft.Communication.ChatMessageReceived',
    eventTime: new Date().toISOString(),
    dataVersion: '1.0',
    metadataVersion: '1',
    data: {
      messageBody: 'See you at nine, at the usual place',
      messageId: String(1_613_694_358_927 + n),
      senderCommunicationIdentifier: user(1),
      senderDisplayName: 'Alice',
      composeTime: new Date().toISOString(),
      type: 'Text',
      version: 1_613_694_358_927 + n,
      recipientCommunicationIdentifier: user(2 + (n % 1000)),
      transactionId: 'oh+LGB2dUUadMcTAdRWQxQ.1.1.1.1.1827536918.1.7',
      threadId: '19:6e5d6ca1d75044a49a36a7965ec4a906@thread.v2',
    },
  };
}

const silent: Log = { write: () => undefined };

/** The relay itself, put together as in Azure. */
export function relay(place: Place): Contender {
  return startedRelay(place, { RELAY_STORAGE_ACCOUNT: 'stbench' });
}

/** The relay with its memory in the process, to tell what the table costs. */
export function forgetful(place: Place): Contender {
  return startedRelay(place, {});
}

function startedRelay(place: Place, settings: NodeJS.ProcessEnv): Contender {
  const templates = JSON.parse(readFileSync(process.env['RELAY_TEMPLATES']!, 'utf8')) as Templates;
  // The identity's library reads these from the process.
  Object.assign(process.env, { IDENTITY_ENDPOINT: place.identity, IDENTITY_HEADER: 'bench' });
  const started = startRelay(
    {
      RELAY_SOURCE_ID: SOURCE,
      RELAY_HUB_RULE_ID: RULE,
      ...settings,
      AZURE_CLIENT_ID: 'bench',
      IDENTITY_ENDPOINT: place.identity,
      IDENTITY_HEADER: 'bench',
      HTTPS_PROXY: place.proxy,
      NO_PROXY: 'localhost',
    },
    templates,
    silent,
  );
  return (event) => () => started.relay!.handle(event, 'messages', silent);
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
export function ceiling(place: Place): Contender {
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
export function sample(place: Place): Contender {
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

export const CONTENDERS: Readonly<Record<string, (place: Place) => Contender>> = {
  ceiling,
  relay,
  'relay, no table': forgetful,
  sample,
};
