import { z } from 'zod';
import { bodyWith, flag, number, object, objects, text, texts } from '../../core/arm/shape';

export const TOPIC = bodyWith({ source: text, topicType: text });

const DESTINATION = object({
  endpointType: text,
  properties: object({
    resourceId: text,
    queueName: text,
    queueMessageTimeToLiveInSeconds: number,
    endpointUrl: text,
    maxEventsPerBatch: number,
    preferredBatchSizeInKilobytes: number,
    azureActiveDirectoryTenantId: text,
    azureActiveDirectoryApplicationIdOrUri: text,
    deliveryAttributeMappings: objects({
      name: z.string(),
      type: z.string(),
      properties: z.looseObject({ value: text, sourceField: text, isSecret: flag }),
    }),
  }),
});
const DEAD_LETTER = object({
  endpointType: text,
  properties: object({ resourceId: text, blobContainerName: text }),
});
const IDENTITY = object({ type: text, userAssignedIdentity: text });

const SUBSCRIPTION_MEMBERS = {
  destination: DESTINATION,
  deliveryWithResourceIdentity: object({ identity: IDENTITY, destination: DESTINATION }),
  deadLetterDestination: DEAD_LETTER,
  deadLetterWithResourceIdentity: object({ identity: IDENTITY, deadLetterDestination: DEAD_LETTER }),
  eventDeliverySchema: text,
  expirationTimeUtc: text,
  filter: object({
    includedEventTypes: texts,
    subjectBeginsWith: text,
    subjectEndsWith: text,
    isSubjectCaseSensitive: flag,
    enableAdvancedFilteringOnArrays: flag,
    advancedFilters: objects({ operatorType: text, key: text }),
  }),
  labels: texts,
  retryPolicy: object({ maxDeliveryAttempts: number, eventTimeToLiveInMinutes: number }),
};

/** Members of a subscription that a PATCH names, beside `properties` and not in it (EventSubscriptionUpdateParameters). */
export const UPDATABLE = Object.keys(SUBSCRIPTION_MEMBERS);

/** An event subscription, as far as it is looked at, or what a PATCH changes of it. */
export const SUBSCRIPTION = z.looseObject({
  properties: object(SUBSCRIPTION_MEMBERS),
  ...SUBSCRIPTION_MEMBERS,
});
