import { AzureError } from '../azure-errors';
import { normalLocation, tagsBody, tagsState, type AzurermResource } from './resource';
import { IdFormat } from './resource-ids';

const API_VERSION = '2023-07-01';

export const resourceGroup: AzurermResource = {
  isAwaited: true,
  forceNew: ['name', 'location'],

  ids: new IdFormat('ResourceGroup', '/subscriptions/{subscription}/resourceGroups/{name}'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    await client.operation('PUT', id, API_VERSION, {
      body: {
        location: planned['location'],
        ...(planned['managed_by'] !== null && { managedBy: planned['managed_by'] }),
        tags: tagsBody(planned),
      },
      signal,
    });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.arm('PATCH', id, API_VERSION, { body: { tags: tagsBody(planned) }, signal });
  },

  async read(id, state, { client, signal }) {
    const group = await client.get(id, API_VERSION, { signal });
    return (
      group && {
        name: group.name,
        location: normalLocation(group.location!),
        tags: tagsState(group.tags, state),
      }
    );
  },

  async delete(id, _prior, { client, signal, features }) {
    if (features['resource_group']?.['prevent_deletion_if_contains_resources'] !== false) {
      const { body } = await client.arm('GET', `${id}/resources`, API_VERSION, {
        query: { $expand: 'provisioningState', $top: '10' },
        signal,
      });
      const left = (body as { value?: { id: string }[] }).value ?? [];
      if (left.length > 0) {
        throw new AzureError(
          { method: 'DELETE', url: id },
          {
            status: 409,
            headers: {},
            body: { error: { code: 'ResourceGroupNotEmpty' } },
            text: `the resource group still contains ${left.map((resource) => resource.id).join(', ')}`,
          },
        );
      }
    }
    await client.operation('DELETE', id, API_VERSION, { signal });
    await client.poll(signal, async () => (await client.get(id, API_VERSION, { signal })) === undefined);
  },
};
