import { randomBytes, randomUUID } from 'node:crypto';
import { asObject, resourceName, sameId, subscriptionOf } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, badRequest, type LocalResponse } from '../../core/http';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import { parseHubConnectionString } from '../../core/access/shared-access-signature';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';

export const COMMUNICATION_TYPE = 'Microsoft.Communication/communicationServices';

/** azure-rest-api-specs, communication: every version that has the resource and its link. */
const API_VERSIONS = [
  '2020-08-20',
  '2023-03-31',
  '2023-04-01',
  '2023-06-01-preview',
  '2025-05-01-preview',
  '2025-05-01',
  '2025-09-01',
  '2026-03-18',
];
/** First version with `disableLocalAuth`, `publicNetworkAccess` and `identity`; an older PUT leaves them alone. */
const LOCAL_AUTH_SINCE = '2023-06-01-preview';

/** The list that azurerm 4.55 checks against (communication_service_resource). */
const DATA_LOCATIONS = [
  'Africa',
  'Asia Pacific',
  'Australia',
  'Brazil',
  'Canada',
  'Europe',
  'France',
  'Germany',
  'India',
  'Japan',
  'Korea',
  'Norway',
  'Switzerland',
  'UAE',
  'UK',
  'United States',
  'usgov',
];

/** The specification has pages (`nextLink`) and tells no size; a small one shows who reads the first alone. */
const PAGE_SIZE = 20;

const HUB_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.NotificationHubs\/namespaces\/[^/]+\/notificationHubs\/[^/]+$/i;

/** One POST of linkNotificationHub, and when the data plane begins to use it. */
export interface HubLink {
  readonly resourceId: string;
  readonly connectionString: string;
  /** Azure's time, milliseconds since the epoch. */
  readonly linkedAt: number;
  readonly effectiveAt: number;
}

/** A device that registered through the ACS SDKs. */
export interface DeviceRegistration {
  readonly platform: 'apns' | 'fcmv1';
  /** Azure's time at which it is forgotten, milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What no GET shows of a Communication Services resource. */
export interface CommunicationSecrets {
  primaryKey: string;
  secondaryKey: string;
  /** Oldest first. */
  links: HubLink[];
  /** Registered through the ACS SDKs, by raw id and then by handle. */
  devices: Record<string, Record<string, DeviceRegistration>>;
  /** Azure's time of the first notification that was sent or tried; unset when there was none. */
  firstNotificationAt?: number;
}

export function communicationSecrets(resource: StoredResource): CommunicationSecrets {
  return resource.secrets as unknown as CommunicationSecrets;
}

/**
 * Microsoft.Communication as ARM shows it. Assumed, since nothing confirms it: a PUT keeps `notificationHubId`;
 * the link is not held against the hub it names (neither its existence nor the policy's key or rights), as an
 * SDK test that links with a Listen-only rule suggests; listKeys is refused while local auth is off.
 *
 * @param propagation how long a change of the link takes to reach the data plane, in milliseconds
 */
export function communicationProvider(
  context: LocalAzureContext,
  propagation: () => number,
): ResourceProvider {
  const services: ResourceType = {
    type: COMMUNICATION_TYPE,
    apiVersions: API_VERSIONS,
    pageSize: PAGE_SIZE,
    put(request) {
      const body = asObject(request.body);
      const asked = asObject(body.properties);
      const name = resourceName(request.id);
      checkName(name, request.id, context);
      if (String(body.location ?? '').toLowerCase() !== 'global') {
        throw new ArmError(
          400,
          'LocationNotAvailableForResourceType',
          `The provided location '${String(body.location ?? '')}' is not available for resource type '${COMMUNICATION_TYPE}'. List of available regions for the resource type is 'global'.`,
        );
      }
      const dataLocation = readDataLocation(asked.dataLocation, request.existing);
      const before = request.existing?.properties ?? {};
      return {
        id: request.existing?.id ?? request.id,
        name: request.existing?.name ?? name,
        type: COMMUNICATION_TYPE,
        location: 'global',
        systemData: request.existing?.systemData ?? {
          createdAt: new Date(context.clock.now()).toISOString(),
          createdByType: 'Application',
        },
        ...(body.tags ? { tags: asObject(body.tags) as Record<string, string> } : {}),
        ...(request.apiVersion < LOCAL_AUTH_SINCE
          ? { identity: request.existing?.identity }
          : { identity: body.identity }),
        properties: {
          provisioningState: 'Succeeded',
          hostName: `${name.toLowerCase()}.${dataLocation.toLowerCase().replaceAll(' ', '')}.communication.azure.com`,
          dataLocation,
          immutableResourceId: before.immutableResourceId ?? randomUUID(),
          ...(before.notificationHubId ? { notificationHubId: before.notificationHubId } : {}),
          version: '1',
          linkedDomains: asked.linkedDomains ?? before.linkedDomains ?? [],
          ...localAuth(request, asked, before),
        },
        secrets: request.existing?.secrets ?? {
          primaryKey: newKey(),
          secondaryKey: newKey(),
          links: [],
          devices: {},
        },
      };
    },
    actions: {
      listkeys: (request) => ({ status: 200, body: shownKeys(request.existing) }),
      regeneratekey(request) {
        requireLocalAuth(request.existing);
        const keyType = String(asObject(request.body).keyType ?? '');
        const which = ({ primary: 'primaryKey', secondary: 'secondaryKey' } as const)[keyType.toLowerCase()];
        if (!which) throw badRequest(`The keyType '${keyType}' is invalid. Expected: Primary, Secondary.`);
        communicationSecrets(request.existing)[which] = newKey();
        context.store.put(request.existing);
        return { status: 200, body: shownKeys(request.existing) };
      },
      linknotificationhub: (request) => link(context, request, propagation),
    },
  };
  return { resourceTypes: [services] };
}

function link(
  context: LocalAzureContext,
  request: ResourceRequest & { existing: StoredResource },
  propagation: () => number,
): LocalResponse {
  const { resourceId, connectionString } = asObject(request.body);
  if (typeof resourceId !== 'string' || !HUB_ID.test(resourceId)) {
    throw badRequest(`The resourceId '${String(resourceId ?? '')}' is not the id of a notification hub.`);
  }
  if (typeof connectionString !== 'string' || !parseHubConnectionString(connectionString)) {
    throw badRequest('The connectionString is not the connection string of a notification hub.');
  }
  if (subscriptionOf(resourceId) !== subscriptionOf(request.existing.id)) {
    throw new ArmError(
      400,
      'WrongSubscription',
      'The notification hub must be in the same subscription as the communication service.',
    );
  }
  const secrets = communicationSecrets(request.existing);
  const now = context.clock.now();
  // A resource that never sent anything has nothing cached: its link counts at once (concepts/notifications.md).
  const delay = secrets.firstNotificationAt === undefined ? 0 : propagation();
  secrets.links.push({ resourceId, connectionString, linkedAt: now, effectiveAt: now + delay });
  request.existing.properties.notificationHubId = resourceId;
  context.store.put(request.existing);
  return { status: 200, body: { resourceId } };
}

function checkName(name: string, id: string, context: LocalAzureContext): void {
  if (!/^[-\w]{1,63}$/.test(name)) {
    throw badRequest(`The resource name '${name}' is invalid. Expected: 1 to 63 letters, digits, - and _.`);
  }
  const taken = context.store
    .list({ type: COMMUNICATION_TYPE })
    .some((other) => sameId(other.name, name) && !sameId(other.id, id));
  if (taken) throw new ArmError(409, 'NameReservedError', `The resource name '${name}' is already in use.`);
}

function readDataLocation(asked: unknown, existing: StoredResource | undefined): string {
  const before = existing?.properties.dataLocation;
  const found = DATA_LOCATIONS.find((one) => one.toLowerCase() === String(asked ?? '').toLowerCase());
  if (!found) {
    throw badRequest(
      `The dataLocation '${String(asked ?? '')}' is invalid. Expected: ${DATA_LOCATIONS.join(', ')}.`,
    );
  }
  if (before !== undefined && before !== found) {
    throw new ArmError(
      400,
      'PropertyChangeNotAllowed',
      `Changing property 'dataLocation' from '${String(before)}' to '${found}' is not allowed.`,
    );
  }
  return found;
}

function localAuth(
  request: ResourceRequest,
  asked: Record<string, unknown>,
  before: Record<string, unknown>,
): Record<string, unknown> {
  if (request.apiVersion < LOCAL_AUTH_SINCE) {
    return {
      disableLocalAuth: before.disableLocalAuth ?? false,
      publicNetworkAccess: before.publicNetworkAccess ?? 'Enabled',
    };
  }
  return {
    disableLocalAuth: asked.disableLocalAuth ?? false,
    publicNetworkAccess: asked.publicNetworkAccess ?? 'Enabled',
  };
}

function requireLocalAuth(resource: StoredResource): void {
  if (resource.properties.disableLocalAuth !== true) return;
  throw badRequest(`Local authentication of '${resource.name}' is disabled: it has no usable keys.`);
}

function shownKeys(resource: StoredResource): Record<string, unknown> {
  requireLocalAuth(resource);
  const { primaryKey, secondaryKey } = communicationSecrets(resource);
  const connection = (key: string) =>
    `endpoint=https://${String(resource.properties.hostName)}/;accesskey=${key}`;
  return {
    primaryKey,
    secondaryKey,
    primaryConnectionString: connection(primaryKey),
    secondaryConnectionString: connection(secondaryKey),
  };
}

/** 512 bits in base64, as the service makes them. */
function newKey(): string {
  return randomBytes(64).toString('base64');
}
