import { normalLocation, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2024-11-30';

export const userAssignedIdentity: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location'],

  unsupported: ['isolation_scope'],

  ids: inGroup('UserAssignedIdentity', 'Microsoft.ManagedIdentity/userAssignedIdentities'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const body = { location: planned['location'], properties: {}, tags: tagsBody(planned) };
    await client.operation('PUT', id, API_VERSION, { body, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.arm('PATCH', id, API_VERSION, { body: { properties: {}, tags: tagsBody(planned) }, signal });
  },

  async read(id, state, { client, signal }) {
    const identity = await client.get(id, API_VERSION, { signal });
    return (
      identity && {
        location: normalLocation(identity.location!),
        tags: tagsState(identity.tags, state),
        principal_id: identity.properties['principalId'],
        client_id: identity.properties['clientId'],
        tenant_id: identity.properties['tenantId'],
      }
    );
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, API_VERSION, { signal });
  },
};
