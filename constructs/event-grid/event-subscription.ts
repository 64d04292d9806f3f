import {
  EventgridSystemTopicEventSubscription,
  type EventgridSystemTopicEventSubscriptionAdvancedFilter,
} from '@cdktf/provider-azurerm/lib/eventgrid-system-topic-event-subscription';
import { TerraformStack, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { dependenciesWithin } from '../core/across-stacks';
import { asAzurermTakesIt } from '../core/azurerm-spelling';
import { isOptions, writable } from '../core/checks';
import type { IEventDestination } from './event-destination';
import {
  checkDeadLetter,
  checkDelivery,
  checkDestination,
  checkEventTypes,
  checkFilter,
  type EVENT_DELIVERY_SCHEMAS,
} from './event-checks';
import type { CommunicationEventType } from './event-types';
import { requireProps, soundKinds } from '../core/kinds';
import { checkName } from '../core/naming';
import { SUBSCRIPTION_KINDS } from './subscription-kinds';
import type { Metric, MetricOptions } from '../monitoring/metric';
import type { ISystemTopic } from './system-topic';
import { SUBSCRIPTION_DIMENSION } from './topic-metrics';
import { type ProvidersProps, useProviders } from '../core/providers';
import { renamable } from '../core/renamable';

/** How long Event Grid goes on trying. Source: azure-docs, event-grid/delivery-and-retry.md. */
export interface EventRetryPolicy {
  /** 1 to 30. */
  readonly maxDeliveryAttempts: number;
  /** Minutes, 1 to 1440. */
  readonly eventTimeToLive: number;
}

/**
 * For calls: a ring is over after 30 seconds, so what cannot be delivered in a minute is not worth delivering.
 * Source: azure-docs, communication-services/concepts/call-automation/incoming-call-notification.md.
 */
export const CALL_RETRY_POLICY: EventRetryPolicy = { maxDeliveryAttempts: 2, eventTimeToLive: 1 };

/** For everything else: as long as Event Grid does. */
export const MESSAGE_RETRY_POLICY: EventRetryPolicy = { maxDeliveryAttempts: 30, eventTimeToLive: 1440 };

/** How an event is written when it is delivered. */
export type EventDeliverySchema = (typeof EVENT_DELIVERY_SCHEMAS)[number];

/** Which events of the chosen types are delivered. What of them does not match is dropped, and is no dead letter. */
export interface EventFilter {
  /** What the subject begins with. Of chat events it names the thread. @default - any */
  readonly subjectBeginsWith?: string;
  /** What the subject ends with. @default - any */
  readonly subjectEndsWith?: string;
  /** Whether capital letters count in subjects. @default false */
  readonly subjectCaseSensitive?: boolean;
  /** Conditions on the event's data, 25 at most in all. @default - none */
  readonly advanced?: EventgridSystemTopicEventSubscriptionAdvancedFilter;
}

/** Where events go that could not be delivered. */
export interface DeadLetterDestination {
  /** ARM id of the storage account. */
  readonly storageAccountId: string;
  /** Name of the container in that account. */
  readonly containerName: string;
  /**
   * Identity, carried by the system topic, with which they are written.
   * @default - Event Grid uses the account's key, which needs shared keys on
   */
  readonly userAssignedIdentityId?: string;
}

/** Which events go where. */
export interface EventSubscriptionOptions extends ProvidersProps {
  /** Name: 3 to 64 letters, digits and hyphens. */
  readonly name: string;
  /** The types that are delivered; one type can be in several subscriptions, and is then delivered to each. */
  readonly eventTypes: CommunicationEventType[];
  /** Where they go. */
  readonly destination: IEventDestination;
  /** How long Event Grid goes on trying. @default MESSAGE_RETRY_POLICY */
  readonly retryPolicy?: EventRetryPolicy;
  /** Which events of these types. @default - all */
  readonly filter?: EventFilter;
  /** How an event is written when it is delivered. @default 'EventGridSchema' */
  readonly deliverySchema?: EventDeliverySchema;
  /**
   * Where events go that could not be delivered.
   * @default - the one of CommunicationEvents, else events that cannot be delivered are lost
   */
  readonly deadLetter?: DeadLetterDestination;
  /** What has to be there before the subscription. @default - what it refers to, and what its destination needs */
  readonly dependsOn?: ITerraformDependable[];
}

/** A subscription and its topic. */
export interface EventSubscriptionProps extends EventSubscriptionOptions {
  /** The topic of the Communication Services resource, which may be in another stack. */
  readonly systemTopic: ISystemTopic;
}

/** A subscription to events of a Communication Services resource. */
export class EventSubscription extends Construct {
  /** The subscription itself, for overrides and for what has to wait for it. */
  readonly resource: EventgridSystemTopicEventSubscription;

  private readonly props: EventSubscriptionProps;

  constructor(scope: Construct, id: string, given: EventSubscriptionProps) {
    super(scope, id);
    requireProps(this, given);
    const { name: _, eventTypes: __, ...kinds } = SUBSCRIPTION_KINDS;
    const props = soundKinds(this, given, kinds);
    this.props = props;
    useProviders(this, props.providers);
    checkName(this, 'eventSubscription', props.name);
    checkEventTypes(this, props.eventTypes);
    const retry = props.retryPolicy ?? MESSAGE_RETRY_POLICY;
    checkDelivery(this, retry, props.deliverySchema);
    checkFilter(this, props.filter);
    checkDeadLetter(this, props.deadLetter);
    checkDestination(this, 'destination', props.destination);
    const { dependsOn: destinationDependsOn = [], ...endpoint } =
      isOptions(props.destination) && 'bind' in props.destination
        ? props.destination.bind(this, props.systemTopic)
        : {};
    const dependsOn = dependenciesWithin(this, [...destinationDependsOn, ...(props.dependsOn ?? [])]);
    const { deadLetter, filter } = props;
    this.resource = renamable(
      new EventgridSystemTopicEventSubscription(this, 'Resource', {
        name: props.name,
        systemTopic: props.systemTopic.systemTopicName,
        resourceGroupName: props.systemTopic.resourceGroupName,
        eventDeliverySchema: props.deliverySchema ?? 'EventGridSchema',
        includedEventTypes: props.eventTypes,
        ...endpoint,
        retryPolicy: retry,
        subjectFilter:
          filter?.subjectBeginsWith !== undefined || filter?.subjectEndsWith !== undefined
            ? {
                subjectBeginsWith: filter.subjectBeginsWith,
                subjectEndsWith: filter.subjectEndsWith,
                caseSensitive: filter.subjectCaseSensitive,
              }
            : undefined,
        advancedFilter: filter?.advanced,
        storageBlobDeadLetterDestination: deadLetter && {
          storageAccountId: deadLetter.storageAccountId,
          storageBlobContainerName: writable(deadLetter.containerName) ?? '',
        },
        deadLetterIdentity: deadLetter?.userAssignedIdentityId
          ? { type: 'UserAssigned', userAssignedIdentity: deadLetter.userAssignedIdentityId }
          : undefined,
        dependsOn: dependsOn?.length ? dependsOn : undefined,
        lifecycle: this.replacedWith(props.systemTopic),
      }),
    );
    asAzurermTakesIt(this.resource);
  }

  /** ARM id. */
  get eventSubscriptionId(): string {
    return this.resource.id;
  }

  /** Name, unique on the topic; what the metrics' dimension `EventSubscriptionName` says. */
  get eventSubscriptionName(): string {
    return this.resource.name;
  }

  /** Events of this subscription that were delivered. */
  metricDelivered(): Metric {
    return this.props.systemTopic.metricDelivered(this.alone);
  }

  /** Attempts to deliver its events that failed. */
  metricDeliveryFailed(): Metric {
    return this.props.systemTopic.metricDeliveryFailed(this.alone);
  }

  /** Its events that were given up and kept. */
  metricDeadLettered(): Metric {
    return this.props.systemTopic.metricDeadLettered(this.alone);
  }

  /** Its events that were given up and are lost. */
  metricDropped(): Metric {
    return this.props.systemTopic.metricDropped(this.alone);
  }

  private get alone(): MetricOptions {
    return { dimensions: [{ name: SUBSCRIPTION_DIMENSION, values: [this.eventSubscriptionName] }] };
  }

  /** Azure deletes subscriptions with their topic; Terraform knows of it only by being told. */
  private replacedWith(topic: ISystemTopic): { replaceTriggeredBy: string[] } | undefined {
    if (!topic.replacementTrigger || TerraformStack.of(topic) !== TerraformStack.of(this)) return undefined;
    return { replaceTriggeredBy: [topic.replacementTrigger] };
  }
}
