import type { Construct } from 'constructs';
import { adoptedResourceId, givenOr } from '../core/adopted-resource-id';
import { STORAGE_ACCOUNT_TYPE } from '../core/resource-reference';
import { privateContainer } from './private-container';
import type { IStorageContainer } from './storage-account-interface';
import { StorageCapabilities } from './storage-capabilities';

/** A storage account that exists. Id, name and endpoint may be tokens: they are then known when they are deployed. */
export interface StorageAccountAttributes {
  /** ARM id. */
  readonly storageAccountId: string;
  /** Name of the account. @default - taken from the id, by Terraform where that is a token */
  readonly storageAccountName?: string;
  /** With a slash at its end. @default - that of the public cloud: `https://{name}.blob.core.windows.net/` */
  readonly primaryBlobEndpoint?: string;
  /** Names of containers that exist already; others that are needed are made. @default - none */
  readonly existingContainers?: readonly string[];
}

/** A storage account that exists: containers are made in it, and nothing else about it is changed. */
export class AdoptedStorageAccount extends StorageCapabilities {
  readonly storageAccountId: string;
  readonly storageAccountName: string;
  readonly primaryBlobEndpoint: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly attributes: StorageAccountAttributes,
  ) {
    super(scope, id);
    const { storageAccountId, storageAccountName, primaryBlobEndpoint } = attributes;
    const { name } = adoptedResourceId(this, storageAccountId, STORAGE_ACCOUNT_TYPE, 'storageAccountId');
    this.storageAccountId = storageAccountId;
    this.storageAccountName = givenOr(this, 'storageAccountName', storageAccountName, name);
    this.primaryBlobEndpoint =
      primaryBlobEndpoint ?? `https://${this.storageAccountName}.blob.core.windows.net/`;
  }

  container(name: string): IStorageContainer {
    if (!this.attributes.existingContainers?.includes(name)) return privateContainer(this, name);
    return { id: `${this.storageAccountId}/blobServices/default/containers/${name}`, name };
  }
}
