import { randomUUID } from 'node:crypto';
import { asObject } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { ArmError } from '../../core/http';
import type { StoredResource } from '../../core/store';
import type { EventFunctions } from './functions';
import { destinationNotFound } from './queue-destination';
import { eventSubscription } from './subscription';

/** How long an endpoint has to answer the validation handshake, in real milliseconds. */
const HANDSHAKE_TIMEOUT = 30_000;

/** Refuses a subscription whose endpoint is not there, or does not want its events. Throws ArmError. */
export async function checkEndpoint(
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
