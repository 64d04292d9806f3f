import type { Construct } from 'constructs';
import { mistakesOf, type ICheckedValue } from '../core/mistakes';
import {
  destinationIdProblems,
  identityDelivery,
  type DeliveringTopic,
  type IdentityDeliveryProps,
} from './delivery-identity';
import type { EventDestinationConfig, IEventDestination } from './event-destination';

const DATA_SENDER = 'Azure Service Bus Data Sender';

export interface ServiceBusQueueDestinationProps extends IdentityDeliveryProps {
  /** ARM id of the queue, in a namespace of any tier. */
  readonly serviceBusQueueId: string;
}

/** A queue of Service Bus that exists, such as azurerm's `ServicebusQueue`: a message for each event. */
export class ServiceBusQueueDestination implements IEventDestination, ICheckedValue {
  readonly problems: readonly string[];

  constructor(private readonly props: ServiceBusQueueDestinationProps) {
    this.problems = destinationIdProblems(
      'serviceBusQueueId',
      props.serviceBusQueueId,
      'Microsoft.ServiceBus/namespaces/queues',
    );
  }

  bind(scope: Construct, topic: DeliveringTopic = {}): EventDestinationConfig {
    mistakesOf(scope, this);
    const id = this.props.serviceBusQueueId;
    return {
      ...identityDelivery(scope, topic, this.props, { id, roleDefinitionName: DATA_SENDER }),
      serviceBusQueueEndpointId: id,
    };
  }
}

export interface ServiceBusTopicDestinationProps extends IdentityDeliveryProps {
  /** ARM id of the topic. */
  readonly serviceBusTopicId: string;
}

/** A topic of Service Bus that exists, such as azurerm's `ServicebusTopic`: a message for each event. */
export class ServiceBusTopicDestination implements IEventDestination, ICheckedValue {
  readonly problems: readonly string[];

  constructor(private readonly props: ServiceBusTopicDestinationProps) {
    this.problems = destinationIdProblems(
      'serviceBusTopicId',
      props.serviceBusTopicId,
      'Microsoft.ServiceBus/namespaces/topics',
    );
  }

  bind(scope: Construct, topic: DeliveringTopic = {}): EventDestinationConfig {
    mistakesOf(scope, this);
    const id = this.props.serviceBusTopicId;
    return {
      ...identityDelivery(scope, topic, this.props, { id, roleDefinitionName: DATA_SENDER }),
      serviceBusTopicEndpointId: id,
    };
  }
}
