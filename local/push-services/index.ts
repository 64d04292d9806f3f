import type { LocalService, ServiceParts } from '../azure/core/service';
import { pushServicesRoutes } from './control';
import { PushServices } from './push-services';

export interface PushServicesService extends LocalService {
  readonly pushServices: PushServices;
}

/** APNs, FCM and the push services of browsers. */
export function pushServicesService({ context }: ServiceParts): PushServicesService {
  const pushServices = new PushServices(context);
  return { controlRoutes: pushServicesRoutes(pushServices), pushServices };
}
