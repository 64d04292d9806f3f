import type { Construct } from 'constructs';
import { mistakesOf, type ICheckedValue } from '../core/mistakes';
import {
  destinationIdProblems,
  identityDelivery,
  type DeliveringTopic,
  type IdentityDeliveryProps,
} from './delivery-identity';
import type { EventDestinationConfig, IEventDestination } from './event-destination';

export interface EventHubDestinationProps extends IdentityDeliveryProps {
  /** ARM id of the event hub. */
  readonly eventHubId: string;
}

/** An event hub that exists, such as azurerm's `Eventhub`. */
export class EventHubDestination implements IEventDestination, ICheckedValue {
  readonly problems: readonly string[];

  constructor(private readonly props: EventHubDestinationProps) {
    this.problems = destinationIdProblems(
      'eventHubId',
      props.eventHubId,
      'Microsoft.EventHub/namespaces/eventhubs',
    );
  }

  bind(scope: Construct, topic: DeliveringTopic = {}): EventDestinationConfig {
    mistakesOf(scope, this);
    const id = this.props.eventHubId;
    return {
      ...identityDelivery(scope, topic, this.props, {
        id,
        roleDefinitionName: 'Azure Event Hubs Data Sender',
      }),
      eventhubEndpointId: id,
    };
  }
}
