import type { Construct } from 'constructs';
import { mistakesOf, type ICheckedValue } from '../core/mistakes';
import {
  destinationIdProblems,
  identityDelivery,
  type DeliveringTopic,
  type IdentityDeliveryProps,
} from './delivery-identity';
import type { EventDestinationConfig, IEventDestination } from './event-destination';

/** A kind of destination that is given by its ARM id. */
interface Kind {
  /** What the id is called where it is given. */
  readonly prop: string;
  readonly type: string;
  /** The role that delivering takes. */
  readonly roleDefinitionName: string;
  /** azurerm's argument for it. */
  readonly endpoint: 'eventhubEndpointId' | 'serviceBusQueueEndpointId' | 'serviceBusTopicEndpointId';
}

/** What events are delivered to that exists, and is known by its id alone. */
export abstract class ExistingDestination implements IEventDestination, ICheckedValue {
  readonly problems: readonly string[];

  protected constructor(
    private readonly id: string,
    private readonly delivery: IdentityDeliveryProps,
    private readonly kind: Kind,
  ) {
    this.problems = destinationIdProblems(kind.prop, id, kind.type);
  }

  bind(scope: Construct, topic: DeliveringTopic = {}): EventDestinationConfig {
    mistakesOf(scope, this);
    const { endpoint, roleDefinitionName } = this.kind;
    return {
      ...identityDelivery(scope, topic, this.delivery, { id: this.id, roleDefinitionName }),
      [endpoint]: this.id,
    };
  }
}
