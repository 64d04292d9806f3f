import type { ArmResource } from '../azure-client';
import type { CtyObject } from '../cty';
import { ProviderError, type DataSourceHandler } from '../provider';
import { identityBody, identityState } from './identity';
import {
  groupResourceId,
  known,
  normalLocation,
  tagsBody,
  tagsState,
  type AzurermResource,
  type AzurermSession,
} from './resource';
import { inGroup } from './resource-ids';

export const EVENT_GRID_API_VERSION = '2025-02-15';

export const eventgridSystemTopic: AzurermResource = {
  forceNew: [
    'name',
    'resource_group_name',
    'location',
    'source_resource_id',
    'source_arm_resource_id',
    'topic_type',
  ],

  validate(config) {
    if (config['source_resource_id'] === null && config['source_arm_resource_id'] === null) {
      throw new ProviderError(
        'Missing required argument',
        'azurerm_eventgrid_system_topic needs source_resource_id',
      );
    }
  },

  /** Two attributes, the older one deprecated, name the source. */
  plan(planned, _prior, config) {
    const source = config['source_resource_id'] ?? config['source_arm_resource_id'] ?? null;
    planned['source_resource_id'] = source;
    planned['source_arm_resource_id'] = source;
  },

  ids: inGroup('SystemTopic', 'Microsoft.EventGrid/systemTopics'),

  async exists(id, { client, signal }) {
    return (await client.get(id, EVENT_GRID_API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, onAccepted, signal }) {
    const body = topicBody(planned);
    await client.operation('PUT', id, EVENT_GRID_API_VERSION, { body, onAccepted, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.operation('PUT', id, EVENT_GRID_API_VERSION, { body: topicBody(planned), signal });
  },

  async read(id, state, { client, signal }) {
    const topic = await client.get(id, EVENT_GRID_API_VERSION, { signal });
    return (
      topic && {
        ...topicState(topic, known(state['source_resource_id'])),
        tags: tagsState(topic.tags, state),
        identity: identityState(topic.identity),
      }
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

/** `data "azurerm_eventgrid_system_topic"`. */
export const eventgridSystemTopicData: DataSourceHandler<AzurermSession> = {
  async read(config, session, signal) {
    const id = groupResourceId(config, session, 'Microsoft.EventGrid/systemTopics');
    const topic = await session.client.get(id, EVENT_GRID_API_VERSION, { signal });
    if (!topic) throw new ProviderError('System topic not found', `${id} does not exist`);
    return {
      ...config,
      id,
      ...topicState(topic),
      tags: topic.tags ?? {},
      identity: identityState(topic.identity),
    };
  },
};

function topicBody(planned: CtyObject): object {
  const identity = identityBody(planned['identity']);
  return {
    ...(identity && { identity }),
    location: planned['location'],
    properties: { source: planned['source_resource_id'], topicType: planned['topic_type'] },
    tags: tagsBody(planned),
  };
}

function topicState(topic: ArmResource, before?: string): CtyObject {
  const actual = topic.properties['source'] as string;
  // ARM answers with the same id in another case at times.
  const source = before?.toLowerCase() === actual.toLowerCase() ? before : actual;
  const metric = (topic.properties['metricResourceId'] as string | undefined) ?? '';
  return {
    location: normalLocation(topic.location!),
    source_resource_id: source,
    source_arm_resource_id: source,
    topic_type: topic.properties['topicType'],
    metric_resource_id: metric,
    metric_arm_resource_id: metric,
  };
}
