import { randomUUID } from 'node:crypto';
import { asObject, resourceName, sameId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { EventFunctions } from './functions';
import { isOperator, MAX_ADVANCED_FILTERS, MAX_FILTER_VALUES, type SubscriptionFilter } from './filter';
import { ArmError } from '../../core/http';
import { checkIdentity, destinationNotFound, readQueue, type DeliveryIdentity } from './queue-destination';
import type { Metrics } from '../../core/metrics';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';

export const SYSTEM_TOPIC_TYPE = 'Microsoft.EventGrid/systemTopics';
export const EVENT_SUBSCRIPTION_TYPE = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';

const API_VERSIONS = [
  '2021-12-01',
  '2022-06-15',
  '2023-12-15-preview',
  '2024-06-01-preview',
  '2024-12-15-preview',
  '2025-02-15',
  '2025-04-01-preview',
];

/** Sources that a system topic may have here, by resource type, with their topic type. */
const TOPIC_TYPES: Readonly<Record<string, { topicType: string; global: boolean }>> = {
  'microsoft.communication/communicationservices': {
    topicType: 'Microsoft.Communication.CommunicationServices',
    global: true,
  },
  'microsoft.storage/storageaccounts': { topicType: 'Microsoft.Storage.StorageAccounts', global: false },
  'microsoft.keyvault/vaults': { topicType: 'Microsoft.KeyVault.vaults', global: false },
};

/** Limits of a subscription (azure-docs, event-grid/delivery-and-retry and event-grid/quotas-limits). */
const LIMITS = {
  maxDeliveryAttempts: { least: 1, most: 30, otherwise: 30 },
  eventTimeToLiveInMinutes: { least: 1, most: 1440, otherwise: 1440 },
  maxEventsPerBatch: { least: 1, most: 5000, otherwise: 1 },
  preferredBatchSizeInKilobytes: { least: 1, most: 1024, otherwise: 64 },
} as const;

const SCHEMAS = ['EventGridSchema', 'CloudEventSchemaV1_0'] as const;
export type DeliverySchema = (typeof SCHEMAS)[number];

/** What a GET shows in the place of a secret delivery attribute. */
const HIDDEN = 'Hidden';

/** How long an endpoint has to answer the validation handshake, in real milliseconds. */
const HANDSHAKE_TIMEOUT = 30_000;

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
const ENDPOINT_TYPES = ['AzureFunction', 'StorageQueue', 'WebHook'] as const;
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

/**
 * Microsoft.EventGrid as ARM shows it: system topics and their subscriptions.
 *
 * @param forget told of the id of each subscription that is deleted
 */
export function eventGridProvider(
  context: LocalAzureContext,
  metrics: Metrics,
  functions: EventFunctions,
  forget: (subscriptionId: string) => void,
): ResourceProvider {
  const topics: ResourceType = {
    type: SYSTEM_TOPIC_TYPE,
    apiVersions: API_VERSIONS,
    put(request) {
      const body = asObject(request.body);
      const asked = asObject(body.properties);
      const name = resourceName(request.id);
      if (!/^[A-Za-z0-9-]{3,128}$/.test(name)) {
        throw invalid(
          `The system topic name '${name}' is invalid. Expected: 3 to 128 letters, digits and hyphens.`,
        );
      }
      const source = String(asked.source ?? request.existing?.properties.source ?? '');
      checkSource(context, request, source, String(asked.topicType ?? ''), String(body.location ?? ''));
      return {
        id: request.existing?.id ?? request.id,
        name: request.existing?.name ?? name,
        type: SYSTEM_TOPIC_TYPE,
        location: String(body.location),
        ...(body.tags ? { tags: asObject(body.tags) as Record<string, string> } : {}),
        ...(body.identity ? { identity: body.identity } : {}),
        properties: {
          provisioningState: 'Succeeded',
          source,
          topicType: asked.topicType,
          metricResourceId: request.existing?.properties.metricResourceId ?? randomUUID(),
        },
      };
    },
    deleted: (topic) => metrics.forget(topic.id),
  };

  const subscriptions: ResourceType = {
    type: EVENT_SUBSCRIPTION_TYPE,
    apiVersions: API_VERSIONS,
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
  return { resourceTypes: [topics, subscriptions] };
}

/** Reads back what `readSubscription` kept. */
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

function checkSource(
  context: LocalAzureContext,
  request: ResourceRequest,
  source: string,
  topicType: string,
  location: string,
): void {
  const before = request.existing?.properties.source;
  if (before !== undefined && !sameId(String(before), source)) {
    throw invalid(`The source of a system topic cannot be changed from '${String(before)}' to '${source}'.`);
  }
  const known = context.store.get(source);
  if (!known) throw invalid(`The source '${source}' of the system topic was not found.`);
  const expected = TOPIC_TYPES[known.type.toLowerCase()];
  if (!expected || expected.topicType.toLowerCase() !== topicType.toLowerCase()) {
    throw invalid(
      `The topicType '${topicType}' does not match the source '${source}'. Expected: '${expected?.topicType ?? 'none'}'.`,
    );
  }
  const region = expected.global ? 'global' : String(known.location ?? '');
  if (location.toLowerCase().replaceAll(' ', '') !== region.toLowerCase().replaceAll(' ', '')) {
    throw invalid(`The system topic must be in the location of its source: '${region}', got '${location}'.`);
  }
  const other = context.store
    .list({ type: SYSTEM_TOPIC_TYPE })
    .find((topic) => sameId(String(topic.properties.source), source) && !sameId(topic.id, request.id));
  if (other) throw invalid(`Only one system topic is allowed per source. '${source}' has '${other.id}'.`);
}

function readSubscription(context: LocalAzureContext, request: ResourceRequest): StoredResource {
  const name = resourceName(request.id);
  if (!/^[A-Za-z0-9-]{3,64}$/.test(name)) {
    throw invalid(
      `The event subscription name '${name}' is invalid. Expected: 3 to 64 letters, digits and hyphens.`,
    );
  }
  const asked = asObject(asObject(request.body).properties);
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

function readDestination(
  context: LocalAzureContext,
  sent: Record<string, unknown>,
  existing: StoredResource | undefined,
): { shown: Record<string, unknown>; secrets: Record<string, unknown> } {
  const settings = asObject(sent.properties);
  if (sent.endpointType === 'StorageQueue') {
    const properties = readQueue(context, settings);
    return { shown: { endpointType: 'StorageQueue', properties }, secrets: { attributes: [] } };
  }
  const attributes = readAttributes(settings.deliveryAttributeMappings, existing);
  const common = {
    deliveryAttributeMappings: attributes.map((one) =>
      one.type === 'Static' && one.properties.isSecret
        ? { ...one, properties: { ...one.properties, value: HIDDEN } }
        : one,
    ),
    maxEventsPerBatch: within('maxEventsPerBatch', settings.maxEventsPerBatch),
    preferredBatchSizeInKilobytes: within(
      'preferredBatchSizeInKilobytes',
      settings.preferredBatchSizeInKilobytes,
    ),
  };
  if (sent.endpointType === 'AzureFunction') {
    return {
      shown: { endpointType: 'AzureFunction', properties: { resourceId: settings.resourceId, ...common } },
      secrets: { attributes },
    };
  }
  if (sent.endpointType !== 'WebHook') {
    throw invalid(
      `Local Azure does not play what the endpointType '${String(sent.endpointType)}' delivers to (Service Bus, Event Hubs, …). ` +
        `Expected: ${ENDPOINT_TYPES.join(', ')}.`,
    );
  }
  const before = existing?.secrets as { endpointUrl?: string } | undefined;
  const endpointUrl = String(settings.endpointUrl ?? before?.endpointUrl ?? '');
  const url = URL.canParse(endpointUrl) ? new URL(endpointUrl) : undefined;
  const loopback = url && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !loopback)) {
    throw invalid('The endpointUrl of a webhook must be an https URL.');
  }
  const { azureActiveDirectoryTenantId, azureActiveDirectoryApplicationIdOrUri } = settings;
  return {
    shown: {
      endpointType: 'WebHook',
      properties: {
        endpointBaseUrl: `${url.origin}${url.pathname}`,
        ...common,
        ...(azureActiveDirectoryTenantId ? { azureActiveDirectoryTenantId } : {}),
        ...(azureActiveDirectoryApplicationIdOrUri ? { azureActiveDirectoryApplicationIdOrUri } : {}),
      },
    },
    secrets: { attributes, endpointUrl },
  };
}

/** A client that sends back what a GET showed keeps the secret values. */
function readAttributes(sent: unknown, existing: StoredResource | undefined): DeliveryAttribute[] {
  const before = (existing?.secrets?.attributes ?? []) as DeliveryAttribute[];
  return ((sent ?? []) as DeliveryAttribute[]).map((one) => {
    const kept = before.find((other) => other.name === one.name);
    return one.properties.isSecret && one.properties.value === HIDDEN && kept ? kept : one;
  });
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

async function checkEndpoint(
  context: LocalAzureContext,
  functions: EventFunctions,
  resource: StoredResource,
): Promise<void> {
  const { destination, schema } = eventSubscription(resource);
  if (destination.endpointType === 'StorageQueue') return;
  if (destination.endpointType === 'AzureFunction') {
    const { resourceId } = destination;
    if (resourceId && functions.functionExists(resourceId)) return;
    throw destinationNotFound(resourceId);
  }
  const accepted =
    schema === 'CloudEventSchemaV1_0'
      ? await cloudEventsHandshake(context, destination.endpointUrl!)
      : await eventGridHandshake(context, resource, destination.endpointUrl!);
  if (accepted) return;
  throw new ArmError(
    400,
    'URL validation',
    `Webhook validation handshake failed for ${asObject(asObject(resource.properties.destination).properties).endpointBaseUrl as string}.`,
  );
}

/** POST of one SubscriptionValidation event, whose code the endpoint must give back (webhook-event-delivery). */
async function eventGridHandshake(
  context: LocalAzureContext,
  resource: StoredResource,
  url: string,
): Promise<boolean> {
  const validationCode = randomUUID().toUpperCase();
  const answer = await attempt(
    context,
    url,
    'POST',
    {
      'Content-Type': 'application/json; charset=utf-8',
      'aeg-event-type': 'SubscriptionValidation',
      'aeg-subscription-name': resource.name.toUpperCase(),
    },
    JSON.stringify([
      {
        id: randomUUID(),
        topic: resource.properties.topic,
        subject: '',
        data: { validationCode },
        eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
        eventTime: new Date(context.clock.now()).toISOString(),
        metadataVersion: '1',
        dataVersion: '2',
      },
    ]),
  );
  if (answer?.status !== 200) return false;
  try {
    return asObject(JSON.parse(answer.body)).validationResponse === validationCode;
  } catch {
    return false;
  }
}

/** OPTIONS with WebHook-Request-Origin, which the endpoint must allow (CloudEvents HTTP webhook, section 4). */
async function cloudEventsHandshake(context: LocalAzureContext, url: string): Promise<boolean> {
  const origin = 'eventgrid.azure.net';
  const answer = await attempt(context, url, 'OPTIONS', { 'WebHook-Request-Origin': origin });
  const allowed = Object.entries(answer?.headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'webhook-allowed-origin',
  )?.[1];
  return answer?.status === 200 && (allowed === '*' || allowed === origin);
}

async function attempt(
  context: LocalAzureContext,
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number; headers: Record<string, string>; body: string } | undefined> {
  try {
    return await context.fetch({
      method,
      url,
      headers,
      timeoutMs: HANDSHAKE_TIMEOUT,
      ...(body ? { body } : {}),
    });
  } catch (error) {
    context.log(`Event Grid validation: ${(error as Error).message}`);
    return undefined;
  }
}

function within(name: keyof typeof LIMITS, value: unknown): number {
  const { least, most, otherwise } = LIMITS[name];
  const got = value === undefined || value === null ? otherwise : Number(value);
  if (Number.isInteger(got) && got >= least && got <= most) return got;
  throw invalid(`The ${name} ${String(value)} is invalid. Expected: ${least} to ${most}.`);
}

/** A destination stands by itself or inside `…WithResourceIdentity`. */
function inner(plain: unknown, withIdentity: unknown, member: string): Record<string, unknown> {
  return asObject(plain ?? asObject(withIdentity)[member]);
}

function invalid(message: string): ArmError {
  return new ArmError(400, 'InvalidRequest', message);
}
