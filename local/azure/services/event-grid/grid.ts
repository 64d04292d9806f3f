import type { LocalAzureContext } from '../../core/context';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import type { EventFunctions } from './functions';
import type { DeadLetter, DeliveryFaults, DeliveryRecord } from './records';

/** What the queues of all subscriptions share. */
export interface Grid {
  readonly context: LocalAzureContext;
  readonly functions: EventFunctions;
  readonly random: Random;
  readonly currentFaults: DeliveryFaults;
  /** Counts in the metrics of the topic and of the subscription. */
  count(topic: StoredResource, subscriptionId: string, metric: string, amount?: number): void;
  remember(record: DeliveryRecord): void;
  buried(letter: DeadLetter): void;
}
