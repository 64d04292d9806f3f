export * from './communication-events';
export * from './event-destination';
export * from './event-subscription';
export * from './event-types';
export * from './system-topic';
