import type { LocalService, ServiceParts } from '../../core/service';
import { privateEndpointsProvider } from './private-endpoints';

/** Virtual networks, as far as private endpoints go. */
export function networkService({ context }: ServiceParts): LocalService {
  return privateEndpointsProvider(context);
}
