import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import type { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import {
  StorageManagementPolicy,
  type StorageManagementPolicyRule,
} from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue';
import { TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { type Grant, type GrantOptions, grantRole } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { renamable } from '../core/renamable';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';
import { StorageCapabilities } from './storage-capabilities';
import type { IStorageAccount, StorageService } from './storage-account-interface';
import type { IResourceGroup } from '../core/resource-group';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { LONGEST_STORAGE_TAG_KEY } from '../core/tags';
import { applyResourceOptions, STORAGE_METRICS } from '../resource-options';
import { checkIpRanges } from '../network/allowed-ip-ranges';
import { PrivateEndpoint, type PrivateEndpointOptions } from '../network/private-endpoint';
import { dataPlaneProblems } from './data-plane';
import { AdoptedStorageAccount, type StorageAccountAttributes } from './adopted-storage-account';
import { referenceOf } from '../core/reference';
import { privateContainer } from './private-container';
import { checkOneOf, soundResourceGroup } from '../core/checks';
import { checkProviders, keysNeeded } from '../core/provider-settings';

/** How often and where Azure keeps copies of an account. */
export const STORAGE_REPLICATIONS = ['LRS', 'ZRS', 'GRS', 'GZRS', 'RAGRS', 'RAGZRS'] as const;

/** Diagnostic settings of an account are for metrics: logs are its services'. */
export interface KeylessStorageAccountProps extends AzureResourceOptions, ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** 3 to 24 lower-case letters and digits, unique worldwide. */
  readonly name: string;
  /** Azure region: `westeurope`. @default - the resource group's */
  readonly location?: string;
  /** How often and where Azure keeps copies; 'ZRS' and above outlive a zone. @default 'LRS' */
  readonly replication?: (typeof STORAGE_REPLICATIONS)[number];
  /**
   * `Disabled`: only private endpoints lead to what is in it, and the provider needs
   * `features.storage.data_plane_available = false`. See docs/private-networking.md.
   * @default 'Enabled'; with allowedIpRanges for these alone
   */
  readonly publicNetworkAccess?: 'Enabled' | 'Disabled';
  /** Public IPv4 addresses and ranges that reach it besides private endpoints. @default - all, when it is public */
  readonly allowedIpRanges?: string[];
}

/**
 * A storage account whose keys open nothing: shared keys are off, so that the keys that azurerm writes into state are
 * of no use. The provider needs `storageUseAzuread: true`, which is checked when the stack is synthesized.
 */
export class KeylessStorageAccount extends StorageCapabilities {
  /**
   * An account that exists, by its ARM id, which may be a token. Containers are made in it; its keys, whether they are on
   * or off, and its lifecycle policy stay its owner's.
   */
  static fromStorageAccountId(scope: Construct, id: string, storageAccountId: string): IStorageAccount {
    return new AdoptedStorageAccount(scope, id, { storageAccountId });
  }

  /** The same with what an id does not tell, or does not before the deploy. */
  static fromStorageAccountAttributes(
    scope: Construct,
    id: string,
    attributes: StorageAccountAttributes,
  ): IStorageAccount {
    return new AdoptedStorageAccount(scope, id, attributes);
  }

  /** The account itself, for overrides and for what has to wait for it. */
  readonly resource: StorageAccount;
  /** Whether it is closed to the internet, but for addresses that it lists. */
  readonly behindFirewall: boolean;
  /** Days after which blobs are deleted, by container. */
  private readonly retention = new Map<string, number>();
  private readonly endpoints = new Map<StorageService, PrivateEndpoint>();
  private retentionPolicy?: StorageManagementPolicy;

  constructor(scope: Construct, id: string, props: KeylessStorageAccountProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const { publicNetworkAccess = 'Enabled', allowedIpRanges = [] } = props;
    this.behindFirewall = publicNetworkAccess === 'Disabled' || allowedIpRanges.length > 0;
    checkIpRanges(this, 'allowedIpRanges', allowedIpRanges);
    if (publicNetworkAccess === 'Disabled' && allowedIpRanges.length > 0) {
      mistake(
        this,
        `allowedIpRanges takes who comes over the internet, got ${allowedIpRanges.length} and publicNetworkAccess 'Disabled', which lets nobody in: leave out one of them`,
      );
    }
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    checkOneOf(this, 'replication', props.replication, STORAGE_REPLICATIONS);
    this.resource = new StorageAccount(this, 'Resource', {
      name: checkName(this, 'storageAccount', props.name),
      resourceGroupName: resourceGroup.name,
      location: props.location ?? resourceGroup.location,
      accountKind: 'StorageV2',
      accountTier: 'Standard',
      accountReplicationType: props.replication ?? 'LRS',
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      allowNestedItemsToBePublic: false,
      crossTenantReplicationEnabled: false,
      localUserEnabled: false,
      minTlsVersion: 'TLS1_2',
      publicNetworkAccessEnabled: publicNetworkAccess === 'Disabled' ? false : undefined,
      networkRules: this.behindFirewall
        ? { defaultAction: 'Deny', bypass: ['None'], ipRules: allowedIpRanges }
        : undefined,
      tags: props.tags,
    });
    renamable(this.resource);
    if (publicNetworkAccess === 'Disabled') {
      this.node.addValidation({ validate: () => dataPlaneProblems(this.resource) });
    }
    applyResourceOptions(
      this,
      {
        resource: this.resource,
        id: this.resource.id,
        name: props.name,
        diagnostics: STORAGE_METRICS,
        longestTagKey: LONGEST_STORAGE_TAG_KEY,
      },
      props,
    );
    checkProviders(this);
    this.node.addValidation({ validate: () => keysNeeded(this.resource) });
  }

  /** ARM id. */
  get storageAccountId(): string {
    return this.resource.id;
  }

  /** Name of the account. */
  get storageAccountName(): string {
    return this.resource.name;
  }

  /**
   * The private endpoint of one of its services: made at the first call, the same one at every other. They are made one
   * after another, since Azure refuses two at a time on one account (StorageAccountOperationInProgress,
   * hashicorp/terraform-provider-azurerm#28112).
   */
  privateEndpoint(service: StorageService, options: PrivateEndpointOptions): PrivateEndpoint {
    const known = this.endpoints.get(service);
    if (known) return known;
    const before = [...this.endpoints.values()].at(-1);
    const made = new PrivateEndpoint(this, `PrivateEndpoint-${service}`, {
      ...options,
      groupId: service,
      targetResourceId: this.resource.id,
      dependsOn: before ? [...(options.dependsOn ?? []), before.resource] : options.dependsOn,
    });
    this.endpoints.set(service, made);
    return made;
  }

  /** Address of its blobs: `https://{name}.blob.core.windows.net/`. */
  get primaryBlobEndpoint(): string {
    return this.resource.primaryBlobEndpoint;
  }

  /** `https://{name}.queue.core.windows.net/` */
  get primaryQueueEndpoint(): string {
    return this.resource.primaryQueueEndpoint;
  }

  /** The private container of that name: made at the first call, the same one at every other. */
  container(name: string): StorageContainer {
    return privateContainer(this, name);
  }

  /** The queue of that name: made at the first call, the same one at every other. */
  queue(name: string): StorageQueue {
    const id = `Queue-${checkName(this, 'storageQueue', name)}`;
    const existing = this.node.tryFindChild(id) as StorageQueue | undefined;
    return existing ?? renamable(new StorageQueue(this, id, { name, storageAccountId: this.resource.id }));
  }

  /** ARM id of the queue of that name. */
  queueId(name: string): string {
    return `${this.resource.id}/queueServices/default/queues/${this.queue(name).name}`;
  }

  /** Lets a principal read and delete the messages of a queue. */
  grantProcessMessages(grantee: IGrantable, queueName: string, options?: GrantOptions): Grant {
    return grantRole(
      this,
      `ProcessMessages-${queueName}`,
      grantee,
      {
        scope: this.queueId(queueName),
        roleDefinitionName: 'Storage Queue Data Message Processor',
      },
      options,
    );
  }

  /**
   * Has Azure delete the blobs of a container, their snapshots and their former versions, some days after they were
   * written. Azure looks once a day. An account has one such policy, which replaces any that somebody else gave it.
   *
   * Source: azure-docs, storage/blobs/lifecycle-management-policy-structure.
   *
   * A container whose blobs are to be kept for another time already is a mistake.
   */
  deleteBlobsAfter(containerName: string, days: number): void {
    if (!Token.isUnresolved(days) && (!Number.isInteger(days) || days < 1)) {
      mistake(this, `blobs are kept a whole number of days, 1 or more; got ${days} for '${containerName}'`);
      return;
    }
    const known = this.retention.get(containerName);
    if (known === days) return;
    if (known !== undefined) {
      mistake(this, `blobs of container '${containerName}' are kept ${known} days already, got ${days}`);
      return;
    }
    this.retention.set(containerName, days);
    const rule = [...this.retention].map(deletionRule);
    if (this.retentionPolicy) this.retentionPolicy.putRule(rule);
    else {
      this.retentionPolicy = renamable(
        new StorageManagementPolicy(this, 'Retention', {
          storageAccountId: this.resource.id,
          rule,
        }),
      );
      this.node.addValidation({ validate: () => this.policiesBeside() });
    }
  }

  /** Policies of somebody else's for the same account: whichever is deployed last would be the only one. */
  private policiesBeside(): string[] {
    const account = referenceOf(this, this.resource.id);
    return TerraformStack.of(this)
      .node.findAll()
      .filter((one) => one instanceof StorageManagementPolicy && one !== this.retentionPolicy)
      .filter((one) => referenceOf(one, (one as StorageManagementPolicy).storageAccountIdInput) === account)
      .map(
        ({ node }) =>
          `the storage account has one lifecycle policy, and ${node.path} is another beside that for dead letters: give ` +
          'deadLetterRetentionDays: false, and a rule for their container in yours',
      );
  }
}

function deletionRule([containerName, days]: [string, number]): StorageManagementPolicyRule {
  return {
    // Letters and digits alone; names of containers have small letters and hyphens.
    name: `delete${containerName.replaceAll('-', 'X')}`,
    enabled: true,
    filters: { blobTypes: ['blockBlob'], prefixMatch: [`${containerName}/`] },
    actions: {
      baseBlob: { deleteAfterDaysSinceModificationGreaterThan: days },
      snapshot: { deleteAfterDaysSinceCreationGreaterThan: days },
      version: { deleteAfterDaysSinceCreation: days },
    },
  };
}
