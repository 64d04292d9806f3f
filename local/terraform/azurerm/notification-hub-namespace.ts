import { normalLocation, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';
import type { CtyObject } from '../cty';

/** Of namespaces, hubs and rules: the latest stable one, which knows no FCM v1. */
export const NOTIFICATION_HUBS_API_VERSION = '2023-09-01';

export const notificationHubNamespace: AzurermResource = {
  isAwaited: true,
  forceNew: ['name', 'resource_group_name', 'location', 'namespace_type'],
  defaults: { enabled: true, replication_region: 'Default', zone_redundancy_enabled: false },

  ids: inGroup('Namespace', 'Microsoft.NotificationHubs/namespaces'),

  async exists(id, { client, signal }) {
    return (await client.get(id, NOTIFICATION_HUBS_API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const body = namespaceBody(planned);
    await client.operation('PUT', id, NOTIFICATION_HUBS_API_VERSION, { body, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    const body = namespaceBody(planned);
    await client.operation('PUT', id, NOTIFICATION_HUBS_API_VERSION, { body, signal });
  },

  async read(id, state, { client, signal }) {
    const namespace = await client.get(id, NOTIFICATION_HUBS_API_VERSION, { signal });
    return (
      namespace && {
        location: normalLocation(namespace.location!),
        sku_name: namespace.sku!['name'] as string,
        namespace_type: namespace.properties['namespaceType'] as string,
        enabled: namespace.properties['enabled'] !== false,
        servicebus_endpoint: (namespace.properties['serviceBusEndpoint'] as string | undefined) ?? '',
        tags: tagsState(namespace.tags, state),
      }
    );
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, NOTIFICATION_HUBS_API_VERSION, { signal });
  },
};

function namespaceBody(planned: CtyObject): object {
  return {
    location: planned['location'],
    properties: {
      enabled: planned['enabled'],
      namespaceType: planned['namespace_type'],
      replicationRegion: String(planned['replication_region']).toLowerCase(),
      zoneRedundancy: planned['zone_redundancy_enabled'] === true ? 'Enabled' : 'Disabled',
    },
    sku: { name: planned['sku_name'] },
    tags: tagsBody(planned),
  };
}
