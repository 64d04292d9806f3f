import type { LocalService, ServiceParts } from '../../core/service';
import { authorizationProvider } from './resource-types';

/** Azure RBAC and locks: who may do what is decided in core/access and core/arm, by what is kept here. */
export function authorizationService({ context, directory }: ServiceParts): LocalService {
  return authorizationProvider(context, directory);
}
