import { tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2023-03-31';

/** As azurerm makes it: its keys come into state, and whether they are on is not its to say. */
export const communicationService: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'data_location'],
  defaults: { data_location: 'United States' },

  ids: inGroup('CommunicationService', 'Microsoft.Communication/communicationServices'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, onAccepted, signal }) {
    const body = {
      location: 'global',
      properties: { dataLocation: planned['data_location'] },
      tags: tagsBody(planned),
    };
    await client.operation('PUT', id, API_VERSION, { body, onAccepted, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    const existing = (await client.get(id, API_VERSION, { signal }))!;
    await client.operation('PUT', id, API_VERSION, {
      body: { ...existing, tags: tagsBody(planned) },
      signal,
    });
  },

  async read(id, state, { client, signal }) {
    const service = await client.get(id, API_VERSION, { signal });
    if (!service) return undefined;
    const listed = await client.arm('POST', `${id}/listKeys`, API_VERSION, { signal });
    const keys = listed.body as Record<'primaryKey' | 'secondaryKey', string> &
      Record<'primaryConnectionString' | 'secondaryConnectionString', string>;
    return {
      data_location: service.properties['dataLocation'] as string,
      hostname: service.properties['hostName'] as string,
      primary_connection_string: keys['primaryConnectionString'],
      primary_key: keys['primaryKey'],
      secondary_connection_string: keys['secondaryConnectionString'],
      secondary_key: keys['secondaryKey'],
      tags: tagsState(service.tags, state),
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, API_VERSION, { signal });
    await client.poll(signal, async () => (await client.get(id, API_VERSION, { signal })) === undefined);
  },
};
