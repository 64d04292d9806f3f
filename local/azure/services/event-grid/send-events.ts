import { asObject } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import { letsEventGridIn } from '../web/network-access';
import { valueAt, type GridEvent } from './filter';
import type { Grid } from './grid';
import type { DeliveryIdentity } from './queue-destination';
import type { Waiting } from './records';
import { cloudEvent, eventGridEvent } from './schemas';
import type { EventSubscription } from './subscription';

/** Real milliseconds an endpoint has to answer. */
const ANSWER_WITHIN = 30_000;

/** Sends events to the endpoint of a subscription. Answers the status of its answer; 0 when there is none. */
export async function sendEvents(
  { context, functions }: Grid,
  topic: StoredResource,
  subscription: EventSubscription,
  batch: readonly Waiting[],
): Promise<number> {
  const { destination, schema, name } = subscription;
  const cloud = schema === 'CloudEventSchemaV1_0';
  const events = batch.map(({ event }) => (cloud ? cloudEvent(event) : eventGridEvent(event)));
  if (destination.endpointType === 'StorageQueue') return enqueue(context, topic, subscription, events[0]!);
  const url =
    destination.endpointType === 'AzureFunction'
      ? functions.functionUrl(destination.resourceId ?? '')
      : destination.endpointUrl;
  // A function that is gone is a destination that cannot be found.
  if (!url) return 404;
  const site = siteOf(context, destination.resourceId);
  if (site && !letsEventGridIn(site)) return 403;
  const single = cloud && destination.maxEventsPerBatch === 1;
  const contentType = !cloud
    ? 'application/json; charset=utf-8'
    : `application/cloudevents${single ? '' : '-batch'}+json; charset=utf-8`;
  try {
    const answer = await context.fetch({
      method: 'POST',
      url,
      headers: {
        'Content-Type': contentType,
        'aeg-event-type': 'Notification',
        'aeg-subscription-name': name.toUpperCase(),
        'aeg-delivery-count': String(batch[0]!.attempts),
        'aeg-data-version': batch[0]!.event.dataVersion,
        'aeg-metadata-version': '1',
        ...deliveryHeaders(subscription, batch[0]!.event),
      },
      body: JSON.stringify(single ? events[0] : events),
      timeoutMs: ANSWER_WITHIN,
    });
    return answer.status;
  } catch (error) {
    context.log(`Event Grid ${name}: ${(error as Error).message}`);
    return 0;
  }
}

/** The app of a function. */
function siteOf({ store }: LocalAzureContext, functionId = ''): StoredResource | undefined {
  return store.get(functionId.replace(/\/functions\/[^/]+$/i, ''));
}

/** A message for each event, Base64 of its JSON (MicrosoftDocs/azure-docs#102923). */
async function enqueue(
  context: LocalAzureContext,
  topic: StoredResource,
  { destination, name }: EventSubscription,
  event: object,
): Promise<number> {
  const { resourceId = '', queueName = '', messageTimeToLive, identity } = destination;
  const principalId = identity && principalOf(context, topic, identity);
  // Nobody's rights are none: the identity is gone.
  if (identity && principalId === undefined) return 401;
  try {
    return await context.putMessage({
      storageAccountId: resourceId,
      queue: queueName,
      text: Buffer.from(JSON.stringify(event)).toString('base64'),
      timeToLive: messageTimeToLive,
      principalId,
    });
  } catch (error) {
    context.log(`Event Grid ${name}: ${(error as Error).message}`);
    return 0;
  }
}

function principalOf(
  { store }: LocalAzureContext,
  topic: StoredResource,
  { type, userAssignedIdentity }: DeliveryIdentity,
): string | undefined {
  const principal =
    type === 'UserAssigned'
      ? store.get(userAssignedIdentity ?? '')?.properties.principalId
      : asObject(store.get(topic.id)?.identity).principalId;
  return principal === undefined ? undefined : String(principal);
}

function deliveryHeaders(subscription: EventSubscription, event: GridEvent): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, type, properties } of subscription.destination.attributes) {
    const value = type === 'Static' ? properties.value : valueAt(event, properties.sourceField ?? '');
    if (value === undefined || value === null) continue;
    headers[name] = typeof value === 'object' ? JSON.stringify(asObject(value)) : String(value);
  }
  return headers;
}
