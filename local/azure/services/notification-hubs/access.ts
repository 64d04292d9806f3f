import { parentId } from '../../core/arm/resource-id';
import type { LocalRequest, LocalResponse } from '../../core/http';
import type { HubBehaviour, HubRight } from './behaviour';
import { failure, header } from './http';
import { networkAllows } from './network';
import { covers, isSignedWith, parseSharedAccess } from '../../core/access/shared-access-signature';
import type { ResourceStore, StoredResource } from '../../core/store';

/** Decides by the state and the rules of a namespace, and by shared access signatures, who may do what on a hub. */
export class HubAccess {
  constructor(
    private readonly store: ResourceStore,
    private readonly behaviour: () => HubBehaviour,
  ) {}

  /**
   * The answer to a request that may not do what it asks for; undefined when it may.
   * @param route `messages`, `installations`, `registrations`, …
   */
  refusal(
    request: LocalRequest,
    hub: StoredResource,
    namespace: StoredResource,
    route: string | undefined,
  ): LocalResponse | undefined {
    const needed = this.neededRights(route, request.method);
    return this.refuseByNamespace(request, namespace, needed) ?? this.refuseByPolicy(request, hub, needed);
  }

  private neededRights(route: string | undefined, method: string): readonly HubRight[] {
    if (route !== 'messages') return ['Listen', 'Manage'];
    return method === 'GET' ? this.behaviour().telemetryRights : ['Send'];
  }

  private refuseByNamespace(
    request: LocalRequest,
    namespace: StoredResource,
    anyOf: readonly HubRight[],
  ): LocalResponse | undefined {
    if (namespace.properties.enabled === false) {
      return failure(403, `The namespace '${namespace.name}' is disabled.`);
    }
    if (networkAllows(namespace, request.remoteAddress, anyOf)) return undefined;
    const status = this.behaviour().networkRefusalStatus;
    return failure(
      status,
      status === 401 ? 'Unauthorized access.' : 'Ip has been prevented to connect to the endpoint.',
    );
  }

  private refuseByPolicy(
    request: LocalRequest,
    hub: StoredResource,
    anyOf: readonly HubRight[],
  ): LocalResponse | undefined {
    const token = parseSharedAccess(header(request, 'authorization'));
    if (!token) return failure(401, 'MissingToken: The authorization header is missing or malformed.');
    const rule = ruleNamed(this.store, hub.id, token.keyName);
    const keys = keysOf(rule);
    const signed = keys.some((key) => typeof key === 'string' && isSignedWith(token, key));
    if (!rule || !signed) return failure(401, 'InvalidSignature: The token has an invalid signature.');
    if (token.expiry * 1000 <= Date.now()) return failure(401, 'ExpiredToken: The token is expired.');
    if (!covers(token, request.host, request.path)) {
      return failure(401, 'InvalidAudience: The authorization header contains a token for another audience.');
    }
    const rights = rule.properties.rights as string[];
    if (anyOf.some((right) => rights.includes(right))) return undefined;
    return failure(
      this.behaviour().missingRightStatus,
      `Unauthorized access. '${anyOf.join("' or '")}' claim(s) are required to perform this operation.`,
    );
  }
}

/** The rule of that name of a hub, or else of its namespace. */
export function ruleNamed(store: ResourceStore, hubId: string, keyName: string): StoredResource | undefined {
  return (
    store.get(`${hubId}/authorizationRules/${keyName}`) ??
    store.get(`${parentId(hubId)}/authorizationRules/${keyName}`)
  );
}

export function keysOf(rule: StoredResource | undefined): readonly unknown[] {
  return [rule?.secrets?.primaryKey, rule?.secrets?.secondaryKey];
}
