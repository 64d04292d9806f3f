import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Lock } from '../core/azure-resource-options';
import { checkName, type Naming } from '../core/naming';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { asCidr } from '../network/allowed-ip-ranges';
import { PrivateEndpoint, type PrivateEndpointOptions } from '../network/private-endpoint';
import { zoneOf, type PrivateNetworking } from '../network/private-networking';
import type { IStorageAccount } from '../storage/storage-account-interface';

/** Who calls an app besides whoever is in the network: Event Grid, nobody, or the internet. */
export type AppCallers = 'event-grid' | 'nobody' | 'internet';

/** What its names and places come from. */
export interface AppNetworkProps {
  readonly network: PrivateNetworking;
  readonly callers: AppCallers;
  readonly resourceGroup: IResourceGroup;
  readonly naming: Naming;
  /** What its names say that it is for. */
  readonly purpose: string;
  readonly location: string;
  readonly tags?: Tags;
  readonly lock?: Lock;
}

interface IpRestriction {
  readonly name: string;
  readonly priority: number;
  readonly action: 'Allow';
  readonly tag: 'Default' | 'ServiceTag';
  readonly ipAddress: string;
}

/**
 * The network of one app: what it sends goes through the subnet, and what it takes comes by a private endpoint or from
 * those whom access restrictions name.
 *
 * Sources: azure-docs, azure-functions/functions-networking-options.md (Flex Consumption routes everything through the
 * subnet, so that there is no setting for it) and event-grid/consume-private-endpoints.md (Event Grid delivers to no
 * private endpoint); service tag: event-grid/network-security.md.
 */
export class AppNetwork {
  constructor(
    private readonly scope: Construct,
    private readonly props: AppNetworkProps,
  ) {}

  /** Properties of the site. */
  get siteProperties(): { virtualNetworkSubnetId: string; publicNetworkAccess: 'Enabled' | 'Disabled' } {
    const { network, callers } = this.props;
    const closed = callers === 'nobody' && this.ranges.length === 0;
    return {
      virtualNetworkSubnetId: network.virtualNetworkSubnetId,
      publicNetworkAccess: closed ? 'Disabled' : 'Enabled',
    };
  }

  /** Access restrictions of the app, and apart from these those of the scm site, where code is published. */
  get siteConfig(): object {
    const { callers } = this.props;
    const eventGrid: IpRestriction[] =
      callers === 'event-grid'
        ? [
            {
              name: 'event-grid',
              priority: 100,
              action: 'Allow',
              tag: 'ServiceTag',
              ipAddress: 'AzureEventGrid',
            },
          ]
        : [];
    return {
      ...(callers !== 'internet' && {
        ipSecurityRestrictions: [...eventGrid, ...this.ranges],
        ipSecurityRestrictionsDefaultAction: 'Deny',
      }),
      scmIpSecurityRestrictions: this.ranges,
      scmIpSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsUseMain: false,
    };
  }

  /** The endpoint by which the network reaches the app and its scm site. */
  appEndpoint(functionAppId: string): PrivateEndpoint {
    return new PrivateEndpoint(this.scope, 'PrivateEndpoint', {
      ...this.endpoint('sites'),
      groupId: 'sites',
      targetResourceId: functionAppId,
    });
  }

  /** The endpoints by which the network reaches services of a storage account; none of one that exists. */
  storageEndpoints(
    storage: IStorageAccount,
    services: readonly ('blob' | 'table')[],
  ): ITerraformDependable[] {
    return services.flatMap((service) => {
      const endpoint = storage.privateEndpoint?.(service, this.endpoint(service));
      return endpoint ? [endpoint.resource] : [];
    });
  }

  private endpoint(group: 'blob' | 'table' | 'sites'): PrivateEndpointOptions {
    const { network, naming, purpose, resourceGroup, location, tags, lock } = this.props;
    return {
      resourceGroup,
      name: checkName(this.scope, 'privateEndpoint', naming.name('privateEndpoint', `${purpose}-${group}`)),
      location,
      subnetId: network.privateEndpointSubnetId,
      privateDnsZoneId: zoneOf(network, group),
      tags,
      lock,
    };
  }

  private get ranges(): IpRestriction[] {
    return (this.props.network.allowedIpRanges ?? []).map((range, index) => ({
      name: `allowed-${index + 1}`,
      priority: 200 + index,
      action: 'Allow',
      tag: 'Default',
      ipAddress: asCidr(range),
    }));
  }
}
