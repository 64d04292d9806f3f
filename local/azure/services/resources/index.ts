import type { LocalService, ServiceParts } from '../../core/service';
import { resourcesProvider } from './resource-types';

/** Subscriptions, resource groups, and the list of resource providers. */
export function resourcesService({ context, resourceTypes }: ServiceParts): LocalService {
  return resourcesProvider(context, resourceTypes);
}
