import { iso } from '../../core/clock';
import { asObject, resourceName } from '../../core/arm/resource-id';
import type { ResourceRequest } from '../../core/arm/resource-type';
import { ArmError, badRequest } from '../../core/http';
import type { StoredResource } from '../../core/store';

export const NAMESPACE_TYPE = 'Microsoft.NotificationHubs/namespaces';
export const HUB_TYPE = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
export const NAMESPACE_RULE_TYPE = `${NAMESPACE_TYPE}/authorizationRules`;
export const HUB_RULE_TYPE = `${HUB_TYPE}/authorizationRules`;

/** azure-rest-api-specs, notificationhubs: latest stable, and the preview that first knows FCM v1. */
export const STABLE = '2023-09-01';
export const PREVIEW = '2023-10-01-preview';
/** What `@azure/arm-notificationhubs` speaks. */
const FIRST = '2017-04-01';
export const API_VERSIONS = [FIRST, STABLE, PREVIEW];

/** What namespaces and hubs have in common. */
export function kept(request: ResourceRequest, type: string, now: number): StoredResource {
  const body = asObject(request.body);
  return {
    id: request.existing?.id ?? request.id,
    name: request.existing?.name ?? resourceName(request.id),
    type,
    location: request.existing?.location ?? String(body.location),
    systemData: systemData(request.existing, now),
    ...(body.tags ? { tags: asObject(body.tags) as Record<string, string> } : {}),
    properties: {},
    secrets: request.existing?.secrets ?? {},
  };
}

/** Creation is told of the resource as it is now: one deleted and made again is a new one. */
export function systemData(existing: StoredResource | undefined, now: number): Record<string, unknown> {
  return {
    createdByType: 'Application',
    createdAt: asObject(existing?.systemData).createdAt ?? iso(now),
    lastModifiedByType: 'Application',
    lastModifiedAt: iso(now),
  };
}

/** Throws ArmError. */
export function requireName(name: string, pattern: RegExp, what: string, rule: string): void {
  if (!pattern.test(name)) throw badRequest(`The ${what} name '${name}' is invalid. Expected: ${rule}.`);
}

/** Throws ArmError. */
export function requireLocation(body: Record<string, unknown>): void {
  if (typeof body.location === 'string' && body.location !== '') return;
  throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
}
