import { Token, type TerraformStack } from 'cdktf';
import {
  CommunicationService,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  type PreventDestroyOptions,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { apnsCredential, GROUP, voipCredential } from '../../support/samples';
import { errorOf, synthWith, type Attributes } from '../../support/synth';

beforeAll(ensureAssets);

const MAKERS: Record<string, (stack: TerraformStack, options?: PreventDestroyOptions) => void> = {
  'a Communication Services resource': (stack, options) =>
    new CommunicationService(stack, 'It', {
      resourceGroup: GROUP,
      name: 'acs-app',
      dataLocation: 'Europe',
      ...options,
    }),
  'a namespace': (stack, options) =>
    new NotificationHubNamespace(stack, 'It', { resourceGroup: GROUP, name: 'ntfns-app', ...options }),
  'a hub and its namespace': (stack, options) =>
    new NotificationHub(stack, 'It', {
      resourceGroup: GROUP,
      name: 'ntf-app',
      namespaceName: 'ntfns-app',
      apns: apnsCredential(stack),
      ...options,
    }),
};

const kept = (resources: Attributes[]) =>
  resources.map(({ lifecycle }) => lifecycle?.prevent_destroy as unknown);

describe.each(Object.entries(MAKERS))('%s', (_, make) => {
  const resources = (options?: PreventDestroyOptions) =>
    synthWith((stack) => make(stack, options)).resources('azapi_resource');

  test('is kept from being destroyed', () => {
    expect(new Set(kept(resources()))).toEqual(new Set([true]));
  });

  test('can be destroyed when it is said so', () => {
    expect(new Set(kept(resources({ preventDestroy: false })))).toEqual(new Set([undefined]));
  });

  test.each([
    ['a text', 'false', '"false"'],
    ['an expression', Token.asAny('${var.keep}'), 'a value that is known only when it is deployed'],
  ])('refuses %s', (__, preventDestroy, got) => {
    expect(errorOf(() => resources({ preventDestroy } as never))).toContain(
      `preventDestroy takes true or false, got ${got}: Terraform takes no expression there, so give what is ` +
        'known when the stack is synthesized',
    );
  });
});

test('a Communication Services resource keeps its data location too', () => {
  const { lifecycle } = synthWith((stack) => MAKERS['a Communication Services resource']!(stack)).resource(
    'azapi_resource',
  );
  expect(lifecycle).toEqual({ prevent_destroy: true, precondition: [expect.anything()] });
});

test.each([
  [undefined, true],
  [false, undefined],
])(
  'push notifications with preventDestroy %p say so of the resource, the namespace and all hubs',
  (given, expected) => {
    const json = synthWith((stack) => {
      new PushNotifications(stack, 'Push', {
        resourceGroup: GROUP,
        name: 'contoso',
        uniqueSuffix: 'x7k2p9',
        dataLocation: 'Europe',
        apns: apnsCredential(stack),
        voipApns: voipCredential(stack),
        preventDestroy: given,
      });
    });
    const protectable = [
      'Microsoft.Communication/communicationServices',
      'Microsoft.NotificationHubs/namespaces',
      'Microsoft.NotificationHubs/namespaces/notificationHubs',
    ].flatMap((type) => json.arm(type));
    expect(kept(protectable)).toEqual(Array(5).fill(expected));
    // What holds nothing that is lost can be made anew.
    const others = json.resources('azapi_resource').filter((one) => !protectable.includes(one));
    expect(kept(others).filter((one) => one !== undefined)).toEqual([]);
  },
);
