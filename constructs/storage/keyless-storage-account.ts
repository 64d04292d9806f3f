import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import {
  StorageManagementPolicy,
  type StorageManagementPolicyRule,
} from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { grantRole, type Grant, type GrantOptions } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import { fail } from '../core/errors';
import { checkName } from '../core/naming';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { tokenText } from '../core/token-text';

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
export class KeylessStorageAccount extends Construct {
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

  /** Address of its blobs: `https://{name}.blob.core.windows.net/`. */
  get blobEndpoint(): string {
    return this.resource.primaryBlobEndpoint;
  }

  /** Address of its queues: `https://{name}.queue.core.windows.net/`. */
  get queueEndpoint(): string {
    return this.resource.primaryQueueEndpoint;
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

  /** The queue of that name: made at the first call, the same one at every other. */
  queue(name: string): StorageQueue {
    const id = `Queue-${checkName(this, 'storageQueue', name)}`;
    const existing = this.node.tryFindChild(id) as StorageQueue | undefined;
    return existing ?? new StorageQueue(this, id, { name, storageAccountId: this.resource.id });
  }

  /** ARM id of the queue of that name. */
  queueId(name: string): string {
    return `${this.resource.id}/queueServices/default/queues/${this.queue(name).name}`;
  }

  /** Lets a principal read blobs: of one container, or of all when none is named. */
  grantRead(grantee: IGrantable, containerName?: string, options?: GrantOptions): Grant {
    return this.grantBlobs('Read', 'Storage Blob Data Reader', grantee, containerName, options);
  }

  /** Lets a principal write blobs, and read and delete them: no built-in role does the one without the other. */
  grantWrite(grantee: IGrantable, containerName?: string, options?: GrantOptions): Grant {
    return this.grantBlobs('Write', 'Storage Blob Data Contributor', grantee, containerName, options);
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

  private grantBlobs(
    right: string,
    roleDefinitionName: string,
    grantee: IGrantable,
    containerName: string | undefined,
    options?: GrantOptions,
  ): Grant {
    const scope = containerName === undefined ? this.resource.id : this.container(containerName).id;
    const of = containerName === undefined ? right : `${right}-${containerName}`;
    return grantRole(this, of, grantee, { scope, roleDefinitionName }, options);
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
    if (!Number.isInteger(days) || days < 1) {
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
    const account = tokenText(this, this.resource.id);
    return TerraformStack.of(this)
      .node.findAll()
      .filter((one) => one instanceof StorageManagementPolicy && one !== this.retentionPolicy)
      .filter((one) => tokenText(this, (one as StorageManagementPolicy).storageAccountIdInput) === account)
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
