import { groupIdOf } from '../../azure/core/arm/path';
import { sameId } from '../../azure/core/arm/resource-id';
import { iso } from '../../azure/core/clock';
import { parseHubConnectionString } from '../../azure/core/access/shared-access-signature';
import { COMMUNICATION_TYPE, type HubLink } from '../../azure/services/communication/resource-types';
import { EVENT_SUBSCRIPTION_TYPE } from '../../azure/services/event-grid/event-subscriptions';
import { eventSubscription } from '../../azure/services/event-grid/subscription';
import { SYSTEM_TOPIC_TYPE } from '../../azure/services/event-grid/system-topics';
import { keysOf, ruleNamed } from '../../azure/services/notification-hubs/access';
import { HUB_TYPE } from '../../azure/services/notification-hubs/resource';
import type { LinkedHub, ShownLink } from '../model';
import type { ShownAzure } from './shown-azure';

/** Who sends pushes for each Communication Services resource. */
export function links(azure: ShownAzure): ShownLink[] {
  const { store } = azure.context;
  return store.list({ type: COMMUNICATION_TYPE }).map(({ id }) => {
    const { effective, pending } = azure.services.communication.links(id);
    const linked = [effective, ...pending].map((link) => link?.resourceId ?? '');
    return {
      acsId: id,
      ...(effective && { effective: linkedHub(azure, effective) }),
      pending: pending.map((link) => linkedHub(azure, link)),
      relays: functionAppsOf(azure, id).map((functionAppId) => ({
        functionAppId,
        hubIds: store
          .list({ type: HUB_TYPE, below: groupIdOf(functionAppId) })
          .filter((hub) => !linked.some((one) => sameId(one, hub.id)))
          .map((hub) => hub.id),
      })),
    };
  });
}

/** The connection string of the link stays here: what is told of it is whether it opens the hub. */
function linkedHub({ context }: ShownAzure, link: HubLink): LinkedHub {
  const { keyName, key } = parseHubConnectionString(link.connectionString)!;
  const hub = context.store.get(link.resourceId);
  const rule = hub && ruleNamed(context.store, hub.id, keyName);
  const rights = (rule?.properties.rights ?? []) as readonly string[];
  return {
    hubId: link.resourceId,
    linkedAt: iso(link.linkedAt),
    effectiveAt: iso(link.effectiveAt),
    keyValid: keysOf(rule).includes(key) && rights.includes('Send'),
  };
}

/** The Function Apps that events of a resource are delivered to. */
function functionAppsOf({ context: { store } }: ShownAzure, acsId: string): string[] {
  const topics = store
    .list({ type: SYSTEM_TOPIC_TYPE })
    .filter(({ properties }) => sameId(String(properties.source), acsId));
  const functions = topics
    .flatMap((topic) => store.list({ type: EVENT_SUBSCRIPTION_TYPE, below: topic.id }))
    .map((resource) => eventSubscription(resource).destination)
    .filter(({ endpointType }) => endpointType === 'AzureFunction')
    .map(({ resourceId = '' }) => resourceId.replace(/\/functions\/[^/]+$/i, ''));
  return functions.filter((id, index) => functions.findIndex((other) => sameId(other, id)) === index);
}
