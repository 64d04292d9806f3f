import type { Assumption } from '../assumption';
import {
  connectionString,
  hub,
  hubBody,
  madeUpCredentials,
  pushingHub,
  send,
  sendWhenTaken,
} from '../scenery';
import { VERSIONS } from '../versions';
import { propertiesOf, said, taken, type World } from '../world';

const NEEDS_CREDENTIALS =
  'needs credentials that Apple or Google gave out: with made-up ones every push ends the same';

async function credentialsOf(world: World, hubId: string): Promise<string[]> {
  const shown = await world.act(hubId, 'pnsCredentials', VERSIONS.notificationHubs);
  return ['apnsCredential', 'fcmV1Credential'].filter((name) => {
    const { properties } = (propertiesOf(shown)[name] ?? {}) as { properties?: object };
    return properties !== undefined && Object.keys(properties).length > 0;
  });
}

const named = (names: readonly string[]) => (names.length === 0 ? 'no credential' : names.join(' and '));

/** Hubs as ARM writes them, and how they take pushes. */
export const hubs: readonly Assumption[] = [
  {
    id: 'hub-put-replaces-credentials',
    behaviour: 'A PUT of a hub replaces all credentials: an absent one is removed',
    doubt: 'a GET hides credentials, so a client that merges onto a GET may or may not lose them',
    call: '`PUT {hub}?api-version=2023-10-01-preview` without the `apnsCredential` that the hub has; then `POST {hub}/pnsCredentials?api-version=2023-10-01-preview`: is it there?',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'put-without');
        const { fcmV1Credential } = await madeUpCredentials(world);
        await world.make(target, VERSIONS.notificationHubs, hubBody(world, { fcmV1Credential }));
        return `left after a PUT without APNs: ${named(await credentialsOf(world, target))}`;
      },
    },
  },
  {
    id: 'stable-put-removes-fcm-v1',
    behaviour: 'A PUT with the stable api-version, which has no FCM v1, removes FCM v1',
    doubt: 'such a client cannot send it; whether what it cannot send stays is not written',
    call: '`PUT {hub}?api-version=2023-09-01` with the `apnsCredential` of a hub that has both; then `POST {hub}/pnsCredentials?api-version=2023-10-01-preview`: is `fcmV1Credential` there?',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'stable-put');
        const { apnsCredential } = await madeUpCredentials(world);
        await world.make(target, VERSIONS.notificationHubsStable, hubBody(world, { apnsCredential }));
        return `left after a stable PUT: ${named(await credentialsOf(world, target))}`;
      },
    },
  },
  {
    id: 'hub-takes-made-up-credentials',
    behaviour: 'A PUT of a hub looks at the form of credentials and asks no push service about them',
    doubt: 'the specification says nothing of a check',
    call: '`PUT {hub}?api-version=2023-10-01-preview` with keys of the right form that nobody has registered: status',
    kit: {
      async settle(world) {
        const id = await hub(world, 'made-up');
        const { apnsCredential, fcmV1Credential } = await madeUpCredentials(world);
        const [apns, fcm] = [
          await world.put(id, VERSIONS.notificationHubs, hubBody(world, { apnsCredential })),
          await world.put(id, VERSIONS.notificationHubs, hubBody(world, { apnsCredential, fcmV1Credential })),
        ].map(taken);
        return `APNs ${apns}, FCM v1 ${fcm}`;
      },
    },
  },
  {
    id: 'push-without-credential',
    behaviour:
      'A hub without a credential for a platform accepts a push for it (201) and counts `invalidcredentials`',
    doubt: 'the hub may refuse it',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` with `ServiceBusNotification-Format: fcmv1` to a hub without FCM v1: status',
    kit: {
      async settle(world) {
        const { apnsCredential } = await madeUpCredentials(world);
        const target = await hub(world, 'apns-alone', { apnsCredential });
        const connection = await connectionString(world, target, 'Send');
        await sendWhenTaken(world, target, connection, 'apple');
        return String((await send(world, target, connection, 'fcmv1')).status);
      },
      leavesOpen: 'which metric counts it',
    },
  },
  {
    id: 'apns-token-form',
    behaviour:
      "A hub's APNs token is taken as base64 on one line; in its armour or in lines it is accepted by the PUT and counts as `invalidcredentials`",
    doubt:
      'documented is that header and footer must be stripped (azure-docs, notification-hubs-push-notification-http2-token-authentication.md), not what happens otherwise, nor to line ends',
    call: '`PUT {hub}?api-version=2023-10-01-preview` with the whole text of the .p8 file as `token`: status; then a push to a registered iPhone, and `outgoing.apns.invalidcredentials` of the hub',
    kit: {
      async settle(world) {
        const { apnsCredential } = await madeUpCredentials(world);
        const { token = '' } = apnsCredential.properties;
        const armoured = `-----BEGIN PRIVATE KEY-----\n${token}\n-----END PRIVATE KEY-----\n`;
        const id = await hub(world, 'armoured');
        const properties = { ...apnsCredential.properties, token: armoured };
        const body = hubBody(world, { apnsCredential: { properties } });
        return `a PUT with the armour is ${taken(await world.put(id, VERSIONS.notificationHubs, body))}`;
      },
      leavesOpen: `whether APNs then takes the hub's token; that ${NEEDS_CREDENTIALS}`,
    },
  },
  {
    id: 'fcm-key-form',
    behaviour:
      "FCM's `privateKey` is taken as PKCS#8 in PEM with real line ends of `\\n`, as a service account's JSON has it; escaped line ends, `\\r\\n`, PKCS#1 and a bare body count as `invalidcredentials`",
    doubt: 'documented is that the value is taken from the JSON; a real hub may forgive more',
    call: '`PUT {hub}?api-version=2023-10-01-preview` with each form of one key, then a push to a registered Android phone: `outgoing.fcmv1.invalidcredentials` of the hub',
    kit: { unsettled: NEEDS_CREDENTIALS },
  },
  {
    id: 'apns-certificates',
    behaviour: 'APNs in certificate mode counts as `invalidcredentials`',
    doubt: 'Communication Services does not support it; hubs do',
    call: '`PUT {hub}?api-version=2023-10-01-preview` with `apnsCertificate` and `certificateKey`, then a push: `outgoing.apns.success` of the hub',
    kit: { unsettled: 'needs a certificate that Apple gave out' },
  },
  {
    id: 'payload-refusals',
    behaviour: "400 for payloads that are no JSON or lack FCM's `message`; 413 for APNs payloads over 4 KB",
    doubt: 'documented is that such sends fail, not how',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` with each of the three: status',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'payloads');
        const connection = await connectionString(world, target, 'Send');
        await sendWhenTaken(world, target, connection, 'apple');
        const large = JSON.stringify({ aps: { alert: 'x'.repeat(4200) } });
        const [noJson, noMessage, tooLarge] = [
          await send(world, target, connection, 'apple', 'no JSON'),
          await send(world, target, connection, 'fcmv1', '{"data":{}}'),
          await send(world, target, connection, 'apple', large),
        ].map(({ status }) => status);
        return `no JSON ${noJson}, no message ${noMessage}, 4.2 KB for APNs ${tooLarge}`;
      },
    },
  },
  {
    id: 'large-fcm-messages',
    behaviour:
      'FCM messages of more than 4 KB are accepted by the hub and count as `invalidnotificationsize`',
    doubt: 'documented is that such sends fail, not how',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` with an FCM message of 5 KB: status; then `outgoing.fcmv1.invalidnotificationsize` of the hub',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'payloads');
        const connection = await connectionString(world, target, 'Send');
        await sendWhenTaken(world, target, connection, 'apple');
        const large = JSON.stringify({ message: { data: { text: 'x'.repeat(5000) } } });
        return `5 KB for FCM ${(await send(world, target, connection, 'fcmv1', large)).status}`;
      },
      leavesOpen: `what FCM says of it; that ${NEEDS_CREDENTIALS}`,
    },
  },
  {
    id: 'missing-right',
    behaviour: 'A policy without the right is answered 401',
    doubt:
      "a member of the service's team says 403 for newer api-versions (azure-notificationhubs-dotnet#224): `missingRightStatus` plays that",
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` signed by a policy with Listen alone: status',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'rights');
        await sendWhenTaken(world, target, await connectionString(world, target, 'Send'), 'apple');
        const listen = await connectionString(world, target, 'Listen');
        return String((await send(world, target, listen, 'apple')).status);
      },
    },
  },
  {
    id: 'throttled-hub',
    behaviour: 'Faults on order: 429 with `Retry-After` from a hub',
    doubt:
      "a member of the service's team says that newer api-versions throttle with 429 and older ones with 403 (azure-notificationhubs-dotnet#224); which is which is not said",
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` until it is refused: status and `Retry-After`',
    kit: { unsettled: "needs as many pushes as a tier's limit, which no page tells" },
  },
  {
    id: 'fcm-in-batches',
    behaviour: 'A batch Direct Send takes FCM v1 as it takes APNs',
    doubt: 'no source says so',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/$batch?direct&api-version=2020-06` with `ServiceBusNotification-Format: fcmv1` on a Basic namespace: status',
    kit: { unsettled: 'batches are refused by the Free tier, and a Basic namespace is billed by the month' },
  },
  {
    id: 'system-data-of-hubs',
    behaviour:
      'Namespaces, hubs and rules show `systemData`; rules show `createdTime` in any case, also the two that are made with a hub',
    doubt:
      "the model inherits it, the specification's examples of `2023-10-01-preview` show none: `systemData: false` plays that",
    call: '`GET {namespace}`, `GET {hub}` and `GET {hub}/authorizationRules/DefaultFullSharedAccessSignature`, each with `api-version=2023-10-01-preview`: `systemData`, and `properties.createdTime` of the last',
    kit: {
      async settle(world) {
        const target = await hub(world, 'system-data');
        const ids = [
          target.slice(0, target.indexOf('/notificationHubs/')),
          target,
          `${target}/authorizationRules/DefaultFullSharedAccessSignature`,
        ];
        const found = await Promise.all(ids.map((id) => world.read(id, VERSIONS.notificationHubs)));
        const shown = found.map(({ systemData }) =>
          typeof (systemData as { createdAt?: unknown } | undefined)?.createdAt === 'string' ? 'yes' : 'no',
        );
        const created = typeof propertiesOf(found[2]).createdTime === 'string' ? 'yes' : 'no';
        return `systemData of namespace ${shown[0]}, hub ${shown[1]}, rule ${shown[2]}; createdTime ${created}`;
      },
    },
  },
  {
    id: 'dead-handles-and-devices',
    behaviour:
      'An expired handle marks its installation `pushChannelExpired` and ends sends to it; a registration is deleted',
    doubt: 'documented for registrations',
    call: '`GET https://{namespace}.servicebus.windows.net/{hub}/installations/{id}?api-version=2020-06` after a push to an app that was removed from its phone: `pushChannelExpired`',
    kit: { unsettled: NEEDS_CREDENTIALS },
  },
  {
    id: 'namespace-of-a-deleted-hub',
    behaviour: 'A hub that is not there answers 404 to a send that is signed by a policy of its namespace',
    doubt: 'a policy of the hub goes with it, and then 401 is as likely; the page of sends lists both',
    call: '`POST https://{namespace}.servicebus.windows.net/{a hub that is not there}/messages/?direct&api-version=2020-06` signed by `RootManageSharedAccessKey`: status',
    kit: {
      async settle(world) {
        const target = await hub(world, 'neighbour');
        const root = `${target.slice(0, target.indexOf('/notificationHubs/'))}/authorizationRules/RootManageSharedAccessKey`;
        const keys = await world.act(root, 'listKeys', VERSIONS.notificationHubs);
        const missing = `${target}-that-is-not-there`;
        return said(await send(world, missing, String(keys.primaryConnectionString), 'apple'));
      },
    },
  },
  {
    id: 'lists-of-registrations',
    behaviour: 'A list of registrations comes whole without `$top`',
    doubt: 'that it may come in pages is documented, no size is',
    call: '`GET https://{namespace}.servicebus.windows.net/{hub}/registrations/?api-version=2020-06` of a hub with some hundred registrations: is there an `X-MS-ContinuationToken`, and after how many?',
    kit: {
      unsettled:
        'needs more registrations than a page holds, and nobody knows how many that are; a list that is whole says nothing',
    },
  },
];
