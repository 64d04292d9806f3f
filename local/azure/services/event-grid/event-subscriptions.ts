import { asObject, resourceName } from '../../core/arm/resource-id';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { LocalAzureContext } from '../../core/context';
import type { Metrics } from '../../core/metrics';
import type { StoredResource } from '../../core/store';
import { API_VERSIONS } from './api-versions';
import { SUBSCRIPTION, UPDATABLE } from './shapes';
import { readDestination } from './destination';
import { invalid } from './errors';
import { isOperator, MAX_ADVANCED_FILTERS, MAX_FILTER_VALUES } from './filter';
import type { EventFunctions } from './functions';
import { checkEndpoint } from './handshake';
import { within } from './limits';
import { checkIdentity } from './queue-destination';
import { inner, SCHEMAS, type DeliveryAttribute, type DeliverySchema } from './subscription';

export const EVENT_SUBSCRIPTION_TYPE = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';

/**
 * Microsoft.EventGrid/systemTopics/eventSubscriptions.
 *
 * @param forget told of the id of each subscription that is deleted
 */
export function eventSubscriptions(
  context: LocalAzureContext,
  metrics: Metrics,
  functions: EventFunctions,
  forget: (subscriptionId: string) => void,
): ResourceType {
  return {
    type: EVENT_SUBSCRIPTION_TYPE,
    apiVersions: API_VERSIONS,
    body: SUBSCRIPTION,
    patchMembers: UPDATABLE,
    // azurerm takes 201 on an update too, and nothing else (facts of the providers).
    putStatus: 201,
    async put(request) {
      const resource = readSubscription(context, request);
      await checkEndpoint(context, functions, resource);
      return resource;
    },
    deleted(subscription) {
      forget(subscription.id);
      metrics.forget(subscription.id);
    },
    actions: {
      getfullurl: ({ existing }) => {
        const { endpointUrl } = existing.secrets as { endpointUrl?: string };
        return { status: 200, body: endpointUrl === undefined ? {} : { endpointUrl } };
      },
      getdeliveryattributes: ({ existing }) => ({
        status: 200,
        body: { value: (existing.secrets as { attributes: DeliveryAttribute[] }).attributes },
      }),
    },
  };
}

function readSubscription(context: LocalAzureContext, request: ResourceRequest): StoredResource {
  const name = resourceName(request.id);
  if (!/^[A-Za-z0-9-]{3,64}$/.test(name)) {
    throw invalid(
      `The event subscription name '${name}' is invalid. Expected: 3 to 64 letters, digits and hyphens.`,
    );
  }
  const asked = askedProperties(request);
  const byIdentity = asObject(asked.deliveryWithResourceIdentity);
  const sent = inner(asked.destination, asked.deliveryWithResourceIdentity, 'destination');
  const { shown, secrets } = readDestination(context, sent, request.existing);
  checkIdentity(context, request, asObject(byIdentity.identity));
  const schema = asked.eventDeliverySchema ?? 'EventGridSchema';
  if (!SCHEMAS.includes(schema as DeliverySchema)) {
    throw invalid(`The eventDeliverySchema '${String(schema)}' is invalid. Expected: ${SCHEMAS.join(', ')}.`);
  }
  const retry = asObject(asked.retryPolicy);
  const deadLetter = readDeadLetter(context, asked);
  return {
    id: request.existing?.id ?? request.id,
    name: request.existing?.name ?? name,
    type: EVENT_SUBSCRIPTION_TYPE,
    properties: {
      provisioningState: 'Succeeded',
      topic: request.id.replace(/\/eventSubscriptions\/[^/]+$/i, ''),
      ...(asked.deliveryWithResourceIdentity
        ? { deliveryWithResourceIdentity: { ...byIdentity, destination: shown } }
        : { destination: shown }),
      eventDeliverySchema: schema,
      expirationTimeUtc: asked.expirationTimeUtc ?? '',
      filter: readFilter(asObject(asked.filter)),
      labels: asked.labels ?? [],
      retryPolicy: {
        maxDeliveryAttempts: within('maxDeliveryAttempts', retry.maxDeliveryAttempts),
        eventTimeToLiveInMinutes: within('eventTimeToLiveInMinutes', retry.eventTimeToLiveInMinutes),
      },
      ...deadLetter,
    },
    secrets,
  };
}

/** Each member comes in place of the one before; a destination also of the one by identity, and the other way round. */
function askedProperties({ body: sent, method }: ResourceRequest): Record<string, unknown> {
  const body = asObject(sent);
  const properties = { ...asObject(body.properties) };
  if (method !== 'PATCH') return properties;
  const changes = Object.fromEntries(
    UPDATABLE.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
  );
  if (changes.destination) delete properties.deliveryWithResourceIdentity;
  if (changes.deliveryWithResourceIdentity) delete properties.destination;
  if (changes.deadLetterDestination) delete properties.deadLetterWithResourceIdentity;
  if (changes.deadLetterWithResourceIdentity) delete properties.deadLetterDestination;
  return { ...properties, ...changes };
}

function readFilter(asked: Record<string, unknown>): Record<string, unknown> {
  const advanced = (asked.advancedFilters ?? []) as {
    operatorType?: string;
    key?: string;
    values?: unknown[];
  }[];
  if (advanced.length > MAX_ADVANCED_FILTERS) {
    throw invalid(
      `A subscription takes up to ${MAX_ADVANCED_FILTERS} advanced filters, got ${advanced.length}.`,
    );
  }
  for (const one of advanced) {
    if (!one.key || !isOperator(String(one.operatorType))) {
      throw invalid(`The advanced filter '${String(one.operatorType)}' on '${String(one.key)}' is invalid.`);
    }
    if ((one.values?.length ?? 0) > MAX_FILTER_VALUES) {
      throw invalid(`The advanced filter on '${one.key}' has more than ${MAX_FILTER_VALUES} values.`);
    }
  }
  return {
    ...asked,
    subjectBeginsWith: asked.subjectBeginsWith ?? '',
    subjectEndsWith: asked.subjectEndsWith ?? '',
  };
}

function readDeadLetter(context: LocalAzureContext, asked: Record<string, unknown>): Record<string, unknown> {
  const sent = inner(
    asked.deadLetterDestination,
    asked.deadLetterWithResourceIdentity,
    'deadLetterDestination',
  );
  if (Object.keys(sent).length === 0) return {};
  const { resourceId, blobContainerName } = asObject(sent.properties);
  if (sent.endpointType !== 'StorageBlob' || !resourceId || !blobContainerName) {
    throw invalid('A dead-letter destination must be a StorageBlob with resourceId and blobContainerName.');
  }
  if (!context.store.get(String(resourceId))) {
    throw invalid(`The storage account '${String(resourceId)}' for dead letters was not found.`);
  }
  return asked.deadLetterWithResourceIdentity
    ? { deadLetterWithResourceIdentity: asked.deadLetterWithResourceIdentity }
    : { deadLetterDestination: asked.deadLetterDestination };
}
