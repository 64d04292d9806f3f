import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { Construct } from 'constructs';
import { checkName } from './naming';
import type { IResourceGroup, Tags } from './resource-group';

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
}
