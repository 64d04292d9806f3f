import { setMaxListeners } from 'node:events';
import { Communication } from './services/communication/data-plane';
import type { LocalAzureContext } from './core/context';
import { createControl, type Control } from '../control/control';
import { EventGridDelivery } from './services/event-grid/delivery';
import type { HostService } from './core/http';
import { Metrics } from './services/monitor/metrics';
import { DEFAULT_HUB_BEHAVIOUR, type HubBehaviour } from './services/notification-hubs/behaviour';
import { NotificationHubDataPlane } from './services/notification-hubs/data-plane';
import { PushServices } from '../push-services/push-services';
import { seededRandom } from './core/random';
import { communicationNameAvailability } from './services/communication/name-availability';
import { communicationTypes } from './services/communication/resource-types';
import { eventGridTypes, EVENT_SUBSCRIPTION_TYPE } from './services/event-grid/resource-types';
import { Monitor, type MonitorOptions } from './services/monitor/reading';
import {
  hubCredentials,
  NAMESPACE_TYPE,
  namespaceAvailability,
  notificationHubsTypes,
} from './services/notification-hubs/resource-types';
import type { ArmEndpoint, ArmOperation, ResourceType } from './core/arm/resource-type';

/** A change of the hub's link reaches the data plane within this (communication-services/concepts/notifications). */
const MAX_PROPAGATION = 10 * 60_000;

export interface ServicesOptions {
  /** True when a function of that ARM id (`{site}/functions/{name}`) was published. */
  functionExists(resourceId: string): boolean;
  /** The Event Grid webhook of a function, with its key; undefined when there is no such function. */
  functionUrl(resourceId: string): string | undefined;
  /** Of everything random here; default 1. */
  readonly seed?: number;
  /** How long a changed link may take to reach the data plane, in milliseconds; default 0 to ten minutes. */
  readonly linkPropagation?: readonly [least: number, most: number];
  /** How late metrics and the activity log are. */
  readonly monitor?: Omit<MonitorOptions, 'seed'>;
  /** How hubs behave where Azure's documentation is silent. */
  readonly hubs?: Partial<HubBehaviour>;
}

/** Everything of local Azure beyond its front, ARM itself, Entra, Storage and Web. */
export interface Services {
  readonly resourceTypes: readonly ResourceType[];
  readonly hostServices: readonly HostService[];
  readonly armEndpoints: readonly ArmEndpoint[];
  readonly operations: readonly ArmOperation[];
  readonly control: Control;
  readonly communication: Communication;
  readonly pushServices: PushServices;
  readonly eventGrid: EventGridDelivery;
  readonly hubs: NotificationHubDataPlane;
  readonly monitor: Monitor;
  readonly metrics: Metrics;
}

export function createServices(context: LocalAzureContext, options: ServicesOptions): Services {
  const seed = options.seed ?? 1;
  // Every event that waits for its next attempt listens to it.
  setMaxListeners(0, context.closing);
  const [least, most] = options.linkPropagation ?? [0, MAX_PROPAGATION];
  const propagationRandom = seededRandom(`${seed}/link`);
  const metrics = new Metrics(context.clock, context.store);
  const pushServices = new PushServices(context);
  let hubBehaviour: HubBehaviour = { ...DEFAULT_HUB_BEHAVIOUR, ...options.hubs };
  const hubs = new NotificationHubDataPlane(
    context,
    { namespaceType: NAMESPACE_TYPE, credentials: hubCredentials },
    pushServices,
    metrics,
    seededRandom(`${seed}/hubs`),
    seededRandom(`${seed}/telemetry`),
    () => hubBehaviour,
  );
  const eventGrid = new EventGridDelivery(context, metrics, options, seededRandom(`${seed}/events`));
  const communication = new Communication(context, eventGrid, pushServices);
  const monitor = new Monitor(context, metrics, { seed, ...options.monitor });
  const grid = eventGridTypes(context, metrics, options).map((type) =>
    type.type === EVENT_SUBSCRIPTION_TYPE ? { ...type, deleted: forgetting(type, eventGrid) } : type,
  );
  return {
    resourceTypes: [
      ...communicationTypes(context, () => least + propagationRandom() * (most - least)),
      ...notificationHubsTypes(context, metrics, () => hubBehaviour),
      ...grid,
    ],
    hostServices: [hubs],
    armEndpoints: [...monitor.endpoints, namespaceAvailability(context)],
    operations: [communicationNameAvailability(context)],
    control: createControl({
      context,
      communication,
      pushServices,
      eventGrid,
      hubs,
      monitor,
      setHubBehaviour: (change) => (hubBehaviour = { ...hubBehaviour, ...change }),
    }),
    communication,
    pushServices,
    eventGrid,
    hubs,
    monitor,
    metrics,
  };
}

function forgetting(type: ResourceType, eventGrid: EventGridDelivery): ResourceType['deleted'] {
  return (subscription) => {
    eventGrid.forget(subscription.id);
    return type.deleted?.(subscription);
  };
}
