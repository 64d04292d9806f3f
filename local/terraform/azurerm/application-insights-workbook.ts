import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';
import { identityBody, identityState } from './identity';
import { known, normalLocation, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2022-04-01';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CONTENT = { canFetchContent: 'true' };
/** Azure keeps the display name in this tag, which no configuration may set. */
const TITLE = 'hidden-title';

export const applicationInsightsWorkbook: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location', 'storage_container_id', 'identity'],
  defaults: { category: 'workbook', source_id: 'azure monitor' },

  validate(config) {
    const name = known<string>(config['name']);
    if (name !== undefined && !GUID.test(name)) {
      throw new ProviderError('Invalid name', `name of a workbook is a GUID in lower case; got '${name}'`);
    }
    const source = known<string>(config['source_id']);
    if (source !== undefined && source !== source.toLowerCase()) {
      throw new ProviderError('Invalid source_id', `source_id has no upper case letters; got '${source}'`);
    }
    const data = known<string>(config['data_json']);
    if (data !== undefined && parsed(data) === undefined) {
      throw new ProviderError('Invalid data_json', 'data_json of a workbook is no valid JSON');
    }
    if (TITLE in (known<CtyObject>(config['tags']) ?? {})) {
      throw new ProviderError('Invalid tags', `a workbook takes no tag '${TITLE}': set display_name`);
    }
    const identity = config['identity'];
    if (
      known(config['storage_container_id']) !== undefined &&
      Array.isArray(identity) &&
      identity.length === 0
    ) {
      throw new ProviderError('Missing identity', 'storage_container_id of a workbook needs identity');
    }
  },

  /** The same JSON in another form is no change. */
  plan(planned, prior) {
    const [now, before] = [planned['data_json'], prior?.['data_json']];
    if (typeof now !== 'string' || typeof before !== 'string' || now === before) return;
    if (canonical(parsed(now)) === canonical(parsed(before))) planned['data_json'] = before;
  },

  ids: inGroup('Workbook', 'Microsoft.Insights/workbooks'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { query: CONTENT, signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const identity = identityBody(planned['identity']);
    const storage = known(planned['storage_container_id']);
    const description = known(planned['description']);
    await client.arm('PUT', id, API_VERSION, {
      query: { sourceId: planned['source_id'] as string },
      body: {
        ...(identity && { identity }),
        kind: 'shared',
        location: planned['location'],
        properties: {
          category: planned['category'],
          ...(description !== undefined && { description }),
          displayName: planned['display_name'],
          serializedData: planned['data_json'],
          sourceId: planned['source_id'],
          ...(storage !== undefined && { storageUri: storage }),
        },
        tags: tagsBody(planned),
      },
      signal,
    });
  },

  /** A changed source_id goes in the query alone: the real provider does not send it in the body. */
  async update(id, planned, prior, { client, signal }) {
    const existing = (await client.get(id, API_VERSION, { query: CONTENT, signal }))!;
    const { [TITLE]: title, ...tags } = existing.tags ?? {};
    const renamed = planned['display_name'] !== prior['display_name'];
    await client.arm('PUT', id, API_VERSION, {
      query: { sourceId: planned['source_id'] as string },
      body: {
        ...existing,
        properties: {
          ...existing.properties,
          category: planned['category'],
          description: planned['description'] ?? '',
          displayName: planned['display_name'],
          serializedData: planned['data_json'],
        },
        tags: sameTags(planned['tags'], prior['tags'])
          ? { ...tags, ...(title !== undefined && !renamed && { [TITLE]: title }) }
          : tagsBody(planned),
      },
      signal,
    });
  },

  async read(id, state, { client, signal }) {
    const workbook = await client.get(id, API_VERSION, { query: CONTENT, signal });
    if (!workbook) return undefined;
    const { properties } = workbook;
    const { [TITLE]: _, ...tags } = workbook.tags ?? {};
    return {
      location: normalLocation(workbook.location!),
      tags: tagsState(tags, state),
      identity: identityState(workbook.identity),
      category: properties['category'],
      data_json: properties['serializedData'],
      description: properties['description'] || null,
      display_name: properties['displayName'],
      source_id: properties['sourceId'] ?? null,
      storage_container_id: properties['storageUri'] ?? null,
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function sameTags(a: unknown, b: unknown): boolean {
  return canonical(a ?? {}) === canonical(b ?? {});
}
