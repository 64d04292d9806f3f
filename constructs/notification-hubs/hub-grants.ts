import { Fn, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { NOTIFICATION_HUB_TYPE, parseResourceId } from '../../link/resource-id';
import { NEEDED_ROLES } from '../../link/roles';
import { defineRole } from '../authorization/custom-role';
import { grantRole, type Grant, type GrantOptions } from '../authorization/grant';
import { defineKeyReaderRole } from '../authorization/key-reader-role';
import type { IGrantable } from '../authorization/principal';
import { mistake } from '../core/mistakes';
import type { HubGrant, HubGrantOptions, IHubPolicy, INotificationHub } from './notification-hub-interface';

/** Lets a principal read the keys of a rule, and with them do what the rule may. */
export function grantPolicy(
  hub: INotificationHub,
  right: 'Send' | 'Listen',
  grantee: IGrantable,
  options: HubGrantOptions,
): HubGrant {
  const name = options.policyName ?? `granted-${right.toLowerCase()}`;
  const id = `Granted${right}Policy-${name}`;
  const policy =
    (hub.node.tryFindChild(id) as IHubPolicy | undefined) ??
    (right === 'Send' ? hub.addSendOnlyPolicy(id, name) : hub.addListenOnlyPolicy(id, name));
  const grant = grantKeys(hub, policy, grantee, options, `${right}-${name}`);
  return Object.assign(grant, { policy });
}

/** The right to list the keys of one rule. */
export function grantKeys(
  hub: INotificationHub,
  policy: IHubPolicy,
  grantee: IGrantable,
  options: GrantOptions & { readonly keyRoleDefinitionId?: string },
  right = `Keys-${policy.policyName}`,
): Grant {
  return grantRole(
    hub,
    right,
    grantee,
    { scope: policy.policyId, roleDefinitionId: options.keyRoleDefinitionId ?? keyReaderRole(hub) },
    options,
  );
}

/** The right to read the push credentials of a hub, the secrets in them included. */
export function grantCredentials(hub: INotificationHub, grantee: IGrantable): Grant {
  return grantRole(hub, 'Credentials', grantee, {
    scope: hub.notificationHubId,
    roleDefinitionId: hubRole(hub, 'CredentialReaderRole', 'credential reader', (id, roleName) =>
      defineRole(hub, id, {
        resourceGroupId: resourceGroupIdOf(hub.notificationHubId),
        roleName,
        description: 'Reads the push credentials of one notification hub.',
        actions: [NEEDED_ROLES.credentials.operation],
      }),
    ),
  });
}

/** Reader on a hub's namespace. */
export function grantReadNamespace(hub: INotificationHub, grantee: IGrantable): Grant {
  return grantRole(hub, 'ReadNamespace', grantee, {
    // By the namespace itself where there is one: its hubs share the assignment, which Azure takes once.
    scope: hub.namespaceId ?? namespaceIdOf(hub.notificationHubId),
    roleDefinitionName: 'Reader',
  });
}

function keyReaderRole(hub: INotificationHub): string {
  return hubRole(hub, 'KeyReaderRole', 'key reader', (id, roleName) =>
    defineKeyReaderRole(hub, id, resourceGroupIdOf(hub.notificationHubId), roleName),
  );
}

const roles = new WeakMap<Construct, Map<string, string>>();

/** A custom role of the hub's, defined once. Its name is unique in the tenant, as the namespace's is. */
function hubRole(
  hub: INotificationHub,
  id: string,
  what: string,
  define: (id: string, roleName: string) => string,
): string {
  const known = roles.get(hub) ?? new Map<string, string>();
  roles.set(hub, known);
  const existing = known.get(id);
  if (existing !== undefined) return existing;
  if (Token.isUnresolved(hub.namespaceName) || Token.isUnresolved(hub.notificationHubName)) {
    mistake(
      hub,
      `the custom role of a grant takes its name from those of hub and namespace, got ones known only when deployed: ` +
        `give keyRoleDefinitionId, or names as literals`,
    );
    return '';
  }
  const role = define(id, `${hub.namespaceName}-${hub.notificationHubName} ${what}`);
  known.set(id, role);
  return role;
}

function resourceGroupIdOf(id: string): string {
  return beginningOf(id, '/subscriptions/[^/]+/resourceGroups/[^/]+', () => {
    const { subscriptionId, resourceGroup } = parseResourceId(id, NOTIFICATION_HUB_TYPE);
    return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  });
}

function namespaceIdOf(id: string): string {
  return beginningOf(
    id,
    '.*/namespaces/[^/]+',
    () => parseResourceId(id, NOTIFICATION_HUB_TYPE).parents[0]!.id,
  );
}

/** Of an id that is known only when deployed, by a pattern; Azure answers the type's name in any casing. */
function beginningOf(id: string, pattern: string, ofLiteral: () => string): string {
  if (!Token.isUnresolved(id)) return ofLiteral();
  return Token.asString(Fn.element(Fn.regexall(`(?i)^${pattern}`, id), 0));
}
