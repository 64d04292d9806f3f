import type { ArmResource } from '../azure-client';
import type { CtyObject } from '../cty';
import { known, normalLocation, single, tagsBody, tagsState, type AzurermResource } from './resource';
import type { Context } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2024-05-01';

interface Connection {
  readonly name: string;
  readonly properties: {
    readonly privateLinkServiceId?: string;
    readonly groupIds?: string[];
    readonly requestMessage?: string;
  };
}

interface ZoneGroup extends ArmResource {
  readonly properties: { privateDnsZoneConfigs?: { properties: { privateDnsZoneId: string } }[] };
}

export const privateEndpoint: AzurermResource = {
  forceNew: [
    'name',
    'resource_group_name',
    'location',
    'subnet_id',
    'custom_network_interface_name',
    'private_service_connection.name',
    'private_service_connection.is_manual_connection',
    'private_service_connection.private_connection_resource_id',
    'private_service_connection.private_connection_resource_alias',
    'private_service_connection.subresource_names',
  ],
  unsupported: ['ip_configuration'],

  ids: inGroup('PrivateEndpoint', 'Microsoft.Network/privateEndpoints'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, context) {
    await write(id, planned, context);
    context.setId();
    await writeZoneGroup(id, null, planned, context);
  },

  async update(id, planned, prior, context) {
    await write(id, planned, context);
    await writeZoneGroup(id, prior, planned, context);
  },

  async read(id, state, context) {
    const { client, signal } = context;
    const endpoint = await client.get(id, API_VERSION, { signal });
    if (!endpoint) return undefined;
    const interfaces = (endpoint.properties['networkInterfaces'] ?? []) as { id: string }[];
    return {
      location: normalLocation(endpoint.location!),
      tags: tagsState(endpoint.tags, state),
      subnet_id: (endpoint.properties['subnet'] as { id: string }).id,
      network_interface: interfaces.map((one) => ({ id: one.id, name: one.id.split('/').at(-1)! })),
      custom_dns_configs: [],
      private_dns_zone_configs: [],
      private_service_connection: connectionState(endpoint),
      private_dns_zone_group: await zoneGroupState(id, context),
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, API_VERSION, { signal });
  },
};

async function write(id: string, planned: CtyObject, { client, signal }: Context): Promise<void> {
  const connection = single(planned['private_service_connection'])!;
  const connections = [
    {
      name: connection['name'],
      properties: {
        privateLinkServiceId:
          known(connection['private_connection_resource_id']) ??
          known(connection['private_connection_resource_alias']),
        groupIds: known(connection['subresource_names']) ?? [],
        ...(known(connection['request_message']) !== undefined && {
          requestMessage: connection['request_message'],
        }),
      },
    },
  ];
  const manual = connection['is_manual_connection'] === true;
  await client.operation('PUT', id, API_VERSION, {
    body: {
      location: planned['location'],
      properties: {
        customNetworkInterfaceName: known(planned['custom_network_interface_name']) ?? '',
        ipConfigurations: [],
        manualPrivateLinkServiceConnections: manual ? connections : [],
        privateLinkServiceConnections: manual ? [] : connections,
        subnet: { id: planned['subnet_id'] },
      },
      tags: tagsBody(planned),
    },
    signal,
  });
}

/** A group of zones is a resource of its own, made anew under another name. */
async function writeZoneGroup(
  id: string,
  prior: CtyObject | null,
  planned: CtyObject,
  { client, signal }: Context,
): Promise<void> {
  const before = single(prior?.['private_dns_zone_group']);
  const group = single(planned['private_dns_zone_group']);
  if (before && before['name'] !== group?.['name']) {
    await client.operation('DELETE', zoneGroupId(id, before), API_VERSION, { signal });
  }
  if (!group) return;
  const zones = known<string[]>(group['private_dns_zone_ids']) ?? [];
  await client.operation('PUT', zoneGroupId(id, group), API_VERSION, {
    body: {
      properties: {
        privateDnsZoneConfigs: zones.map((zone) => ({
          name: zone.split('/').at(-1),
          properties: { privateDnsZoneId: zone },
        })),
      },
    },
    signal,
  });
}

function zoneGroupId(id: string, group: CtyObject): string {
  return `${id}/privateDnsZoneGroups/${group['name'] as string}`;
}

function connectionState({ properties }: ArmResource): CtyObject[] {
  const manual = (properties['manualPrivateLinkServiceConnections'] ?? []) as Connection[];
  const automatic = (properties['privateLinkServiceConnections'] ?? []) as Connection[];
  return [...manual, ...automatic].map(({ name, properties: connection }) => {
    const target = connection.privateLinkServiceId ?? '';
    const alias = !target.startsWith('/');
    return {
      name,
      is_manual_connection: manual.length > 0,
      private_connection_resource_id: alias ? null : target,
      private_connection_resource_alias: alias ? target : null,
      request_message: connection.requestMessage ?? null,
      subresource_names: connection.groupIds && connection.groupIds.length > 0 ? connection.groupIds : null,
      private_ip_address: '',
    };
  });
}

async function zoneGroupState(id: string, { client, signal }: Context): Promise<CtyObject[]> {
  const { body } = await client.arm('GET', `${id}/privateDnsZoneGroups`, API_VERSION, { signal });
  return (body as { value: ZoneGroup[] }).value.map((group) => ({
    id: group.id,
    name: group.name,
    private_dns_zone_ids: (group.properties.privateDnsZoneConfigs ?? []).map(
      (config) => config.properties.privateDnsZoneId,
    ),
  }));
}
