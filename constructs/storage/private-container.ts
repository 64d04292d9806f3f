import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { Token } from 'cdktf';
import { mistake } from '../core/mistakes';
import { renamable } from '../core/renamable';
import { checkName } from '../core/naming';
import type { IStorageAccount } from './storage-account-interface';

/** The private container of that name in an account: made at the first call, the same one at every other. */
export function privateContainer(account: IStorageAccount, name: string): StorageContainer {
  if (Token.isUnresolved(name)) {
    mistake(
      account,
      'the name of a container has to be known when the stack is synthesized: give it as a literal',
    );
  }
  const id = Token.isUnresolved(name)
    ? 'Container'
    : `Container-${checkName(account, 'storageContainer', name)}`;
  const existing = account.node.tryFindChild(id) as StorageContainer | undefined;
  return (
    existing ??
    renamable(
      new StorageContainer(account, id, {
        name,
        storageAccountId: account.storageAccountId,
        containerAccessType: 'private',
      }),
    )
  );
}
