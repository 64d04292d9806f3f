import { list, options, text } from '../core/kinds';

/** Of the options of a subscription to events; which values of these kinds Event Grid takes is checked by it. */
export const SUBSCRIPTION_KINDS = {
  name: text('a name'),
  eventTypes: list('a list of event types', text('texts in a list')),
  filter: options('options such as subjectBeginsWith', {
    subjectBeginsWith: text(),
    subjectEndsWith: text(),
    advanced: options('conditions on the data of events'),
  }),
  retryPolicy: options('maxDeliveryAttempts and eventTimeToLive'),
  dependsOn: list('a list of resources', options('a resource in each place of a list')),
} as const;
