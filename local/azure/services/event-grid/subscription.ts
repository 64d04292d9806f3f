import { asObject } from '../../core/arm/resource-id';
import type { StoredResource } from '../../core/store';
import type { SubscriptionFilter } from './filter';
import type { DeliveryIdentity } from './queue-destination';

export const SCHEMAS = ['EventGridSchema', 'CloudEventSchemaV1_0'] as const;
export type DeliverySchema = (typeof SCHEMAS)[number];

export interface DeliveryAttribute {
  readonly name: string;
  readonly type: 'Static' | 'Dynamic';
  readonly properties: {
    readonly value?: string;
    readonly sourceField?: string;
    readonly isSecret?: boolean;
  };
}

/** What local Azure delivers to. */
export const ENDPOINT_TYPES = ['AzureFunction', 'StorageQueue', 'WebHook'] as const;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];

/** A subscription as the delivery loop needs it. */
export interface EventSubscription {
  readonly id: string;
  readonly name: string;
  readonly destination: {
    readonly endpointType: EndpointType;
    /** Id of the function, for AzureFunction; of the storage account, for StorageQueue. */
    readonly resourceId?: string;
    /** For StorageQueue. */
    readonly queueName?: string;
    /** Seconds, for StorageQueue; -1 for ever. */
    readonly messageTimeToLive?: number;
    /** Whose rights deliveries have, for StorageQueue. Undefined: the account's key. */
    readonly identity?: DeliveryIdentity;
    /** With its query, for WebHook. */
    readonly endpointUrl?: string;
    readonly maxEventsPerBatch: number;
    readonly preferredBatchSizeInKilobytes: number;
    readonly attributes: readonly DeliveryAttribute[];
  };
  readonly schema: DeliverySchema;
  readonly filter: SubscriptionFilter;
  readonly maxDeliveryAttempts: number;
  readonly eventTimeToLiveInMinutes: number;
  readonly deadLetter?: { readonly storageAccountId: string; readonly container: string };
}

/** Reads back what ARM kept. */
export function eventSubscription(resource: StoredResource): EventSubscription {
  const properties = resource.properties;
  const destination = inner(properties.destination, properties.deliveryWithResourceIdentity, 'destination');
  const settings = asObject(destination.properties);
  const retry = asObject(properties.retryPolicy);
  const deadLetter = inner(
    properties.deadLetterDestination,
    properties.deadLetterWithResourceIdentity,
    'deadLetterDestination',
  );
  const blob = asObject(deadLetter.properties);
  const secrets = resource.secrets as { endpointUrl?: string; attributes: DeliveryAttribute[] };
  return {
    id: resource.id,
    name: resource.name,
    destination: {
      endpointType: destination.endpointType as EndpointType,
      ...(settings.resourceId === undefined ? {} : { resourceId: String(settings.resourceId) }),
      ...(settings.queueName === undefined ? {} : { queueName: String(settings.queueName) }),
      ...(settings.queueMessageTimeToLiveInSeconds === undefined
        ? {}
        : { messageTimeToLive: Number(settings.queueMessageTimeToLiveInSeconds) }),
      ...(properties.deliveryWithResourceIdentity === undefined
        ? {}
        : { identity: asObject(properties.deliveryWithResourceIdentity).identity as DeliveryIdentity }),
      ...(secrets.endpointUrl === undefined ? {} : { endpointUrl: secrets.endpointUrl }),
      // Queues get each event by itself.
      maxEventsPerBatch: Number(settings.maxEventsPerBatch ?? 1),
      preferredBatchSizeInKilobytes: Number(settings.preferredBatchSizeInKilobytes ?? 1),
      attributes: secrets.attributes,
    },
    schema: properties.eventDeliverySchema as DeliverySchema,
    filter: properties.filter as SubscriptionFilter,
    maxDeliveryAttempts: Number(retry.maxDeliveryAttempts),
    eventTimeToLiveInMinutes: Number(retry.eventTimeToLiveInMinutes),
    ...(blob.resourceId === undefined
      ? {}
      : {
          deadLetter: {
            storageAccountId: String(blob.resourceId),
            container: String(blob.blobContainerName),
          },
        }),
  };
}

/** A destination stands by itself or inside `…WithResourceIdentity`. */
export function inner(plain: unknown, withIdentity: unknown, member: string): Record<string, unknown> {
  return asObject(plain ?? asObject(withIdentity)[member]);
}
