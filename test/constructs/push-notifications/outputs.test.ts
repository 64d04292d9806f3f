import { TerraformOutput, type TerraformStack } from 'cdktf';
import { PushNotifications, type PushNotificationsProps } from '../../../constructs';
import { STACK_OUTPUTS } from '../../../link/stack-outputs';
import { ensureAssets } from '../../support/assets';
import { apnsCredential, GROUP, voipCredential } from '../../support/samples';
import { thrownBy, newApp, newStack, synth } from '../../support/synth';

beforeAll(ensureAssets);

function pushIn(stack: TerraformStack, over: Partial<PushNotificationsProps> = {}, name = 'contoso') {
  return new PushNotifications(stack, name, {
    resourceGroup: GROUP,
    name,
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    ...over,
  });
}

function outputsWith(over: Partial<PushNotificationsProps> = {}) {
  const stack = newStack();
  pushIn(stack, over);
  return synth(stack).outputs;
}

const CALLING = ['calling_hub_id', 'calling_platforms', 'calling_policy_id', 'calling_policy_key'];

describe('outputs of PushNotifications', () => {
  test('are there in any stack, flat, for every part that there is', () => {
    const stack = newStack();
    pushIn(stack, {
      sku: 'Standard',
      voipApns: voipCredential(stack),
      events: { devicesApi: { tenantId: '00000000-0000-0000-0000-000000000000', audience: 'api://devices' } },
    });
    const { outputs } = synth(stack);
    // Of all in one account there is no other for Event Grid's dead letters.
    const { eventGridStorageAccount: _, ...expected } = STACK_OUTPUTS;
    expect(Object.keys(outputs).sort()).toEqual(Object.values(expected).sort());
    expect(outputs.devices_api_audience!.value).toBe('api://devices');
    expect(outputs.calling_policy_key!.value).toBe('primary');
    expect(outputs.calling_hub_id!.value).toMatch(/^\$\{azapi_resource\.\w+\.id\}$/);
  });

  test('are those of the link alone where there is no relay', () => {
    expect(Object.keys(outputsWith({ events: false })).sort()).toEqual([
      ...CALLING,
      'communication_service_id',
    ]);
  });

  test('have the prefix that was given', () => {
    expect(Object.keys(outputsWith({ events: false, outputs: { prefix: 'Calls_2' } })).sort()).toEqual(
      [...CALLING, 'communication_service_id'].map((name) => `Calls_2_${name}`),
    );
  });

  test('can be left out', () => {
    expect(outputsWith({ outputs: false })).toEqual({});
  });

  test('of several in a stack are told apart by their prefixes', () => {
    const stack = newStack();
    pushIn(stack, { events: false }, 'one');
    pushIn(stack, { events: false, outputs: { prefix: 'two' } }, 'two');
    expect(Object.keys(synth(stack).outputs)).toHaveLength(10);
  });

  test('of several without prefixes are refused, with what to write', () => {
    const stack = newStack();
    pushIn(stack, { events: false }, 'one');
    pushIn(stack, { events: false }, 'two');
    const error = thrownBy(() => synth(stack));
    expect(error).toMatch(
      /\[stack\/one\] outputs: the name '\w+' and 4 more are taken by stack\/two\/\w+: give this PushNotifications names of its own, such as outputs: \{ prefix: 'calls' \}, or none by outputs: false/,
    );
    expect(error).toContain('[stack/two] outputs: the name');
  });

  test('do not overwrite one of the user, also when that is made later', () => {
    const stack = newStack();
    pushIn(stack, { events: false });
    const own = new TerraformOutput(stack, 'calling_hub_id', { value: 'mine', staticId: true });
    expect(thrownBy(() => synth(stack))).toContain(
      `[stack/contoso] outputs: the name 'calling_hub_id' is taken by ${own.node.path}: give`,
    );
  });

  test.each([['with-hyphen'], ['2nd'], [''], ['a b'], ['ü']])('refuse the prefix %j', (prefix) => {
    expect(thrownBy(() => outputsWith({ outputs: { prefix } }))).toContain(
      `outputs.prefix takes letters, digits and underscores, a letter first, got '${prefix}': write for example`,
    );
  });
});

describe('the key that a rotation wrote into the context of cdktf.json', () => {
  function keyWith(context: Record<string, unknown>, over: Partial<PushNotificationsProps> = {}) {
    const app = newApp();
    for (const [name, value] of Object.entries(context)) app.node.setContext(name, value);
    const stack = newStack('prod', app);
    const { link } = pushIn(stack, { events: false, ...over });
    synth(stack);
    return link.key;
  }

  test('is the one that is linked with, and goes before the prop', () => {
    expect(keyWith({})).toBe('primary');
    expect(keyWith({ 'acs-push:linkKey:prod': 'secondary' })).toBe('secondary');
    expect(keyWith({ 'acs-push:linkKey:prod': 'primary' }, { link: { key: 'secondary' } })).toBe('primary');
  });

  test('is of one stack, and of one prefix', () => {
    expect(keyWith({ 'acs-push:linkKey:dev': 'secondary' })).toBe('primary');
    const outputs = { prefix: 'chat' };
    expect(keyWith({ 'acs-push:linkKey:prod': 'secondary' }, { outputs })).toBe('primary');
    expect(keyWith({ 'acs-push:linkKey:prod:chat': 'secondary' }, { outputs })).toBe('secondary');
    expect(keyWith({ 'acs-push:linkKey:prod': 'secondary' }, { outputs: false })).toBe('primary');
  });

  test('is refused when it is none', () => {
    expect(thrownBy(() => keyWith({ 'acs-push:linkKey:prod': 'third' }))).toContain(
      `'acs-push:linkKey:prod' of the context in cdktf.json takes 'primary' or 'secondary', got "third"`,
    );
  });
});
