import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import type { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import {
  StorageManagementPolicy,
  type StorageManagementPolicyRule,
} from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { fail } from '../core/errors';
import { AdoptedStorageAccount, type StorageAccountAttributes } from './adopted-storage-account';
import { checkName } from '../core/naming';
import { referenceOf } from '../core/reference';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { privateContainer } from './private-container';
import type { IStorageAccount } from './storage-account-interface';

export interface KeylessStorageAccountProps {
  readonly resourceGroup: IResourceGroup;
  /** 3 to 24 lower-case letters and digits, unique worldwide. */
  readonly name: string;
  /** @default - the resource group's */
  readonly location?: string;
  /** @default 'LRS' */
  readonly replication?: 'LRS' | 'ZRS' | 'GRS' | 'GZRS' | 'RAGRS' | 'RAGZRS';
  readonly tags?: Tags;
}

/**
 * A storage account whose keys open nothing: shared keys are off, so that the keys that azurerm writes into state are
 * of no use. The provider needs `storage_use_azuread = true`.
 */
export class KeylessStorageAccount extends Construct implements IStorageAccount {
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

  readonly resource: StorageAccount;
  /** Days after which blobs are deleted, by container. */
  private readonly retention = new Map<string, number>();
  private retentionPolicy?: StorageManagementPolicy;

  constructor(scope: Construct, id: string, props: KeylessStorageAccountProps) {
    super(scope, id);
    this.resource = new StorageAccount(this, 'Resource', {
      name: checkName(this, 'storageAccount', props.name),
      resourceGroupName: props.resourceGroup.name,
      location: props.location ?? props.resourceGroup.location,
      accountKind: 'StorageV2',
      accountTier: 'Standard',
      accountReplicationType: props.replication ?? 'LRS',
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      allowNestedItemsToBePublic: false,
      crossTenantReplicationEnabled: false,
      localUserEnabled: false,
      minTlsVersion: 'TLS1_2',
      tags: props.tags,
    });
  }

  /** ARM id. */
  get storageAccountId(): string {
    return this.resource.id;
  }

  get storageAccountName(): string {
    return this.resource.name;
  }

  get primaryBlobEndpoint(): string {
    return this.resource.primaryBlobEndpoint;
  }

  /** The private container of that name: made at the first call, the same one at every other. */
  container(name: string): StorageContainer {
    return privateContainer(this, name);
  }

  /**
   * Has Azure delete the blobs of a container, their snapshots and their former versions, some days after they were
   * written. Azure looks once a day. An account has one such policy, which replaces any that somebody else gave it.
   *
   * Source: azure-docs, storage/blobs/lifecycle-management-policy-structure.
   *
   * @throws PushConstructError when the container's blobs are to be kept for another time already
   */
  deleteBlobsAfter(containerName: string, days: number): void {
    if (!Token.isUnresolved(days) && (!Number.isInteger(days) || days < 1)) {
      fail(this, `blobs are kept a whole number of days, 1 or more; got ${days} for '${containerName}'`);
    }
    const known = this.retention.get(containerName);
    if (known === days) return;
    if (known !== undefined) {
      fail(this, `blobs of container '${containerName}' are kept ${known} days already, got ${days}`);
    }
    this.retention.set(containerName, days);
    const rule = [...this.retention].map(deletionRule);
    if (this.retentionPolicy) this.retentionPolicy.putRule(rule);
    else {
      this.retentionPolicy = new StorageManagementPolicy(this, 'Retention', {
        storageAccountId: this.resource.id,
        rule,
      });
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
