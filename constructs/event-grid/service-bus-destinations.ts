import type { IdentityDeliveryProps } from './delivery-identity';
import { ExistingDestination } from './existing-destination';

const DATA_SENDER = 'Azure Service Bus Data Sender';

/** A Service Bus queue that events are put into. */
export interface ServiceBusQueueDestinationProps extends IdentityDeliveryProps {
  /** ARM id of the queue, in a namespace of any tier. */
  readonly serviceBusQueueId: string;
}

/** A queue of Service Bus that exists, such as azurerm's `ServicebusQueue`: a message for each event. */
export class ServiceBusQueueDestination extends ExistingDestination {
  constructor(props: ServiceBusQueueDestinationProps) {
    super(props.serviceBusQueueId, props, {
      prop: 'serviceBusQueueId',
      type: 'Microsoft.ServiceBus/namespaces/queues',
      roleDefinitionName: DATA_SENDER,
      endpoint: 'serviceBusQueueEndpointId',
    });
  }
}

/** A Service Bus topic that events are put into. */
export interface ServiceBusTopicDestinationProps extends IdentityDeliveryProps {
  /** ARM id of the topic. */
  readonly serviceBusTopicId: string;
}

/** A topic of Service Bus that exists, such as azurerm's `ServicebusTopic`: a message for each event. */
export class ServiceBusTopicDestination extends ExistingDestination {
  constructor(props: ServiceBusTopicDestinationProps) {
    super(props.serviceBusTopicId, props, {
      prop: 'serviceBusTopicId',
      type: 'Microsoft.ServiceBus/namespaces/topics',
      roleDefinitionName: DATA_SENDER,
      endpoint: 'serviceBusTopicEndpointId',
    });
  }
}
