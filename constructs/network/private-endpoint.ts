import { PrivateEndpoint as PrivateEndpointResource } from '@cdktf/provider-azurerm/lib/private-endpoint';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireProps } from '../core/kinds';
import { checkName } from '../core/naming';
import { renamable } from '../core/renamable';
import type { Lock } from '../core/azure-resource-options';
import { SITE_TYPE, STORAGE_ACCOUNT_TYPE, VAULT_TYPE } from '../core/resource-reference';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { applyResourceOptions } from '../resource-options';
import { checkId, checkZone, SUBNET_TYPE } from './network-ids';

/**
 * What a private endpoint of each group leads to, and how the name of its private DNS zone begins.
 * Source: azure-docs, private-link/private-endpoint-dns.md.
 */
export const PRIVATE_LINK_GROUPS = {
  blob: { targetType: STORAGE_ACCOUNT_TYPE, zone: 'privatelink.blob.' },
  queue: { targetType: STORAGE_ACCOUNT_TYPE, zone: 'privatelink.queue.' },
  table: { targetType: STORAGE_ACCOUNT_TYPE, zone: 'privatelink.table.' },
  sites: { targetType: SITE_TYPE, zone: 'privatelink.azurewebsites.' },
  vault: { targetType: VAULT_TYPE, zone: 'privatelink.vaultcore.' },
} as const;

/** A service of Azure that gets private endpoints here. */
export type PrivateLinkGroup = keyof typeof PRIVATE_LINK_GROUPS;

/** Where a private endpoint lies and what it is called. */
export interface PrivateEndpointOptions {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** 2 to 64 letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Region of the subnet. @default - the resource group's */
  readonly location?: string;
  /** ARM id of the subnet that it takes an address of. */
  readonly subnetId: string;
  /**
   * ARM id of the private DNS zone that its address is written into.
   * @default - somebody else writes it, such as an Azure Policy: what they add is left alone
   */
  readonly privateDnsZoneId?: string;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
  /** A lock on the endpoint. @default - none */
  readonly lock?: Lock;
  /** What has to be there before. @default - what it refers to */
  readonly dependsOn?: ITerraformDependable[];
}

export interface PrivateEndpointProps extends PrivateEndpointOptions {
  /** ARM id of what it leads to. */
  readonly targetResourceId: string;
  /** The part of it: a service of a storage account, `sites` of an app, `vault` of a key vault. */
  readonly groupId: PrivateLinkGroup;
}

/**
 * An address in a subnet that leads to a storage account, a Function App or a key vault, approved at once: who deploys
 * needs `privateEndpointConnectionsApproval/action` on the target, and to join the subnet. Whether the target can still
 * be reached from elsewhere is a setting of the target.
 */
export class PrivateEndpoint extends Construct {
  /** The endpoint itself, for overrides and for what has to wait for it. */
  readonly resource: PrivateEndpointResource;

  constructor(scope: Construct, id: string, props: PrivateEndpointProps) {
    super(scope, id);
    requireProps(this, props);
    const { name, groupId, targetResourceId, subnetId, privateDnsZoneId } = props;
    checkName(this, 'privateEndpoint', name);
    checkId(this, 'subnetId', subnetId, SUBNET_TYPE);
    checkId(this, 'targetResourceId', targetResourceId, PRIVATE_LINK_GROUPS[groupId].targetType);
    if (privateDnsZoneId !== undefined) {
      checkZone(this, 'privateDnsZoneId', privateDnsZoneId, PRIVATE_LINK_GROUPS[groupId].zone);
    }
    this.resource = renamable(
      new PrivateEndpointResource(this, 'Resource', {
        name,
        resourceGroupName: props.resourceGroup.name,
        location: props.location ?? props.resourceGroup.location,
        subnetId,
        privateServiceConnection: {
          name,
          privateConnectionResourceId: targetResourceId,
          subresourceNames: [groupId],
          isManualConnection: false,
        },
        privateDnsZoneGroup:
          privateDnsZoneId === undefined
            ? undefined
            : { name: 'default', privateDnsZoneIds: [privateDnsZoneId] },
        lifecycle: privateDnsZoneId === undefined ? { ignoreChanges: ['private_dns_zone_group'] } : undefined,
        tags: props.tags,
        dependsOn: props.dependsOn,
      }),
    );
    const { tags, lock } = props;
    applyResourceOptions(this, { resource: this.resource, id: this.resource.id, name }, { tags, lock });
  }

  /** ARM id. */
  get privateEndpointId(): string {
    return this.resource.id;
  }
}
