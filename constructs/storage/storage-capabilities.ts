import { Construct } from 'constructs';
import { grantRole, type Grant, type GrantOptions } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import type { IStorageAccount, IStorageContainer } from './storage-account-interface';

/** What every storage account can do, made here or adopted: give rights on its blobs. */
export abstract class StorageCapabilities extends Construct implements IStorageAccount {
  abstract readonly storageAccountId: string;
  abstract readonly storageAccountName: string;
  abstract readonly primaryBlobEndpoint: string;
  abstract container(name: string): IStorageContainer;

  grantRead(grantee: IGrantable, containerName?: string, options?: GrantOptions): Grant {
    return this.grantBlobs('Read', 'Storage Blob Data Reader', grantee, containerName, options);
  }

  grantWrite(grantee: IGrantable, containerName?: string, options?: GrantOptions): Grant {
    return this.grantBlobs('Write', 'Storage Blob Data Contributor', grantee, containerName, options);
  }

  private grantBlobs(
    right: string,
    roleDefinitionName: string,
    grantee: IGrantable,
    containerName: string | undefined,
    options?: GrantOptions,
  ): Grant {
    const scope = containerName === undefined ? this.storageAccountId : this.container(containerName).id;
    const of = containerName === undefined ? right : `${right}-${containerName}`;
    return grantRole(this, of, grantee, { scope, roleDefinitionName }, options);
  }
}
