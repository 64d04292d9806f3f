import { asObject } from '../../core/arm/resource-id';
import { secretsOf } from './site-secrets';
import { ArmError } from '../../core/http';
import { subnetName } from '../../core/network-ids';
import type { StoredResource } from '../../core/store';

interface Restriction {
  readonly action?: string;
  readonly ipAddress?: string;
  readonly tag?: string;
}

/**
 * Whether Event Grid gets a request through to an app: it comes over the internet, from the service tag AzureEventGrid,
 * and to no private endpoint. What else access restrictions say is kept and filters nobody, since everybody comes from
 * loopback here.
 *
 * Source: azure-docs, event-grid/consume-private-endpoints.md, app-service/app-service-ip-restrictions.md.
 */
export function letsEventGridIn(site: StoredResource): boolean {
  if (site.properties.publicNetworkAccess === 'Disabled') return false;
  const config = asObject(secretsOf(site).siteConfig);
  const restrictions = Array.isArray(config.ipSecurityRestrictions)
    ? (config.ipSecurityRestrictions as Restriction[])
    : [];
  const closed = config.ipSecurityRestrictionsDefaultAction === 'Deny' || restrictions.length > 0;
  return (
    !closed ||
    restrictions.some(({ action, tag, ipAddress }) => {
      const everybody = ipAddress === 'Any' || ipAddress === '0.0.0.0/0';
      return action === 'Allow' && (everybody || (tag === 'ServiceTag' && ipAddress === 'AzureEventGrid'));
    })
  );
}

/**
 * Whether Event Grid gets a dead letter into an account: past a firewall it comes as a trusted service with the topic's
 * system-assigned identity alone, which a topic of Communication Services does not have.
 *
 * Source: azure-docs, event-grid/add-identity-roles.md "Firewall and virtual network rules".
 */
export function takesDeadLetters(account: StoredResource | undefined): boolean {
  if (!account) return true;
  const { publicNetworkAccess, networkAcls } = account.properties;
  return publicNetworkAccess !== 'Disabled' && asObject(networkAcls).defaultAction !== 'Deny';
}

/** Refuses a subnet that an app on Flex Consumption cannot send from. @throws ArmError */
export function checkIntegration(siteId: string, properties: Record<string, unknown>): void {
  const id = properties.virtualNetworkSubnetId;
  if (id === undefined || id === null || id === '') return;
  const name = subnetName(String(id));
  if (name === undefined) {
    throw new ArmError(
      400,
      'BadRequest',
      `virtualNetworkSubnetId '${String(id)}' of ${siteId} is no id of a subnet`,
    );
  }
  if (name.includes('_')) {
    throw new ArmError(400, 'BadRequest', `the subnet '${name}' of ${siteId} has an underscore in its name`);
  }
}
