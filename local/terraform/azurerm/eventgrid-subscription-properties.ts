import type { CtyObject, CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { known, single } from './resource';

type Properties = Record<string, any>;

/** Blocks of `advanced_filter` and the operator each stands for. */
const OPERATORS: Record<string, string> = {
  bool_equals: 'BoolEquals',
  is_not_null: 'IsNotNull',
  is_null_or_undefined: 'IsNullOrUndefined',
  number_greater_than: 'NumberGreaterThan',
  number_greater_than_or_equals: 'NumberGreaterThanOrEquals',
  number_in: 'NumberIn',
  number_in_range: 'NumberInRange',
  number_less_than: 'NumberLessThan',
  number_less_than_or_equals: 'NumberLessThanOrEquals',
  number_not_in: 'NumberNotIn',
  number_not_in_range: 'NumberNotInRange',
  string_begins_with: 'StringBeginsWith',
  string_contains: 'StringContains',
  string_ends_with: 'StringEndsWith',
  string_in: 'StringIn',
  string_not_begins_with: 'StringNotBeginsWith',
  string_not_contains: 'StringNotContains',
  string_not_ends_with: 'StringNotEndsWith',
  string_not_in: 'StringNotIn',
};

/** Attributes that hold nothing but the id of where events go; the shorter names are those of 5.0. */
const ENDPOINT_IDS: Record<string, string> = {
  eventhub_endpoint_id: 'EventHub',
  hybrid_connection_endpoint_id: 'HybridConnection',
  service_bus_queue_endpoint_id: 'ServiceBusQueue',
  service_bus_topic_endpoint_id: 'ServiceBusTopic',
  eventhub_id: 'EventHub',
  hybrid_connection_id: 'HybridConnection',
  service_bus_queue_id: 'ServiceBusQueue',
  service_bus_topic_id: 'ServiceBusTopic',
};

/** What is sent of a subscription. */
export function subscriptionProperties(planned: CtyObject): Properties {
  const destination = destinationBody(planned);
  const deliveryIdentity = endpointIdentity(planned['delivery_identity']);
  const deadLetter = single(planned['storage_blob_dead_letter_destination']);
  const deadLetterIdentity = endpointIdentity(planned['dead_letter_identity']);
  const deadLetterDestination = deadLetter && {
    endpointType: 'StorageBlob',
    properties: {
      blobContainerName: deadLetter['storage_blob_container_name'],
      resourceId: deadLetter['storage_account_id'],
    },
  };
  const retry = single(planned['retry_policy']);
  return {
    // azurerm spells out that there is none.
    deadLetterDestination: deadLetterIdentity ? null : (deadLetterDestination ?? null),
    ...(deadLetterDestination &&
      deadLetterIdentity && {
        deadLetterWithResourceIdentity: { deadLetterDestination, identity: deadLetterIdentity },
      }),
    ...(deliveryIdentity
      ? { deliveryWithResourceIdentity: { destination, identity: deliveryIdentity } }
      : { destination }),
    eventDeliverySchema: planned['event_delivery_schema'],
    expirationTimeUtc: planned['expiration_time_utc'] ?? '',
    filter: filterBody(planned),
    labels: known(planned['labels']) ?? [],
    ...(retry && {
      retryPolicy: {
        eventTimeToLiveInMinutes: retry['event_time_to_live'],
        maxDeliveryAttempts: retry['max_delivery_attempts'],
      },
    }),
  };
}

function endpointIdentity(block: CtyValue | undefined): object | undefined {
  const identity = single(block);
  if (!identity) return undefined;
  const user = known(identity['user_assigned_identity']);
  return { type: identity['type'], ...(user !== undefined && { userAssignedIdentity: user }) };
}

function destinationBody(planned: CtyObject): object {
  const deliveryAttributeMappings = ((planned['delivery_property'] as CtyObject[] | null) ?? []).map(
    (property) => ({
      name: property['header_name'],
      type: property['type'],
      properties:
        property['type'] === 'Dynamic'
          ? { sourceField: property['source_field'] }
          : { value: property['value'], isSecret: property['secret'] ?? false },
    }),
  );
  const batching = (block: CtyObject) => {
    const events = known(block['max_events_per_batch']);
    const kilobytes = known(block['preferred_batch_size_in_kilobytes']);
    return {
      ...(events !== undefined && { maxEventsPerBatch: events }),
      ...(kilobytes !== undefined && { preferredBatchSizeInKilobytes: kilobytes }),
    };
  };
  const azureFunction = single(planned['azure_function_endpoint']);
  if (azureFunction) {
    return {
      endpointType: 'AzureFunction',
      properties: {
        deliveryAttributeMappings,
        ...batching(azureFunction),
        resourceId: azureFunction['function_id'],
      },
    };
  }
  const webhook = single(planned['webhook_endpoint']);
  if (webhook) {
    const tenant = known(webhook['active_directory_tenant_id']);
    const application = known(webhook['active_directory_app_id_or_uri']);
    return {
      endpointType: 'WebHook',
      properties: {
        ...(application !== undefined && { azureActiveDirectoryApplicationIdOrUri: application }),
        ...(tenant !== undefined && { azureActiveDirectoryTenantId: tenant }),
        deliveryAttributeMappings,
        endpointUrl: webhook['url'],
        ...batching(webhook),
      },
    };
  }
  const queue = single(planned['storage_queue_endpoint']);
  if (queue) {
    const timeToLive = known(queue['queue_message_time_to_live_in_seconds']);
    return {
      endpointType: 'StorageQueue',
      properties: {
        ...(timeToLive !== undefined && { queueMessageTimeToLiveInSeconds: timeToLive }),
        queueName: queue['queue_name'],
        resourceId: queue['storage_account_id'],
      },
    };
  }
  for (const [attribute, endpointType] of Object.entries(ENDPOINT_IDS)) {
    const resourceId = known(planned[attribute]);
    if (resourceId !== undefined)
      return { endpointType, properties: { deliveryAttributeMappings, resourceId } };
  }
  throw new ProviderError(
    'No endpoint',
    `event subscription ${planned['name'] as string} has no endpoint: set azure_function_endpoint or webhook_endpoint`,
  );
}

function filterBody(planned: CtyObject): Properties {
  const subject = single(planned['subject_filter']);
  const advanced = single(planned['advanced_filter']);
  const types = known<string[]>(planned['included_event_types']);
  const filter: Properties = {};
  if (types) filter['includedEventTypes'] = types;
  if (subject) {
    filter['subjectBeginsWith'] = subject['subject_begins_with'] ?? '';
    filter['subjectEndsWith'] = subject['subject_ends_with'] ?? '';
    filter['isSubjectCaseSensitive'] = subject['case_sensitive'] ?? false;
  }
  if (planned['advanced_filtering_on_arrays_enabled'] === true)
    filter['enableAdvancedFilteringOnArrays'] = true;
  if (advanced) {
    filter['advancedFilters'] = Object.entries(OPERATORS).flatMap(([block, operatorType]) =>
      ((advanced[block] as CtyObject[] | null) ?? []).map(({ key, ...operands }) => ({
        key,
        operatorType,
        ...operands,
      })),
    );
  }
  return filter;
}

/** What is read back of it. @param fullUrl of a webhook, which no GET shows whole */
export function subscriptionState(
  properties: Properties,
  fullUrl: string | undefined,
  state: CtyObject,
): CtyObject {
  const destination = properties['deliveryWithResourceIdentity']?.destination ?? properties['destination'];
  const deadLetter =
    properties['deadLetterWithResourceIdentity']?.deadLetterDestination ??
    properties['deadLetterDestination'];
  const { endpointType, properties: endpoint = {} } = destination ?? {};
  const retry = properties['retryPolicy'];
  const expiration = properties['expirationTimeUtc'];
  const batching = {
    max_events_per_batch: endpoint.maxEventsPerBatch ?? null,
    preferred_batch_size_in_kilobytes: endpoint.preferredBatchSizeInKilobytes ?? null,
  };
  const filter = properties['filter'] ?? {};
  return {
    event_delivery_schema: properties['eventDeliverySchema'] ?? 'EventGridSchema',
    expiration_time_utc: expiration ? expiration : null,
    labels: (properties['labels'] ?? []).length > 0 ? properties['labels'] : (known(state['labels']) ?? null),
    included_event_types: filter.includedEventTypes ?? [],
    advanced_filtering_on_arrays_enabled: filter.enableAdvancedFilteringOnArrays ?? false,
    azure_function_endpoint:
      endpointType === 'AzureFunction' ? [{ function_id: endpoint.resourceId, ...batching }] : [],
    webhook_endpoint:
      endpointType === 'WebHook'
        ? [
            {
              url: fullUrl ?? single(state['webhook_endpoint'])?.['url'] ?? endpoint.endpointUrl ?? null,
              base_url:
                endpoint.endpointBaseUrl ?? (fullUrl ?? endpoint.endpointUrl ?? '').replace(/\?.*$/, ''),
              active_directory_tenant_id: endpoint.azureActiveDirectoryTenantId || null,
              active_directory_app_id_or_uri: endpoint.azureActiveDirectoryApplicationIdOrUri || null,
              ...batching,
            },
          ]
        : [],
    storage_queue_endpoint:
      endpointType === 'StorageQueue'
        ? [
            {
              storage_account_id: endpoint.resourceId,
              queue_name: endpoint.queueName,
              queue_message_time_to_live_in_seconds: endpoint.queueMessageTimeToLiveInSeconds ?? null,
            },
          ]
        : [],
    ...Object.fromEntries(
      Object.entries(ENDPOINT_IDS).map(([attribute, type]) => [
        attribute,
        endpointType === type ? endpoint.resourceId : (known(state[attribute]) ?? null),
      ]),
    ),
    storage_blob_dead_letter_destination: deadLetter
      ? [
          {
            storage_account_id: deadLetter.properties.resourceId,
            storage_blob_container_name: deadLetter.properties.blobContainerName,
          },
        ]
      : [],
    retry_policy: retry
      ? [
          {
            event_time_to_live: retry.eventTimeToLiveInMinutes,
            max_delivery_attempts: retry.maxDeliveryAttempts,
          },
        ]
      : [],
    subject_filter: subjectState(filter, state),
  };
}

/** Azure always shows the two texts, empty where there is no filter. */
function subjectState(filter: Properties, state: CtyObject): CtyObject[] {
  const before = single(state['subject_filter']);
  const begins = filter['subjectBeginsWith'] || null;
  const ends = filter['subjectEndsWith'] || null;
  const caseSensitive = filter['isSubjectCaseSensitive'] === true;
  if (!before && begins === null && ends === null && !caseSensitive) return [];
  return [
    {
      subject_begins_with: begins ?? (before?.['subject_begins_with'] === '' ? '' : null),
      subject_ends_with: ends ?? (before?.['subject_ends_with'] === '' ? '' : null),
      case_sensitive: caseSensitive || (before?.['case_sensitive'] === false ? false : null) || null,
    },
  ];
}
