import { randomUUID } from 'node:crypto';
import { asObject, resourceName } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { ArmError } from '../../core/http';
import { isPrivateDnsZoneId, isSubnetId } from '../../core/network-ids';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';

const ENDPOINT_TYPE = 'Microsoft.Network/privateEndpoints';
const ZONE_GROUP_TYPE = `${ENDPOINT_TYPE}/privateDnsZoneGroups`;
const API_VERSIONS = [
  '2022-07-01',
  '2023-05-01',
  '2023-09-01',
  '2023-11-01',
  '2024-01-01',
  '2024-05-01',
  '2025-01-01',
];
const NAME = /^[A-Za-z0-9][\w.-]{0,62}\w$/;

/**
 * What a private endpoint may lead to, of the resource types that there are here.
 * Source: azure-docs, private-link/private-endpoint-overview.md "Private-link resource".
 */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'microsoft.communication/communicationservices': [],
  'microsoft.keyvault/vaults': ['vault'],
  'microsoft.notificationhubs/namespaces': ['namespace'],
  'microsoft.storage/storageaccounts': ['blob', 'table', 'queue', 'file', 'web', 'dfs'],
  'microsoft.web/sites': ['sites'],
};

interface Connection {
  readonly name?: string;
  readonly properties?: {
    readonly privateLinkServiceId?: string;
    readonly groupIds?: readonly string[];
    readonly requestMessage?: string;
  };
}

/**
 * Microsoft.Network: private endpoints and their groups of private DNS zones. Virtual networks, subnets and zones belong
 * to somebody else: their ids are read, and nobody looks whether they are there. No packet takes another way.
 */
export function privateEndpointsProvider(context: LocalAzureContext): ResourceProvider {
  const endpoints: ResourceType = {
    type: ENDPOINT_TYPE,
    apiVersions: API_VERSIONS,
    put(request) {
      const name = resourceName(request.id);
      if (!NAME.test(name)) {
        throw invalid('InvalidResourceName', `the name '${name}' of a private endpoint is invalid`);
      }
      const properties = asObject(bodyOf(request).properties);
      const subnetId = String(asObject(properties.subnet).id ?? '');
      if (!isSubnetId(subnetId)) {
        throw invalid(
          'LinkedInvalidPropertyId',
          `'${subnetId}' in subnet.id of ${request.id} is no id of a subnet`,
        );
      }
      const manual = connectionsOf(properties, 'manualPrivateLinkServiceConnections');
      const automatic = connectionsOf(properties, 'privateLinkServiceConnections');
      if (manual.length + automatic.length !== 1) {
        throw invalid(
          'InvalidPrivateLinkServiceConnections',
          `${request.id} has ${manual.length + automatic.length} connections; a private endpoint has one`,
        );
      }
      for (const connection of [...manual, ...automatic]) checkConnection(context, request, connection);
      const nic = String(properties.customNetworkInterfaceName || `${name}.nic.${stableSuffix(request)}`);
      return resourceOf(request, ENDPOINT_TYPE, {
        privateLinkServiceConnections: automatic.map((one) => answered(request, one, 'Approved')),
        manualPrivateLinkServiceConnections: manual.map((one) => answered(request, one, 'Pending')),
        networkInterfaces: [
          { id: request.id.replace(/\/privateEndpoints\/[^/]+$/i, `/networkInterfaces/${nic}`) },
        ],
        customDnsConfigs: [],
      });
    },
  };

  const zoneGroups: ResourceType = {
    type: ZONE_GROUP_TYPE,
    apiVersions: API_VERSIONS,
    put(request) {
      const { privateDnsZoneConfigs } = asObject(bodyOf(request).properties);
      const configs = Array.isArray(privateDnsZoneConfigs) ? privateDnsZoneConfigs : [];
      if (configs.length === 0) {
        throw invalid('PrivateDnsZoneGroupWithoutZones', `${request.id} has no private DNS zone`);
      }
      for (const config of configs) {
        const zoneId = String(asObject(asObject(config).properties).privateDnsZoneId ?? '');
        if (!isPrivateDnsZoneId(zoneId)) {
          throw invalid(
            'LinkedInvalidPropertyId',
            `'${zoneId}' in ${request.id} is no id of a private DNS zone`,
          );
        }
      }
      return resourceOf(request, ZONE_GROUP_TYPE);
    },
  };

  return { resourceTypes: [endpoints, zoneGroups] };
}

function connectionsOf(properties: Record<string, unknown>, name: string): Connection[] {
  const value = properties[name];
  return Array.isArray(value) ? (value as Connection[]) : [];
}

function checkConnection(
  { store }: LocalAzureContext,
  request: ResourceRequest,
  { properties = {} }: Connection,
): void {
  const { privateLinkServiceId = '', groupIds = [] } = properties;
  const target = store.get(privateLinkServiceId);
  if (!target) {
    throw new ArmError(
      404,
      'ResourceNotFound',
      `the resource '${privateLinkServiceId}' that ${request.id} leads to was not found`,
    );
  }
  const groups = GROUPS[target.type.toLowerCase()] ?? [];
  if (groups.length === 0) {
    throw invalid('PrivateLinkNotSupported', `private endpoints lead to no ${target.type}, got ${target.id}`);
  }
  const wrong = groupIds.find((group) => !groups.includes(group));
  if (groupIds.length !== 1 || wrong !== undefined) {
    throw invalid(
      'InvalidPrivateLinkServiceGroupId',
      `the group ids '${groupIds.join(', ')}' are not one of those of a ${target.type}: ${groups.join(', ')}`,
    );
  }
}

function answered(request: ResourceRequest, connection: Connection, status: string): Record<string, unknown> {
  return {
    id: `${request.id}/privateLinkServiceConnections/${connection.name}`,
    name: connection.name,
    properties: {
      ...connection.properties,
      provisioningState: 'Succeeded',
      privateLinkServiceConnectionState: {
        status,
        description: status === 'Approved' ? 'Auto-Approved' : 'Awaiting Approval',
        actionsRequired: 'None',
      },
    },
  };
}

/** Azure gives the network interface a name once. */
function stableSuffix({ existing }: ResourceRequest): string {
  const interfaces = existing?.properties.networkInterfaces as { id: string }[] | undefined;
  return interfaces?.[0]?.id.split('.nic.')[1] ?? randomUUID();
}

function invalid(code: string, message: string): ArmError {
  return new ArmError(400, code, message);
}
