import { iso } from '../../core/clock';
import { z } from 'zod';
import { bodyWith, object, objects, readBodyOf, readShape, text, texts } from '../../core/arm/shape';
import { asObject, resourceName, sameId } from '../../core/arm/resource-id';
import type { ArmOperation, ResourceType } from '../../core/arm/resource-type';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, badRequest } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';
import { newRule, RIGHTS, ruleType } from './authorization-rules';
import type { HubBehaviour, HubRight } from './behaviour';
import { hubCredentials, isKnownIn, readCredentials } from './credentials';
import { readNetworkRules } from './network';
import {
  API_VERSIONS,
  HUB_RULE_TYPE,
  HUB_TYPE,
  kept,
  NAMESPACE_RULE_TYPE,
  NAMESPACE_TYPE,
  requireLocation,
  requireName,
} from './resource';

const NAME = z.looseObject({ name: text });
const NAMESPACE = z.looseObject({
  sku: object({ name: text }),
  properties: object({
    publicNetworkAccess: text,
    networkAcls: object({
      ipRules: objects({ ipMask: text }),
      publicNetworkRule: object({ rights: texts }),
    }),
  }),
});

const SKUS = ['Free', 'Basic', 'Standard'];

/** Longest registration lifetime, `[-]d.hh:mm:ss.fffffff`: a hub's default, meaning never. */
const NEVER = '10675199.02:48:05.4775807';

/**
 * Microsoft.NotificationHubs as ARM shows it. Credentials and keys are kept in `secrets`: no GET shows them.
 * Assumed, since nothing confirms it: a PUT of a hub replaces all credentials (an absent one is removed), and
 * so a PUT with the stable api-version, which does not know FCM v1, removes that one.
 */
export function notificationHubsProvider(
  context: LocalAzureContext,
  metrics: Metrics,
  behaviour: () => HubBehaviour,
): ResourceProvider {
  const view = ({ secrets: _, systemData, ...shown }: StoredResource) =>
    behaviour().systemData ? { ...shown, systemData } : shown;
  const addRule = (parent: string, type: string, name: string, rights: readonly HubRight[]): void => {
    const id = `${parent}/authorizationRules/${name}`;
    if (!context.store.get(id)) context.store.put(newRule(id, type, rights, context.clock.now()));
  };

  const namespaces: ResourceType = {
    type: NAMESPACE_TYPE,
    apiVersions: API_VERSIONS,
    body: NAMESPACE,
    view,
    put(request) {
      const name = resourceName(request.id);
      const body = asObject(request.body);
      requireName(
        name,
        /^[a-z][a-z0-9-]{4,48}[a-z0-9]$/i,
        'namespace',
        '6 to 50 letters, digits and hyphens',
      );
      requireLocation(body);
      const sku = String(asObject(body.sku).name ?? asObject(request.existing?.sku).name ?? '');
      if (!SKUS.includes(sku)) {
        throw badRequest(`The sku '${sku}' of namespace '${name}' is invalid. Expected: ${SKUS.join(', ')}.`);
      }
      const taken = context.store
        .list({ type: NAMESPACE_TYPE })
        .some((other) => sameId(other.name, name) && !sameId(other.id, request.id));
      if (taken) {
        throw new ArmError(409, 'NamespaceUnavailable', `The namespace name '${name}' is already in use.`);
      }
      const asked = asObject(body.properties);
      addRule(request.id, NAMESPACE_RULE_TYPE, 'RootManageSharedAccessKey', RIGHTS);
      return {
        ...kept(request, NAMESPACE_TYPE, context.clock.now()),
        sku: { name: sku },
        properties: {
          namespaceType: 'NotificationHub',
          ...pick(asked, ['namespaceType', 'replicationRegion', 'zoneRedundancy']),
          ...readNetworkRules(asked),
          name,
          // Read-only in the model, and the service's own: no PUT enables or disables a namespace.
          enabled: request.existing?.properties.enabled ?? true,
          critical: false,
          status: request.existing?.properties.status ?? 'Created',
          provisioningState: 'Succeeded',
          serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/`,
          createdAt: request.existing?.properties.createdAt ?? iso(context.clock.now()),
          updatedAt: iso(context.clock.now()),
        },
      };
    },
    actions: {
      checknotificationhubavailability(request) {
        const name = readShape(NAME, request.body ?? {}).name ?? '';
        const taken = context.store.get(`${request.existing.id}/notificationHubs/${name}`) !== undefined;
        return {
          status: 200,
          body: { id: request.existing.id, name, type: HUB_TYPE, isAvailiable: !taken },
        };
      },
    },
  };

  const hubs: ResourceType = {
    type: HUB_TYPE,
    apiVersions: API_VERSIONS,
    body: bodyWith({ registrationTtl: text }),
    view,
    put(request) {
      const name = resourceName(request.id);
      const body = asObject(request.body);
      requireName(name, /^[a-z][a-z0-9\-._]{0,259}$/i, 'notification hub', '1 to 260 letters, digits, - . _');
      requireLocation(body);
      const credentials = readCredentials(request, asObject(body.properties));
      addRule(request.id, HUB_RULE_TYPE, 'DefaultListenSharedAccessSignature', ['Listen']);
      addRule(request.id, HUB_RULE_TYPE, 'DefaultFullSharedAccessSignature', RIGHTS);
      return {
        ...kept(request, HUB_TYPE, context.clock.now()),
        properties: {
          name,
          registrationTtl: asObject(body.properties).registrationTtl ?? NEVER,
          provisioningState: 'Succeeded',
        },
        // Devices outlive a change of the hub.
        secrets: { installations: {}, registrations: {}, ...request.existing?.secrets, credentials },
      };
    },
    deleted(hub) {
      metrics.forget(hub.id);
    },
    actions: {
      pnscredentials(request) {
        const hub = request.existing;
        const shown = Object.entries(hubCredentials(hub)).filter(([kind]) =>
          isKnownIn(kind, request.apiVersion),
        );
        return {
          status: 200,
          body: {
            id: hub.id,
            name: hub.name,
            type: hub.type,
            location: hub.location,
            tags: hub.tags ?? {},
            properties: Object.fromEntries(shown.map(([kind, properties]) => [kind, { properties }])),
          },
        };
      },
    },
  };

  return {
    resourceTypes: [
      namespaces,
      { ...ruleType(NAMESPACE_RULE_TYPE, context), view },
      hubs,
      { ...ruleType(HUB_RULE_TYPE, context), view },
    ],
    operations: [namespaceAvailability(context)],
  };
}

function namespaceAvailability(context: LocalAzureContext): ArmOperation {
  return {
    method: 'POST',
    path: '/subscriptions/{subscription}/providers/Microsoft.NotificationHubs/checkNamespaceAvailability',
    action: 'Microsoft.NotificationHubs/checkNamespaceAvailability/action',
    handle({ request }) {
      const { name = '' } = readBodyOf(NAME, request);
      const taken = context.store.list({ type: NAMESPACE_TYPE }).some((other) => sameId(other.name, name));
      return { status: 200, body: { name, type: NAMESPACE_TYPE, isAvailiable: !taken } };
    },
  };
}

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );
}
