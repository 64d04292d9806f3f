import type { Construct } from 'constructs';
import type { Grant, GrantOptions } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import type { PrivateEndpoint, PrivateEndpointOptions } from '../network/private-endpoint';

/** A service of a storage account. */
export type StorageService = 'blob' | 'queue' | 'table';

/** A private blob container. */
export interface IStorageContainer {
  /** ARM id. */
  readonly id: string;
  /** Name of the container. */
  readonly name: string;
}

/** A storage account that is reached by identity alone: made here, or one that exists. */
export interface IStorageAccount extends Construct {
  /** ARM id. */
  readonly storageAccountId: string;
  /** Name of the account. */
  readonly storageAccountName: string;
  /** `https://{name}.blob.core.windows.net/` */
  readonly primaryBlobEndpoint: string;
  /** The private container of that name: made at the first call, unless it exists, and the same one at every other. */
  container(name: string): IStorageContainer;
  /**
   * Has Azure delete the blobs of a container some days after they were written. Undefined for an account that exists:
   * an account has one lifecycle policy, and that is its owner's.
   */
  deleteBlobsAfter?(containerName: string, days: number): void;
  /** Whether it lets in private endpoints or certain addresses alone; undefined: not known. */
  readonly behindFirewall?: boolean;
  /**
   * The private endpoint of one of its services, the same one at every call. Undefined for an account that exists: how the
   * network reaches it is its owner's business.
   */
  privateEndpoint?(service: StorageService, options: PrivateEndpointOptions): PrivateEndpoint;
  /** Lets a principal read blobs: of one container, or of all when none is named. */
  grantRead(grantee: IGrantable, containerName?: string, options?: GrantOptions): Grant;
  /** Lets a principal write blobs, and read and delete them: no built-in role does the one without the other. */
  grantWrite(grantee: IGrantable, containerName?: string, options?: GrantOptions): Grant;
}
