import { setMaxListeners } from 'node:events';
import type { LocalService, ServiceParts } from '../../core/service';
import { seededRandom } from '../../core/random';
import { eventGridFaults, eventGridRoutes } from './control';
import { EventGridDelivery } from './delivery';
import type { EventFunctions } from './functions';
import { eventGridProvider } from './resource-types';

export interface EventGridService extends LocalService {
  readonly delivery: EventGridDelivery;
}

/** Event Grid: system topics, subscriptions, and the delivery of events. */
export function eventGridService(
  { context, metrics, seed }: ServiceParts,
  functions: EventFunctions,
): EventGridService {
  // Every event that waits for its next attempt listens to it.
  setMaxListeners(0, context.closing);
  const delivery = new EventGridDelivery(context, metrics, functions, seededRandom(`${seed}/events`));
  return {
    ...eventGridProvider(context, metrics, functions, (subscription) => delivery.forget(subscription)),
    controlRoutes: eventGridRoutes(delivery),
    faults: eventGridFaults(delivery),
    delivery,
  };
}
