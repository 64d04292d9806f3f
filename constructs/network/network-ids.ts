import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { parseResourceId, type ResourceId } from '../../link/resource-id';
import { mistake } from '../core/mistakes';
import { malformation } from '../core/resource-reference';

export const SUBNET_TYPE = 'Microsoft.Network/virtualNetworks/subnets';
export const PRIVATE_DNS_ZONE_TYPE = 'Microsoft.Network/privateDnsZones';

/** Reads the id of something that exists; undefined when it is known only after the deploy, or notes what is wrong. */
export function checkId(scope: IConstruct, prop: string, id: unknown, type: string): ResourceId | undefined {
  if (Token.isUnresolved(id)) return undefined;
  if (id === undefined) {
    mistake(scope, `${prop} takes the ARM id of a ${type}, got nothing: give that of one that exists`);
    return undefined;
  }
  const problem = malformation(id as string, type);
  if (problem === undefined) return parseResourceId(id as string, type);
  mistake(scope, `${prop} takes the ARM id of a ${type}: ${problem}`);
  return undefined;
}

/** Notes a zone that would never be asked for the address that is written into it. */
export function checkZone(scope: IConstruct, prop: string, id: unknown, begins: string): void {
  const zone = checkId(scope, prop, id, PRIVATE_DNS_ZONE_TYPE);
  if (!zone || zone.name.toLowerCase().startsWith(begins)) return;
  mistake(
    scope,
    `${prop} takes a private DNS zone '${begins}…', got '${zone.name}': give the zone of that service`,
  );
}
