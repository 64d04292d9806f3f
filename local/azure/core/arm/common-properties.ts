import { ArmError } from '../http';
import type { StoredResource } from '../store';
import type { ResourceType } from './resource-type';

/** What a resource has of its body whatever its type, as far as the type has not filled it in itself. */
export function keepCommonProperties(
  resource: StoredResource,
  type: ResourceType,
  body: unknown,
  existing: StoredResource | undefined,
): void {
  const { location, tags } = (body ?? {}) as { location?: string; tags?: Record<string, string> };
  if (existing) resource.id = existing.id;
  resource.type = type.type;
  const place = resource.location ?? location ?? existing?.location;
  if (typeof place === 'string') resource.location = normalizeLocation(place);
  resource.tags ??= tags ?? undefined;
}

export function requireSameLocation(body: unknown, existing: StoredResource | undefined): void {
  const { location } = (body ?? {}) as { location?: unknown };
  if (!existing?.location || typeof location !== 'string') return;
  if (normalizeLocation(location) === existing.location) return;
  throw new ArmError(
    409,
    'InvalidResourceLocation',
    `the resource '${existing.id}' already exists in location '${existing.location}', got '${location}'; ` +
      'delete it first, or keep the location',
  );
}

/** `West Europe` and `westeurope` are one place. */
function normalizeLocation(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
