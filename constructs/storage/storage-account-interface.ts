import type { Construct } from 'constructs';

/** A private blob container. */
export interface IStorageContainer {
  /** ARM id. */
  readonly id: string;
  readonly name: string;
}

/** A storage account that is reached by identity alone: made here, or one that exists. */
export interface IStorageAccount extends Construct {
  /** ARM id. */
  readonly storageAccountId: string;
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
}
