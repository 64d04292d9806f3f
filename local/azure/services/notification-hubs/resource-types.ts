import { randomBytes } from 'node:crypto';
import { asObject, parentId, resourceName, sameId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, badRequest, type LocalResponse, parseJson } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import type { HubBehaviour, HubRight } from './behaviour';
import { readNetworkRules } from './network';
import type { ArmOperation, ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';

export const NAMESPACE_TYPE = 'Microsoft.NotificationHubs/namespaces';
export const HUB_TYPE = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
const NAMESPACE_RULE_TYPE = `${NAMESPACE_TYPE}/authorizationRules`;
const HUB_RULE_TYPE = `${HUB_TYPE}/authorizationRules`;

/** azure-rest-api-specs, notificationhubs: latest stable, and the preview that first knows FCM v1. */
const STABLE = '2023-09-01';
const PREVIEW = '2023-10-01-preview';
const API_VERSIONS = [STABLE, PREVIEW];

const RIGHTS: readonly HubRight[] = ['Listen', 'Manage', 'Send'];
const SKUS = ['Free', 'Basic', 'Standard'];

/** What each push service's credential must carry; the rest is passed on as it is. */
const CREDENTIALS: Readonly<
  Record<string, { readonly required: readonly string[]; readonly since?: string }>
> = {
  apnsCredential: { required: ['endpoint'] },
  fcmV1Credential: { required: ['clientEmail', 'privateKey', 'projectId'], since: PREVIEW },
  browserCredential: { required: ['subject', 'vapidPrivateKey', 'vapidPublicKey'] },
  wnsCredential: { required: ['packageSid', 'secretKey'] },
  gcmCredential: { required: ['googleApiKey'] },
  mpnsCredential: { required: [] },
  admCredential: { required: ['clientId', 'clientSecret'] },
  baiduCredential: { required: ['baiduApiKey', 'baiduSecretKey'] },
  xiaomiCredential: { required: ['appSecret'], since: PREVIEW },
};
const APNS_TOKEN_FIELDS = ['appId', 'appName', 'keyId', 'token'];

/** Longest registration lifetime, `[-]d.hh:mm:ss.fffffff`: a hub's default, meaning never. */
const NEVER = '10675199.02:48:05.4775807';

export interface RuleKeys {
  readonly primaryKey: string;
  readonly secondaryKey: string;
}

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
        const name = String(asObject(request.body).name ?? '');
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
      const asked = asObject(parseJson(request));
      const name = String(asked.name ?? '');
      const taken = context.store.list({ type: NAMESPACE_TYPE }).some((other) => sameId(other.name, name));
      return { status: 200, body: { name, type: NAMESPACE_TYPE, isAvailiable: !taken } };
    },
  };
}

/** The hub's credentials by their ARM name (`apnsCredential`, …): the inner `properties` only. */
export function hubCredentials(hub: StoredResource): Record<string, Record<string, unknown>> {
  return (hub.secrets?.credentials ?? {}) as Record<string, Record<string, unknown>>;
}

function ruleType(type: string, context: LocalAzureContext): ResourceType {
  const own = type === HUB_RULE_TYPE ? 'hub' : 'namespace';
  return {
    type,
    apiVersions: API_VERSIONS,
    loggedBodies: ['regeneratekeys'],
    put(request) {
      const name = resourceName(request.id);
      requireName(
        name,
        /^[a-z0-9][a-z0-9\-._]{0,255}$/i,
        'authorization rule',
        '1 to 256 letters, digits, - . _',
      );
      const rights = asObject(asObject(request.body).properties).rights;
      if (!Array.isArray(rights) || rights.length === 0) {
        throw badRequest(`The authorization rule '${name}' must have at least one of: ${RIGHTS.join(', ')}.`);
      }
      const unknown = rights.find((right) => !RIGHTS.includes(right as HubRight));
      if (unknown !== undefined) {
        throw badRequest(`The right '${String(unknown)}' is invalid. Expected: ${RIGHTS.join(', ')}.`);
      }
      // Azure grants Manage only together with the two others (azurerm refuses it for the same reason).
      if (rights.includes('Manage') && RIGHTS.some((right) => !rights.includes(right))) {
        throw badRequest(`The authorization rule '${name}' has Manage, which needs Send and Listen too.`);
      }
      const now = context.clock.now();
      if (!request.existing) return newRule(request.id, type, rights as HubRight[], now);
      const before = request.existing.properties;
      return {
        ...request.existing,
        systemData: systemData(request.existing, now),
        properties: {
          ...before,
          rights: [...new Set(rights)],
          revision: Number(before.revision ?? 0) + 1,
          modifiedTime: iso(now),
        },
      };
    },
    actions: {
      listkeys: (request) => ({ status: 200, body: shownKeys(request.existing, own) }),
      regeneratekeys(request): LocalResponse {
        const policyKey = String(asObject(request.body).policyKey ?? '');
        const which = { primarykey: 'primaryKey', secondarykey: 'secondaryKey' }[policyKey.toLowerCase()];
        if (!which) {
          throw badRequest(`The policyKey '${policyKey}' is invalid. Expected: PrimaryKey, SecondaryKey.`);
        }
        const rule = { ...request.existing, secrets: { ...request.existing.secrets, [which]: newKey() } };
        context.store.put(rule);
        return { status: 200, body: shownKeys(rule, own) };
      },
    },
  };
}

function readCredentials(
  request: ResourceRequest,
  asked: Record<string, unknown>,
): Record<string, Record<string, unknown>> {
  const before = request.existing ? hubCredentials(request.existing) : {};
  // A PATCH is merged from what a GET shows, where credentials are not: those it does not name stay.
  const credentials: Record<string, Record<string, unknown>> = request.method === 'PATCH'
    ? { ...before }
    : {};
  for (const [kind, { required }] of Object.entries(CREDENTIALS)) {
    if (!(kind in asked) || asked[kind] === null || !isKnownIn(kind, request.apiVersion)) continue;
    const properties = asObject(asObject(asked[kind]).properties);
    const certificate = kind === 'apnsCredential' && properties.apnsCertificate !== undefined;
    const fields = kind === 'apnsCredential' && !certificate ? [...required, ...APNS_TOKEN_FIELDS] : required;
    const missing = fields.filter(
      (field) => typeof properties[field] !== 'string' || properties[field] === '',
    );
    if (missing.length > 0) {
      throw badRequest(`The ${kind} of '${resourceName(request.id)}' lacks ${missing.join(', ')}.`);
    }
    credentials[kind] = { ...properties };
  }
  return credentials;
}

function isKnownIn(credential: string, apiVersion: string): boolean {
  const since = CREDENTIALS[credential]?.since;
  return since === undefined || apiVersion >= since;
}

function newRule(id: string, type: string, rights: readonly HubRight[], now: number): StoredResource {
  return {
    id,
    name: resourceName(id),
    type,
    systemData: systemData(undefined, now),
    properties: {
      rights: [...new Set(rights)],
      keyName: resourceName(id),
      claimType: 'SharedAccessKey',
      claimValue: 'None',
      createdTime: iso(now),
      modifiedTime: iso(now),
      revision: 1,
    },
    secrets: { primaryKey: newKey(), secondaryKey: newKey() },
  };
}

function shownKeys(rule: StoredResource, own: 'hub' | 'namespace'): Record<string, unknown> {
  const { primaryKey, secondaryKey } = rule.secrets as unknown as RuleKeys;
  const namespaceName = resourceName(parentId(rule.id, own === 'hub' ? 2 : 1));
  const connection = (key: string) =>
    `Endpoint=sb://${namespaceName}.servicebus.windows.net/;SharedAccessKeyName=${rule.name};SharedAccessKey=${key}`;
  return {
    primaryKey,
    secondaryKey,
    primaryConnectionString: connection(primaryKey),
    secondaryConnectionString: connection(secondaryKey),
    keyName: rule.name,
  };
}

/** 256 bits in base64, as the service makes them. */
function newKey(): string {
  return randomBytes(32).toString('base64');
}

function kept(request: ResourceRequest, type: string, now: number): StoredResource {
  const body = asObject(request.body);
  return {
    id: request.existing?.id ?? request.id,
    name: request.existing?.name ?? resourceName(request.id),
    type,
    location: request.existing?.location ?? String(body.location),
    systemData: systemData(request.existing, now),
    ...(body.tags ? { tags: asObject(body.tags) as Record<string, string> } : {}),
    properties: {},
    secrets: request.existing?.secrets ?? {},
  };
}

/** Creation is told of the resource as it is now: one deleted and made again is a new one. */
function systemData(existing: StoredResource | undefined, now: number): Record<string, unknown> {
  return {
    createdByType: 'Application',
    createdAt: asObject(existing?.systemData).createdAt ?? iso(now),
    lastModifiedByType: 'Application',
    lastModifiedAt: iso(now),
  };
}

function requireName(name: string, pattern: RegExp, what: string, rule: string): void {
  if (!pattern.test(name)) throw badRequest(`The ${what} name '${name}' is invalid. Expected: ${rule}.`);
}

function requireLocation(body: Record<string, unknown>): void {
  if (typeof body.location === 'string' && body.location !== '') return;
  throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
}

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
