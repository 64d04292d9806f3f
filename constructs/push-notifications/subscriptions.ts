import type { ITerraformDependable } from 'cdktf';
import { RELAY_EVENT_TYPES } from '../../relay/contract';
import type { CommunicationEvents } from '../event-grid/communication-events';
import type { IEventDestination } from '../event-grid/event-destination';
import { CALL_RETRY_POLICY, MESSAGE_RETRY_POLICY } from '../event-grid/event-subscription';
import type { CommunicationEventType } from '../event-grid/event-types';
import type { Naming } from '../core/naming';
import { relayOptions, type PushNotificationsProps } from './props';

/**
 * Subscribes to what pushes are made of: calls, recordings and messages apart.
 *
 * @param target where the events of each go
 */
export function subscribe(
  events: CommunicationEvents,
  naming: Naming,
  props: PushNotificationsProps,
  target: (functionName: keyof typeof RELAY_EVENT_TYPES) => IEventDestination,
): ITerraformDependable[] {
  const calls = events.addSubscription('Calls', {
    name: naming.name('eventSubscription', 'calls'),
    eventTypes: [...RELAY_EVENT_TYPES.calls],
    retryPolicy: CALL_RETRY_POLICY,
    ...props.calls,
    destination: target('calls'),
  });
  const recordings = events.addSubscription('Recordings', {
    name: naming.name('eventSubscription', 'recordings'),
    eventTypes: [...RELAY_EVENT_TYPES.recordings],
    retryPolicy: MESSAGE_RETRY_POLICY,
    ...props.recordings,
    destination: target('recordings'),
  });
  const messages = events.addSubscription('Messages', {
    name: naming.name('eventSubscription', 'messages'),
    eventTypes: [...RELAY_EVENT_TYPES.messages, ...optionalEventTypes(props)],
    retryPolicy: MESSAGE_RETRY_POLICY,
    ...props.messages,
    destination: target('messages'),
    // In a stack of an earlier version it takes recordings too: it gives them up when the other one has them.
    dependsOn: [...(props.messages?.dependsOn ?? []), recordings.resource],
  });
  return [calls.resource, messages.resource, recordings.resource];
}

function optionalEventTypes({ events }: PushNotificationsProps): CommunicationEventType[] {
  const { optionalEvents = [] } = relayOptions(events);
  return [...new Set([optionalEvents].flat())].map((name) => `Microsoft.Communication.${name}` as const);
}
