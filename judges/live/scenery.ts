import { makePushCredentials } from '../../testing/local/push-credentials';
import { parseConnectionString } from '../../link/connection-string';
import { sharedAccessSignature } from '../../link/shared-access-signature';
import { NotSettled } from './not-settled';
import type { Answer } from './requests';
import { VERSIONS } from './versions';
import type { World } from './world';

/** What the questions are asked of: resources of the run's group, each made when somebody needs it. */

/** A Communication Services resource; its id. */
export function communicationService(world: World, purpose: string): Promise<string> {
  return world.once(`acs ${purpose}`, async () => {
    const id = world.id(`Microsoft.Communication/communicationServices/${world.name(purpose)}`);
    await world.make(id, VERSIONS.communication, {
      location: 'global',
      properties: { dataLocation: 'Europe' },
    });
    return id;
  });
}

/** A namespace of the Free tier; its id. */
export function namespace(world: World, purpose = 'hubs'): Promise<string> {
  return world.once(`namespace ${purpose}`, async () => {
    const id = world.id(`Microsoft.NotificationHubs/namespaces/${world.name(purpose)}`);
    await world.make(id, VERSIONS.notificationHubs, namespaceBody(world));
    return id;
  });
}

export function namespaceBody(world: World, properties: object = {}): object {
  return { location: world.location, sku: { name: 'Free' }, properties };
}

/** A hub in the shared namespace, or another one; its id. Without credentials unless some are given. */
export function hub(world: World, purpose: string, credentials: object = {}, in_?: string): Promise<string> {
  return world.once(`hub ${purpose}`, async () => {
    const id = `${in_ ?? (await namespace(world))}/notificationHubs/${purpose}`;
    await world.make(id, VERSIONS.notificationHubs, hubBody(world, credentials));
    return id;
  });
}

export function hubBody(world: World, credentials: object = {}): object {
  return { location: world.location, properties: credentials };
}

/** Credentials of the real shape that nobody has registered with Apple or Google. */
export function madeUpCredentials(
  world: World,
): Promise<{ apnsCredential: { properties: Record<string, string> }; fcmV1Credential: object }> {
  return world.once('credentials', async () => {
    const { apnsToken, fcmServiceAccount } = await makePushCredentials('live-check');
    const google = JSON.parse(fcmServiceAccount) as { client_email: string; private_key: string };
    return {
      apnsCredential: {
        properties: {
          appId: 'TEAM123456',
          appName: 'com.example.live-check',
          endpoint: 'https://api.push.apple.com:443/3/device',
          keyId: 'ABCDE12345',
          token: apnsToken.replace(/-----[^-]+-----|\s/g, ''),
        },
      },
      fcmV1Credential: {
        properties: {
          clientEmail: google.client_email,
          privateKey: google.private_key,
          projectId: 'live-check',
        },
      },
    };
  });
}

/** A hub that has made-up credentials for both platforms. */
export async function pushingHub(world: World, purpose: string): Promise<string> {
  return hub(world, purpose, await madeUpCredentials(world));
}

/** A policy of the hub; its id. */
export function policy(world: World, hubId: string, ...rights: string[]): Promise<string> {
  const id = `${hubId}/authorizationRules/${rights.join('-').toLowerCase()}`;
  return world.once(`policy ${id}`, async () => {
    await world.make(id, VERSIONS.notificationHubs, { properties: { rights } });
    return id;
  });
}

/** The connection string by the primary key of a policy of the hub with these rights. */
export async function connectionString(world: World, hubId: string, ...rights: string[]): Promise<string> {
  const rule = await policy(world, hubId, ...rights);
  const keys = await world.act(rule, 'listKeys', VERSIONS.notificationHubs);
  if (typeof keys.primaryConnectionString !== 'string')
    throw new NotSettled('listKeys told no connection string');
  return keys.primaryConnectionString;
}

/** A push to a handle that nobody has. */
const HANDLES: Readonly<Record<string, string>> = {
  apple: '00'.repeat(32),
  fcmv1: 'nobody-has-this-handle',
};
const PAYLOADS: Readonly<Record<string, string>> = {
  apple: '{"aps":{"content-available":1}}',
  fcmv1: '{"message":{"data":{"from":"live-check"}}}',
};

/** Direct Send of a silent push, or of the given text, to a made-up handle. */
export async function send(
  world: World,
  hubId: string,
  connection: string,
  format: 'apple' | 'fcmv1',
  payload = PAYLOADS[format]!,
): Promise<Answer> {
  const { endpoint, keyName, key } = parseConnectionString(connection);
  const address = `${endpoint}/${hubId.split('/').at(-1)}/messages/`;
  // The expiry of a signature is held against the clock of the machine that asks, in local Azure too.
  const expiry = Math.floor(Date.now() / 1000) + 600;
  return world.send('POST', `${address}?direct&api-version=${VERSIONS.hubMessages}`, {
    text: payload,
    headers: {
      authorization: sharedAccessSignature(address, keyName, key, expiry),
      'content-type': 'application/json;charset=utf-8',
      'servicebusnotification-format': format,
      'servicebusnotification-devicehandle': HANDLES[format]!,
      ...(format === 'apple' ? { 'apns-push-type': 'background', 'apns-priority': '5' } : {}),
    },
  });
}

/** The same, once the hub takes the key: a policy is not known to the data plane at once. */
export async function sendWhenTaken(
  world: World,
  hubId: string,
  connection: string,
  format: 'apple' | 'fcmv1',
): Promise<void> {
  const status = await world.until(3, async () => {
    const answer = await send(world, hubId, connection, format);
    return answer.status === 201 ? answer.status : undefined;
  });
  if (status === undefined) throw new NotSettled('the hub took no push within three minutes');
}

/** Links the hub to the resource. @throws NotSettled */
export async function link(world: World, acsId: string, hubId: string, connection: string): Promise<Answer> {
  return world.arm('POST', `${acsId}/linkNotificationHub`, VERSIONS.communication, {
    resourceId: hubId,
    connectionString: connection,
  });
}

/** A Log Analytics workspace that nothing is written to; its id. */
export function workspace(world: World, purpose: string): Promise<string> {
  return world.once(`workspace ${purpose}`, async () => {
    const id = world.id(`Microsoft.OperationalInsights/workspaces/${world.name(purpose)}`);
    await world.make(id, VERSIONS.workspaces, {
      location: world.location,
      properties: { sku: { name: 'PerGB2018' } },
    });
    return id;
  });
}

/** An empty storage account; its id. */
export function storageAccount(world: World): Promise<string> {
  return world.once('storage account', async () => {
    const id = world.id(`Microsoft.Storage/storageAccounts/${world.plainName('st')}`);
    await world.make(id, VERSIONS.storage, {
      location: world.location,
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: { allowSharedKeyAccess: true, minimumTlsVersion: 'TLS1_2' },
    });
    return id;
  });
}
