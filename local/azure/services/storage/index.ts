import { join } from 'node:path';
import { KEPT_FOLDERS } from '../../core/kept-files';
import type { LocalService, ServiceParts } from '../../core/service';
import { Azurite } from './azurite';
import { Storage } from './data-plane';
import { accountKeys, storageProvider } from './resource-types';

export interface StorageService extends LocalService {
  readonly storage: Storage;
}

/** Azure Storage: accounts, and Azurite behind their blobs, queues and tables. */
export function storageService({ context, tokens, rbac, folder }: ServiceParts): StorageService {
  const azurite = new Azurite(join(folder, KEPT_FOLDERS.azurite), () => accountKeys(context), context.log);
  const storage = new Storage(context.store, azurite, tokens, rbac);
  return {
    ...storageProvider(context, azurite),
    hostServices: [storage],
    settle: () => azurite.settle(),
    close: () => azurite.close(),
    storage,
  };
}
