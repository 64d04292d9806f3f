import { ensureAssets } from '../../support/assets';
import { newStack, synth } from '../../support/synth';
import { pushNotificationsOf, RELEASED_STACKS, type ReleasedStack } from './released/stacks';

beforeAll(ensureAssets);

/** Of Terraform itself, acts on something that has a name, or is the one of its parent, which Azure calls `default`. */
const NAMELESS =
  /^(terraform_data|azapi_update_resource|azapi_resource_action|azurerm_storage_management_policy)$/;

// What a provider or a function of Terraform makes up is another one at each try: a create whose answer was lost could
// neither be found nor be made again.
test.each(Object.keys(RELEASED_STACKS) as ReleasedStack[])(
  'every resource of stack %s has a name that is the same in every run',
  (which) => {
    const stack = newStack();
    pushNotificationsOf(which, stack, 'Push', { lock: { kind: 'CanNotDelete' } });
    const resources = Object.entries(synth(stack).json.resource as Record<string, Record<string, unknown>>)
      .filter(([type]) => !NAMELESS.test(type))
      .flatMap(([type, byId]) =>
        Object.entries(byId).map(([id, block]) => [`${type}.${id}`, (block as { name?: string }).name]),
      );
    expect(resources.length).toBeGreaterThan(5);
    expect(resources.filter(([, name]) => typeof name !== 'string' || name === '')).toEqual([]);
    expect(resources.filter(([, name]) => /\b(uuid|timestamp|plantimestamp|bcrypt)\(/.test(name!))).toEqual(
      [],
    );
  },
);
