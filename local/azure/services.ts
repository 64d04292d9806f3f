import type { FunctionHost } from '../functions/function-host';
import { pushServicesService } from '../push-services';
import type { PushServices } from '../push-services/push-services';
import type { Metrics } from './core/metrics';
import type { LocalService, ServiceParts } from './core/service';
import { applicationInsightsService } from './services/application-insights';
import { authorizationService } from './services/authorization';
import { communicationService } from './services/communication';
import type { Communication } from './services/communication/data-plane';
import { entraService } from './services/entra';
import type { Entra } from './services/entra/data-plane';
import { eventGridService } from './services/event-grid';
import type { EventGridDelivery } from './services/event-grid/delivery';
import type { EventFunctions } from './services/event-grid/functions';
import { keyVaultService } from './services/key-vault';
import { logAnalyticsService } from './services/log-analytics';
import { managedIdentityService } from './services/managed-identity';
import { monitorService } from './services/monitor';
import type { MonitorDelays, MonitorOptions } from './services/monitor/delays';
import { networkService } from './services/network';
import { notificationHubsService } from './services/notification-hubs';
import type { HubBehaviour } from './services/notification-hubs/behaviour';
import type { NotificationHubDataPlane } from './services/notification-hubs/data-plane';
import { resourcesService } from './services/resources';
import { storageService } from './services/storage';
import type { Storage } from './services/storage/data-plane';
import { webService } from './services/web';

/** How services behave where Azure leaves it open. */
export interface ServicesBehaviour {
  /** How long a changed link may take to reach the data plane, in milliseconds; default 0 to ten minutes. */
  readonly linkPropagation?: readonly [least: number, most: number];
  /** How late metrics and the activity log are. */
  readonly monitor?: MonitorOptions;
  /** How hubs behave where Azure's documentation is silent. */
  readonly hubs?: Partial<HubBehaviour>;
  /** Functions that events go to. @default - those of the Function Apps here */
  readonly functions?: EventFunctions;
}

/** The services that local Azure plays, and those of them that can be looked into. */
export interface Services {
  /** In the order in which they are asked. */
  readonly all: readonly LocalService[];
  readonly communication: Communication;
  readonly entra: Entra;
  readonly eventGrid: EventGridDelivery;
  readonly hubs: NotificationHubDataPlane;
  readonly metrics: Metrics;
  readonly monitor: MonitorDelays;
  readonly pushServices: PushServices;
  readonly storage: Storage;
}

/** Puts the services together: those that others need first, the others in the list. */
export function createServices(
  parts: ServiceParts,
  functionHost: FunctionHost,
  behaviour: ServicesBehaviour = {},
): Services {
  const entra = entraService(parts);
  const storage = storageService(parts);
  const web = webService(parts, functionHost, storage.storage);
  const monitor = monitorService(parts, behaviour.monitor);
  const push = pushServicesService(parts);
  const { pushServices } = push;
  const hubs = notificationHubsService(parts, { pushServices, behaviour: behaviour.hubs });
  const eventGrid = eventGridService(parts, behaviour.functions ?? web.apps);
  const communication = communicationService(parts, {
    events: eventGrid.delivery,
    pushServices,
    linkPropagation: behaviour.linkPropagation,
  });
  return {
    all: [
      entra,
      storage,
      web,
      monitor,
      push,
      hubs,
      eventGrid,
      communication,
      resourcesService(parts),
      managedIdentityService(parts),
      authorizationService(parts),
      logAnalyticsService(),
      applicationInsightsService(parts),
      keyVaultService(parts),
      networkService(parts),
    ],
    communication: communication.communication,
    entra: entra.entra,
    eventGrid: eventGrid.delivery,
    hubs: hubs.hubs,
    metrics: parts.metrics,
    monitor: monitor.delays,
    pushServices,
    storage: storage.storage,
  };
}
