import type { LocalService, ServiceParts } from '../../core/service';
import type { PushServices } from '../../../push-services/push-services';
import { seededRandom } from '../../core/random';
import { DEFAULT_HUB_BEHAVIOUR, type HubBehaviour } from './behaviour';
import { notificationHubsFaults, notificationHubsRoutes } from './control';
import { NotificationHubDataPlane } from './data-plane';
import { hubCredentials, NAMESPACE_TYPE, notificationHubsProvider } from './resource-types';

export interface NotificationHubsOptions {
  /** Where pushes go. */
  readonly pushServices: PushServices;
  /** How hubs behave where Azure's documentation is silent. */
  readonly behaviour?: Partial<HubBehaviour>;
}

export interface NotificationHubsService extends LocalService {
  readonly hubs: NotificationHubDataPlane;
}

/** Notification Hubs: namespaces, hubs and policies; sends, installations and registrations. */
export function notificationHubsService(
  { context, metrics, seed }: ServiceParts,
  options: NotificationHubsOptions,
): NotificationHubsService {
  let behaviour: HubBehaviour = { ...DEFAULT_HUB_BEHAVIOUR, ...options.behaviour };
  const hubs = new NotificationHubDataPlane(
    context,
    { namespaceType: NAMESPACE_TYPE, credentials: hubCredentials },
    options.pushServices,
    metrics,
    seededRandom(`${seed}/hubs`),
    seededRandom(`${seed}/telemetry`),
    () => behaviour,
  );
  return {
    ...notificationHubsProvider(context, metrics, () => behaviour),
    hostServices: [hubs],
    controlRoutes: notificationHubsRoutes(hubs, (change) => (behaviour = { ...behaviour, ...change })),
    faults: notificationHubsFaults(hubs),
    hubs,
  };
}
