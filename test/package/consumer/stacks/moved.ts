import { Construct } from 'constructs';
import { movedFrom, PushNotifications } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack } from './base';

/**
 * The same pushes before and after a refactoring, two stacks of one state: what stood in the stack is in a wrapper
 * afterwards, under another id.
 */
export function moved(app: App): void {
  const former = new OwnStack(app, 'unwrapped', { state: 'moved' });
  pushNotifications(former, former, 'Push');

  const stack = new OwnStack(app, 'wrapped-and-moved', { state: 'moved' });
  movedFrom(pushNotifications(stack, new Construct(stack, 'Backend'), 'Notifications'), 'Push');
}

function pushNotifications(stack: OwnStack, scope: Construct, id: string): PushNotifications {
  return new PushNotifications(scope, id, {
    resourceGroup: stack.group,
    name: 'moved',
    uniqueSuffix: 'm0v3d5',
    dataLocation: 'Europe',
    apns: apns(stack),
    events: false,
  });
}
