import type { Assumption } from '../assumption';
import { storageAccount } from '../scenery';
import { VERSIONS } from '../versions';
import { requireTaken, taken } from '../world';

function ruleOf(name: string): object {
  return {
    name,
    type: 'Lifecycle',
    enabled: false,
    definition: {
      filters: { blobTypes: ['blockBlob'] },
      actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
    },
  };
}

/** Storage accounts. */
export const storage: readonly Assumption[] = [
  {
    id: 'names-of-lifecycle-rules',
    behaviour: 'Names of lifecycle rules have letters and digits alone',
    doubt: 'documented so; hyphens are seen in examples',
    call: '`PUT {account}/managementPolicies/default?api-version=2023-05-01` with a rule `old-letters`: status',
    kit: {
      async settle(world) {
        const id = `${await storageAccount(world)}/managementPolicies/default`;
        const put = async (name: string) =>
          taken(await world.put(id, VERSIONS.storage, { properties: { policy: { rules: [ruleOf(name)] } } }));
        requireTaken('a rule of letters alone', await put('old'));
        return `a hyphen is ${await put('old-letters')}`;
      },
    },
  },
  {
    id: 'requests-that-break-azurite',
    behaviour: 'A storage request on which Azurite breaks without a word is answered 400 `InvalidInput`',
    doubt: 'Azure has more telling codes for what it refuses',
    call: '`POST https://{account}.table.core.windows.net/$batch` with a body that is no batch: status and `odata.error.code`',
    kit: {
      unsettled:
        'needs a role of the data of tables, which whoever may make an account does not have; and it is one such request of many',
    },
  },
];
