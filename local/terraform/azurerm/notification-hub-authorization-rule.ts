import type { CtyObject } from '../cty';
import { NOTIFICATION_HUBS_API_VERSION } from './notification-hub-namespace';
import type { AzurermResource } from './resource';
import { inGroup } from './resource-ids';

/** Rights as Azure names them, by argument, in the order in which azurerm sends them. */
const RIGHTS = { manage: 'Manage', send: 'Send', listen: 'Listen' };

/** As azurerm makes it: a rule of a hub, whose keys come into state. */
export const notificationHubAuthorizationRule: AzurermResource = {
  forceNew: ['name', 'notification_hub_name', 'namespace_name', 'resource_group_name'],
  defaults: { manage: false, send: false, listen: false },

  ids: inGroup(
    'NotificationHubAuthorizationRule',
    'Microsoft.NotificationHubs/namespaces/{namespace_name}/notificationHubs/{notification_hub_name}/authorizationRules',
  ),

  async exists(id, { client, signal }) {
    return (await client.get(id, NOTIFICATION_HUBS_API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    await client.arm('PUT', id, NOTIFICATION_HUBS_API_VERSION, { body: ruleBody(planned), signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.arm('PUT', id, NOTIFICATION_HUBS_API_VERSION, { body: ruleBody(planned), signal });
  },

  async read(id, _state, { client, signal }) {
    const rule = await client.get(id, NOTIFICATION_HUBS_API_VERSION, { signal });
    if (!rule) return undefined;
    const listed = await client.arm('POST', `${id}/listKeys`, NOTIFICATION_HUBS_API_VERSION, { signal });
    const keys = listed.body as Record<'primaryKey' | 'secondaryKey', string> &
      Record<'primaryConnectionString' | 'secondaryConnectionString', string>;
    const rights = (rule.properties['rights'] ?? []) as string[];
    return {
      ...Object.fromEntries(Object.entries(RIGHTS).map(([name, right]) => [name, rights.includes(right)])),
      primary_access_key: keys['primaryKey'],
      primary_connection_string: keys['primaryConnectionString'],
      secondary_access_key: keys['secondaryKey'],
      secondary_connection_string: keys['secondaryConnectionString'],
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, NOTIFICATION_HUBS_API_VERSION, { signal });
  },
};

function ruleBody(planned: CtyObject): object {
  const rights = Object.entries(RIGHTS).flatMap(([name, right]) => (planned[name] === true ? [right] : []));
  return { properties: { rights } };
}
