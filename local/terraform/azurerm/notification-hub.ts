import type { CtyObject } from '../cty';
import { NOTIFICATION_HUBS_API_VERSION } from './notification-hub-namespace';
import { normalLocation, single, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const APNS_ENDPOINTS: Readonly<Record<string, string>> = {
  Production: 'https://api.push.apple.com:443/3/device',
  Sandbox: 'https://api.development.push.apple.com:443/3/device',
};

/** Written by one PUT, whole, in a version of the API that knows no FCM v1. Its credentials come into state. */
export const notificationHub: AzurermResource = {
  isAwaited: true,
  unsupported: ['browser_credential', 'gcm_credential'],
  forceNew: ['name', 'resource_group_name', 'namespace_name', 'location'],

  ids: inGroup('NotificationHub', 'Microsoft.NotificationHubs/namespaces/{namespace_name}/notificationHubs'),

  async exists(id, { client, signal }) {
    return (await client.get(id, NOTIFICATION_HUBS_API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const body = hubBody(planned);
    await client.operation('PUT', id, NOTIFICATION_HUBS_API_VERSION, { body, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    const body = hubBody(planned);
    await client.operation('PUT', id, NOTIFICATION_HUBS_API_VERSION, { body, signal });
  },

  async read(id, state, { client, signal }) {
    const hub = await client.get(id, NOTIFICATION_HUBS_API_VERSION, { signal });
    if (!hub) return undefined;
    const listed = await client.arm('POST', `${id}/pnsCredentials`, NOTIFICATION_HUBS_API_VERSION, {
      signal,
    });
    return {
      location: normalLocation(hub.location!),
      tags: tagsState(hub.tags, state),
      apns_credential: apnsState(listed.body as PnsCredentials),
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, NOTIFICATION_HUBS_API_VERSION, { signal });
  },
};

interface PnsCredentials {
  readonly properties?: {
    readonly apnsCredential?: { readonly properties: Readonly<Record<string, string>> };
  };
}

function hubBody(planned: CtyObject): object {
  const apns = single(planned['apns_credential']);
  return {
    location: planned['location'],
    properties: apns
      ? {
          apnsCredential: {
            properties: {
              endpoint: APNS_ENDPOINTS[apns['application_mode'] as string],
              appName: apns['bundle_id'],
              keyId: apns['key_id'],
              appId: apns['team_id'],
              token: apns['token'],
            },
          },
        }
      : {},
    tags: tagsBody(planned),
  };
}

function apnsState({ properties }: PnsCredentials): CtyObject[] {
  const apns = properties?.apnsCredential?.properties;
  if (!apns) return [];
  const [mode] = Object.entries(APNS_ENDPOINTS).find(([, endpoint]) => endpoint === apns['endpoint']) ?? [
    'Sandbox',
  ];
  return [
    {
      application_mode: mode,
      bundle_id: apns['appName'] ?? '',
      key_id: apns['keyId'] ?? '',
      team_id: apns['appId'] ?? '',
      token: apns['token'] ?? '',
    },
  ];
}
