import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { COMMUNICATION_SERVICE_TYPE, parseResourceId } from './resource-id';

export { sameResourceId } from './resource-id';

/** What ARM shows of a Communication Services resource and of its link. Never the connection string. */
export interface LinkReading {
  /** ARM id of the linked hub, in the casing in which Azure keeps it; undefined when no hub is linked. */
  readonly notificationHubId: string | undefined;
  /** `Succeeded` when the resource is ready. */
  readonly provisioningState: string;
  /** `acs-app.europe.communication.azure.com` */
  readonly hostName: string;
  /** When the resource was created: milliseconds since the epoch; undefined when Azure does not tell. */
  readonly createdAt?: number;
}

/**
 * Reads a Communication Services resource; undefined when there is none of that id.
 * @throws ResourceIdError when the id is malformed or of another type
 * @throws AzureError when Azure does not answer or refuses
 */
export async function readLink(
  reader: Pick<AzureReader, 'get'>,
  communicationServiceId: string,
  signal?: AbortSignal,
): Promise<LinkReading | undefined> {
  parseResourceId(communicationServiceId, COMMUNICATION_SERVICE_TYPE);
  const resource = await reader.get(communicationServiceId, API_VERSIONS.communication, signal);
  if (!resource) return undefined;
  const { notificationHubId, provisioningState, hostName } = resource.properties;
  return {
    notificationHubId:
      typeof notificationHubId === 'string' && notificationHubId ? notificationHubId : undefined,
    provisioningState: typeof provisioningState === 'string' ? provisioningState : 'Unknown',
    hostName: typeof hostName === 'string' ? hostName : '',
    ...(resource.createdAt === undefined ? {} : { createdAt: resource.createdAt }),
  };
}
