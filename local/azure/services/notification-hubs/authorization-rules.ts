import { iso } from '../../core/clock';
import { z } from 'zod';
import { bodyWith, readShape, text, texts } from '../../core/arm/shape';
import { ownValue } from '../../core/own';
import { randomBytes } from 'node:crypto';
import { asObject, parentId, resourceName } from '../../core/arm/resource-id';
import type { ResourceType } from '../../core/arm/resource-type';
import type { LocalAzureContext } from '../../core/context';
import { badRequest, type LocalResponse } from '../../core/http';
import type { StoredResource } from '../../core/store';
import type { HubRight } from './behaviour';
import { API_VERSIONS, HUB_RULE_TYPE, requireName, systemData } from './resource';

const POLICY_KEY = z.looseObject({ policyKey: text });

export const RIGHTS: readonly HubRight[] = ['Listen', 'Manage', 'Send'];

export interface RuleKeys {
  readonly primaryKey: string;
  readonly secondaryKey: string;
}

/** Shared access policies of namespaces, or of hubs. */
export function ruleType(type: string, context: LocalAzureContext): ResourceType {
  const own = type === HUB_RULE_TYPE ? 'hub' : 'namespace';
  return {
    type,
    apiVersions: API_VERSIONS,
    loggedBodies: ['regeneratekeys'],
    body: bodyWith({ rights: texts }),
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
        const policyKey = readShape(POLICY_KEY, request.body ?? {}).policyKey ?? '';
        const which = ownValue(
          { primarykey: 'primaryKey', secondarykey: 'secondaryKey' },
          policyKey.toLowerCase(),
        );
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

export function newRule(id: string, type: string, rights: readonly HubRight[], now: number): StoredResource {
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
