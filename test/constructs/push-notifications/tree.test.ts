import { ServicebusNamespace } from '@cdktf/provider-azurerm/lib/servicebus-namespace';
import { ServicebusQueue } from '@cdktf/provider-azurerm/lib/servicebus-queue';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { TerraformElement, TerraformResource, type TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { EphemeralResource } from '../../../constructs/core/ephemeral-resource';
import {
  KeylessStorageAccount,
  PushNotifications,
  ServiceBusQueueDestination,
  StorageQueueDestination,
  movedFrom,
  type PushNotificationsProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { fcmCredential, GROUP } from '../../support/samples';
import { newStack, synth, type Attributes } from '../../support/synth';
import { pushNotificationsOf, type ReleasedStack } from './released/stacks';

beforeAll(ensureAssets);

/** Another service of the stack, made before. */
function beside(stack: TerraformStack): void {
  new PushNotifications(stack, 'Beside', {
    resourceGroup: GROUP,
    name: 'fabrikam',
    uniqueSuffix: 'q1w2e3',
    dataLocation: 'Europe',
    fcm: fcmCredential(stack),
    events: false,
    outputs: false,
  });
}

/** Makes push notifications at a path of constructs. */
function makeAt(
  stack: TerraformStack,
  path: string,
  which: ReleasedStack,
  over: Partial<PushNotificationsProps> = {},
): PushNotifications {
  const ids = path.split('/');
  const scope = ids.slice(0, -1).reduce<Construct>((parent, id) => new Construct(parent, id), stack);
  return pushNotificationsOf(which, scope, ids.at(-1)!, over);
}

/**
 * What push notifications at a path come to, by kind, type and path below them; in place of an address of theirs stands
 * such a path, and nothing of where they themselves are.
 */
function blocksOf(stack: TerraformStack, made: PushNotifications): Record<string, Attributes> {
  const { json } = synth(stack);
  const elements = made.node
    .findAll()
    .filter((node): node is TerraformElement => TerraformElement.isTerraformElement(node));
  const below = new Map(
    elements.map((element) => [
      element.friendlyUniqueId,
      element.node.path.slice(made.node.path.length).replaceAll('/', ':'),
    ]),
  );
  // Files that provisioners run are copied into a folder of their construct's.
  const placeless = JSON.stringify(json)
    .replaceAll(made.node.path, '(path)')
    .replace(/assets\/[^/"]+\//g, 'assets/')
    .replace(/[\w-]+/g, (word) => below.get(word) ?? word);
  const blocks = JSON.parse(placeless) as Record<string, Record<string, Record<string, Attributes>>>;
  return Object.fromEntries(
    ['resource', 'data', 'ephemeral'].flatMap((kind) =>
      Object.entries(blocks[kind] ?? {}).flatMap(([type, byId]) =>
        Object.entries(byId)
          .filter(([id]) => id.startsWith(':'))
          .map(([id, block]) => [`${kind} ${type}${id}`, block]),
      ),
    ),
  );
}

function blocksAt(path: string, which: ReleasedStack, first: (stack: TerraformStack) => void = () => {}) {
  const stack = newStack(`stack-of-${path.length}`);
  first(stack);
  return blocksOf(stack, makeAt(stack, path, which));
}

describe('what resources are does not depend on where their constructs are', () => {
  // Of the smaller ones the maximal one has everything but what these have instead.
  test.each(['callsAlone', 'webhook', 'devicesApiInRelay', 'maximal'] as const)(
    'stack %s: with another id, in other constructs',
    (which) => {
      const blocks = blocksAt('Push', which);
      expect(Object.keys(blocks).length).toBeGreaterThanOrEqual(10);
      expect(blocksAt('Backend/Messaging/Notifications', which)).toEqual(blocks);
    },
  );

  test('with a lock, whose parts are told apart by what Azure calls them', () => {
    const of = (path: string) => {
      const stack = newStack();
      return blocksOf(stack, makeAt(stack, path, 'maximal', { lock: { kind: 'CanNotDelete' } }));
    };
    const blocks = of('Push');
    const watched = Object.entries(blocks).filter(([id]) => id.endsWith('LockedParts'));
    expect(watched.length).toBeGreaterThan(10);
    for (const [, { triggers_replace }] of watched) {
      expect(
        triggers_replace.length === 0 || /^\$\{sort\(\[\S+\.id(, \S+\.id)*\]\)\}$/.test(triggers_replace),
      ).toBe(true);
    }
    expect(of('Backend/Notifications')).toEqual(blocks);
  });

  test.each(['Resource', 'Push/Push', 'a-b/c.d', 'X'.repeat(300)])(
    'at %p, after another service of the same stack',
    (path) => {
      expect(blocksAt(path, 'callsAlone', beside)).toEqual(blocksAt('Push', 'callsAlone'));
    },
  );
});

describe('movedFrom', () => {
  /** Addresses of what is below a construct, by the path below it. */
  const addressesBelow = (made: Construct): Record<string, string> =>
    Object.fromEntries(
      made.node
        .findAll()
        .filter((node) => TerraformResource.isTerraformResource(node))
        // In no state, and so never moved.
        .filter((node) => !(node instanceof EphemeralResource))
        .map((resource) => [
          resource.node.path.slice(made.node.path.length),
          `${resource.terraformResourceType}.${resource.friendlyUniqueId}`,
        ]),
    );

  const movedIn = (stack: TerraformStack) => synth(stack).json.moved as { from: string; to: string }[];

  test.each([
    ['maximal', 'Push', 'Backend/Notifications'],
    ['callsAlone', 'Backend/Push', 'Push'],
    ['callsAlone', 'Push', 'Push/Push'],
  ] as const)('of %s moves every resource from %s to %s, and nothing else', (which, former, path) => {
    const before = addressesBelow(makeAt(newStack(), former, which));
    const stack = newStack();
    const made = makeAt(stack, path, which);
    movedFrom(made, former);
    const expected = Object.entries(addressesBelow(made)).map(([below, to]) => ({ from: before[below], to }));
    expect(movedIn(stack)).toEqual(expect.arrayContaining(expected));
    expect(movedIn(stack)).toHaveLength(Object.keys(before).length);
  });

  test('keeps the role assignments of destinations and of grants', () => {
    /** A service whose events go to queues that are made with it, and whose parts others may use. */
    const makeService = (stack: TerraformStack, path: string): Construct => {
      const scope = path.split('/').reduce<Construct>((parent, id) => new Construct(parent, id), stack);
      const place = { location: 'westeurope', resourceGroupName: GROUP.name };
      const identity = new UserAssignedIdentity(scope, 'Backend', { name: 'id-backend', ...place });
      const storage = new KeylessStorageAccount(scope, 'Queues', { resourceGroup: GROUP, name: 'stqueues' });
      const bus = ['a', 'b'].map((namespace) => {
        const { id } = new ServicebusNamespace(scope, namespace, { name: namespace, sku: 'Basic', ...place });
        return new ServicebusQueue(scope, `${namespace}Queue`, { name: 'events', namespaceId: id }).id;
      });
      const push = new PushNotifications(scope, 'Push', {
        resourceGroup: GROUP,
        name: 'contoso',
        uniqueSuffix: 'x7k2p9',
        dataLocation: 'Europe',
        fcm: fcmCredential(stack),
        events: new StorageQueueDestination({ storage, queueName: 'calls' }),
      });
      bus.forEach((serviceBusQueueId, i) =>
        push.events!.addSubscription(`Bus${i}`, {
          name: `evgs-bus-${i}`,
          eventTypes: ['Microsoft.Communication.SMSReceived'],
          destination: new ServiceBusQueueDestination({ serviceBusQueueId }),
        }),
      );
      push.communicationService.grantRead(identity);
      push.callingHub.grantSend(identity);
      storage.grantProcessMessages(identity, 'calls');
      return scope;
    };
    const paths = (path: string) => {
      const stack = newStack();
      const made = makeService(stack, path);
      synth(stack);
      return Object.keys(addressesBelow(made)).sort();
    };
    const roles = paths('Service').filter((path) => path.includes('Grant'));
    expect(roles.length).toBeGreaterThanOrEqual(6);
    expect(paths('Backend/Messaging')).toEqual(paths('Service'));
  });

  test('moves what is added below later', () => {
    const stack = newStack();
    const scope = new Construct(stack, 'New');
    movedFrom(scope, 'Old');
    pushNotificationsOf('callsAlone', scope, 'Push');
    const before = Object.values(addressesBelow(makeAt(newStack(), 'Old/Push', 'callsAlone')));
    expect(
      movedIn(stack)
        .map(({ from }) => from)
        .sort(),
    ).toEqual(before.sort());
  });

  test('writes no block where the path is another and the address the same', () => {
    const stack = newStack();
    movedFrom(makeAt(stack, 'Default/Push', 'callsAlone'), 'Push');
    expect(movedIn(stack)).toBeUndefined();
  });

  test.each([
    [
      'Push',
      "formerPath takes the path that the construct had, got the one that it has, 'Push': leave out movedFrom",
    ],
    ['', "formerPath takes ids of constructs with / between them, got ''"],
    ['/Push', "formerPath takes ids of constructs with / between them, got '/Push'"],
  ])('refuses %p', (former, message) => {
    const stack = newStack();
    movedFrom(makeAt(stack, 'Push', 'callsAlone'), former);
    expect(() => synth(stack)).toThrow(`[stack/Push] ${message}`);
  });
});
