import type { IdentityDeliveryProps } from './delivery-identity';
import { ExistingDestination } from './existing-destination';

/** An event hub that events are put into. */
export interface EventHubDestinationProps extends IdentityDeliveryProps {
  /** ARM id of the event hub. */
  readonly eventHubId: string;
}

/** An event hub that exists, such as azurerm's `Eventhub`. */
export class EventHubDestination extends ExistingDestination {
  constructor(props: EventHubDestinationProps) {
    super(props.eventHubId, props, {
      prop: 'eventHubId',
      type: 'Microsoft.EventHub/namespaces/eventhubs',
      roleDefinitionName: 'Azure Event Hubs Data Sender',
      endpoint: 'eventhubEndpointId',
    });
  }
}
