import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import {
  StorageManagementPolicy,
  type StorageManagementPolicyRule,
} from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { checkOneOf, soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { checkProviders, keysNeeded } from '../core/provider-settings';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { referenceOf } from '../core/same-reference';
import { checkStorageTags } from '../core/tags';

export const STORAGE_REPLICATIONS = ['LRS', 'ZRS', 'GRS', 'GZRS', 'RAGRS', 'RAGZRS'] as const;

export interface KeylessStorageAccountProps {
  readonly resourceGroup: IResourceGroup;
  /** 3 to 24 lower-case letters and digits, unique worldwide. */
  readonly name: string;
  /** @default - the resource group's */
  readonly location?: string;
  /** @default 'LRS' */
  readonly replication?: (typeof STORAGE_REPLICATIONS)[number];
  readonly tags?: Tags;
}

/**
 * A storage account whose keys open nothing: shared keys are off, so that the keys that azurerm writes into state are
 * of no use. The provider needs `storageUseAzuread: true`, which is checked when the stack is synthesized.
 */
export class KeylessStorageAccount extends Construct {
  readonly resource: StorageAccount;
  /** Days after which blobs are deleted, by container. */
  private readonly retention = new Map<string, number>();
  private retentionPolicy?: StorageManagementPolicy;

  constructor(scope: Construct, id: string, props: KeylessStorageAccountProps) {
    super(scope, id);
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    checkOneOf(this, 'replication', props.replication, STORAGE_REPLICATIONS);
    checkStorageTags(this, props.tags);
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
      tags: props.tags,
    });
    checkProviders(this);
    this.node.addValidation({ validate: () => keysNeeded(this.resource) });
  }

  /** ARM id. */
  get storageAccountId(): string {
    return this.resource.id;
  }

  get storageAccountName(): string {
    return this.resource.name;
  }

  /** The private container of that name: made at the first call, the same one at every other. */
  container(name: string): StorageContainer {
    const id = `Container-${checkName(this, 'storageContainer', name)}`;
    const existing = this.node.tryFindChild(id) as StorageContainer | undefined;
    return (
      existing ??
      new StorageContainer(this, id, {
        name,
        storageAccountId: this.resource.id,
        containerAccessType: 'private',
      })
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
    if (!Number.isInteger(days) || days < 1) {
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
      .filter((one) => referenceOf(this, (one as StorageManagementPolicy).storageAccountIdInput) === account)
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
