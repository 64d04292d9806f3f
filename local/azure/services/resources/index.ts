import type { LocalService, ServiceParts } from '../../core/service';
import { resourcesProvider } from './resource-types';

/** Subscriptions, resource groups, and the list of resource providers. */
export function resourcesService({ context, registrations, resourceTypes }: ServiceParts): LocalService {
  return resourcesProvider(context, registrations, resourceTypes);
}
