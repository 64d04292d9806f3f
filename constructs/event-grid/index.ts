export * from './communication-events';
export type { DeliveringTopic, IdentityDeliveryProps, TopicIdentity } from './delivery-identity';
export * from './event-destination';
export * from './event-hub-destination';
export * from './event-subscription';
export * from './event-types';
export * from './service-bus-destinations';
export * from './storage-queue-destination';
export * from './system-topic';
