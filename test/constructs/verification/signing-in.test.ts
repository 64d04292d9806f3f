import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import {
  CommunicationService,
  LinkVerification,
  NotificationHub,
  NotificationHubNamespace,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { fcmCredential } from '../../support/samples';
import { newStack, synth } from '../../support/synth';

beforeAll(ensureAssets);

const GROUP = { name: 'rg-app', location: 'westeurope', id: '/subscriptions/s/resourceGroups/rg-app' };

/** A linked hub whose link is verified, as a stack of one's own has it. */
function verified(stack = newStack(), id = '') {
  const namespace = new NotificationHubNamespace(stack, `Namespace${id}`, {
    resourceGroup: GROUP,
    name: `ntfns-app${id}`,
  });
  const fcm = fcmCredential(stack);
  const hub = new NotificationHub(stack, `Hub${id}`, {
    namespace,
    resourceGroup: GROUP,
    name: `ntf-app${id}`,
    fcm,
  });
  const acs = new CommunicationService(stack, `Acs${id}`, {
    resourceGroup: GROUP,
    name: `acs-app${id}`,
    dataLocation: 'Europe',
  });
  new LinkVerification(stack, `Verification${id}`, { link: acs.linkNotificationHub(hub) });
  return stack;
}

test('the sign-in is checked once, by the packed command, when the stack is first deployed', () => {
  const { provisioner, triggers_replace } = synth(verified()).resourceNamed('terraform_data', 'SignIn');
  expect(provisioner).toEqual([
    {
      'local-exec': {
        command: expect.stringMatching(/^node assets\/\w+\/[0-9A-F]{32}\/acs-push\.cjs check-sign-in$/),
      },
    },
  ]);
  expect(triggers_replace).toEqual({ rules: 'azurerm 4.55' });
});

test('everything that is verified is made after it, and nothing waits for it twice', () => {
  const json = synth(verified());
  const signIn = expect.stringMatching(/^(\$\{)?terraform_data\.SignIn_\w+\}?$/);
  for (const resource of [...json.resources('azapi_resource'), ...json.resources('azapi_resource_action')]) {
    const waits = (resource.depends_on as string[]).filter((address) => /SignIn/.test(address));
    expect(waits).toEqual([signIn]);
  }
  expect(json.resources('azapi_resource').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ntfns-app', 'ntf-app', 'acs-app']),
  );
});

test('it waits for nothing itself, and what is no part of a link does not wait for it', () => {
  const stack = newStack();
  new ResourceGroup(stack, 'Other', { name: 'rg-other', location: 'westeurope' });
  const json = synth(verified(stack));
  expect(json.resource('azurerm_resource_group').depends_on).toBeUndefined();
  expect(json.resourceNamed('terraform_data', 'SignIn').depends_on).toBeUndefined();
});

test('two links in one stack share one', () => {
  const stack = verified(verified(), '2');
  expect(synth(stack).resourceNamed('terraform_data', 'SignIn')).toBeDefined();
});
