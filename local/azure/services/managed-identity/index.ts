import type { LocalService, ServiceParts } from '../../core/service';
import { managedIdentityProvider } from './resource-types';

/** Managed identities that stand by themselves; those of a resource are given by ARM. */
export function managedIdentityService({ directory }: ServiceParts): LocalService {
  return managedIdentityProvider(directory);
}
