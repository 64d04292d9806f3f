import { asObject } from '../../core/arm/resource-id';
import { badRequest } from '../../core/http';
import type { HubRight } from './behaviour';
import type { StoredResource } from '../../core/store';

const RIGHTS: readonly HubRight[] = ['Listen', 'Manage', 'Send'];

/** An address of Azure's own, for what its services send: no client of local Azure comes from there. */
const AZURE_ADDRESS = '20.0.0.1';

/** `networkAcls` and `publicNetworkAccess` as a PUT asks for them. @throws ArmError (400) for what fits no model. */
export function readNetworkRules(asked: Record<string, unknown>): Record<string, unknown> {
  const access = asked.publicNetworkAccess ?? 'Enabled';
  if (access !== 'Enabled' && access !== 'Disabled') {
    throw badRequest(`The publicNetworkAccess '${String(access)}' is invalid. Expected: Enabled, Disabled.`);
  }
  if (asked.networkAcls === undefined || asked.networkAcls === null) return { publicNetworkAccess: access };
  const { ipRules, publicNetworkRule } = asObject(asked.networkAcls);
  for (const rule of Array.isArray(ipRules) ? ipRules : []) {
    const { ipMask, rights } = asObject(rule);
    if (typeof ipMask !== 'string' || !readMask(ipMask)) {
      throw badRequest(`The ipMask '${String(ipMask)}' is invalid. Expected: an IPv4 address or range.`);
    }
    requireRights(rights, `the ipRule '${ipMask}'`);
  }
  if (publicNetworkRule !== undefined && publicNetworkRule !== null) {
    requireRights(asObject(publicNetworkRule).rights, 'the publicNetworkRule');
  }
  return { publicNetworkAccess: access, networkAcls: asked.networkAcls };
}

/**
 * Whether the namespace lets a client do what needs one of these rights (azure-rest-api-specs, notificationhubs,
 * NetworkAcls: the public rule holds where no other matches). No address: a service of Azure sends.
 */
export function networkAllows(
  namespace: StoredResource,
  address: string = AZURE_ADDRESS,
  anyOf: readonly HubRight[],
): boolean {
  if (namespace.properties.publicNetworkAccess === 'Disabled') return false;
  const acls = namespace.properties.networkAcls;
  if (acls === undefined) return true;
  const { ipRules, publicNetworkRule } = asObject(acls);
  const matching = (Array.isArray(ipRules) ? ipRules : [])
    .map(asObject)
    .filter(({ ipMask }) => matches(String(ipMask), address));
  const granting = matching.length > 0 ? matching : [asObject(publicNetworkRule)];
  return granting.some(
    ({ rights }) => Array.isArray(rights) && anyOf.some((right) => rights.includes(right)),
  );
}

function requireRights(rights: unknown, of: string): void {
  const valid = Array.isArray(rights) && rights.every((right) => RIGHTS.includes(right as HubRight));
  if (!valid) throw badRequest(`The rights of ${of} are invalid. Expected: a list of ${RIGHTS.join(', ')}.`);
}

function matches(mask: string, address: string): boolean {
  const range = readMask(mask);
  const asked = readAddress(address);
  if (!range || asked === undefined) return false;
  // A shift by 32 bits is none in JavaScript.
  return range.bits === 0 || (asked ^ range.address) >>> (32 - range.bits) === 0;
}

function readMask(mask: string): { address: number; bits: number } | undefined {
  const [base = '', length = '32', ...rest] = mask.split('/');
  const address = readAddress(base);
  if (address === undefined || rest.length > 0 || !/^\d+$/.test(length) || Number(length) > 32)
    return undefined;
  return { address, bits: Number(length) };
}

function readAddress(text: string): number | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256)) {
    return undefined;
  }
  return octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
