import { ProviderError } from '../provider';
import { subscriptionProperties, subscriptionState } from './eventgrid-subscription-properties';
import { EVENT_GRID_API_VERSION } from './eventgrid-system-topic';
import { known, single, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

/** As 5.0 takes it, letter by letter. */
const FUNCTION_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/[^/]+\/functions\/[^/]+$/;

export const eventgridSystemTopicEventSubscription: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'system_topic', 'event_delivery_schema'],
  computedBlocks: ['retry_policy'],
  defaults: { event_delivery_schema: 'EventGridSchema', advanced_filtering_on_arrays_enabled: false },

  validate(config, version) {
    const functionId = known<string>(single(config['azure_function_endpoint'])?.['function_id']);
    if (functionId === undefined || !version.isAtLeast(5, 0) || FUNCTION_ID.test(functionId)) return;
    throw new ProviderError(
      'Invalid function id',
      `function_id takes /subscriptions/…/resourceGroups/…/providers/Microsoft.Web/sites/…/functions/…, letter by letter, ` +
        `got ${functionId}`,
    );
  },

  ids: inGroup(
    'SystemTopicEventSubscription',
    'Microsoft.EventGrid/systemTopics/{system_topic}/eventSubscriptions',
  ),

  async exists(id, { client, signal }) {
    return (await client.get(id, EVENT_GRID_API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, onAccepted, signal }) {
    await client.operation('PUT', id, EVENT_GRID_API_VERSION, {
      body: { properties: subscriptionProperties(planned) },
      onAccepted,
      signal,
    });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.operation('PUT', id, EVENT_GRID_API_VERSION, {
      body: { properties: subscriptionProperties(planned) },
      signal,
    });
  },

  async read(id, state, { client, signal }) {
    const subscription = await client.get(id, EVENT_GRID_API_VERSION, { signal });
    if (!subscription) return undefined;
    const fullUrl = await client.arm('POST', `${id}/getFullUrl`, EVENT_GRID_API_VERSION, { signal });
    return subscriptionState(
      subscription.properties,
      (fullUrl.body as { endpointUrl?: string } | undefined)?.endpointUrl,
      state,
    );
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, EVENT_GRID_API_VERSION, { signal });
    await client.poll(
      signal,
      async () => (await client.get(id, EVENT_GRID_API_VERSION, { signal })) === undefined,
    );
  },
};
