import { type AzurermResource } from './resource';
import { inStorageAccount } from './resource-ids';
import { requireAccountId } from './storage-container';

const API_VERSION = '2023-05-01';

export const storageQueue: AzurermResource = {
  forceNew: ['name', 'storage_account_id', 'storage_account_name'],

  validate: (config) => requireAccountId('azurerm_storage_queue', config),

  ids: inStorageAccount('Queue', 'queueServices/default/queues/{name}'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const body = { properties: { metadata: planned['metadata'] ?? {} } };
    await client.arm('PUT', id, API_VERSION, { body, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    const body = { properties: { metadata: planned['metadata'] ?? {} } };
    await client.arm('PATCH', id, API_VERSION, { body, signal });
  },

  async read(id, state, { client, signal }) {
    const queue = await client.get(id, API_VERSION, { signal });
    if (!queue) return undefined;
    const metadata = (queue.properties['metadata'] ?? {}) as Record<string, string>;
    const account = (state['storage_account_id'] as string).split('/').at(-1)!;
    return {
      metadata: Object.keys(metadata).length === 0 ? (state['metadata'] ?? null) : metadata,
      resource_manager_id: id,
      url: `https://${account}.queue.core.windows.net/${queue.name}`,
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};
