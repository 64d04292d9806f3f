import type { LocalAzureContext } from '../../core/context';
import { asObject } from '../../core/arm/resource-id';
import type { StoredResource } from '../../core/store';
import { invalid } from './errors';
import { within } from './limits';
import { readQueue } from './queue-destination';
import { ENDPOINT_TYPES, type DeliveryAttribute } from './subscription';

/** What a GET shows in the place of a secret delivery attribute. */
const HIDDEN = 'Hidden';

/** A destination as a GET shows it, and what is kept of it besides. Throws ArmError. */
export function readDestination(
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
