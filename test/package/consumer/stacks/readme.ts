import { PushNotifications } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, fcm, OwnStack } from './base';

/** The stack of the README, with words of its own. */
export function readme(app: App): void {
  const stack = new OwnStack(app, 'readme');
  new PushNotifications(stack, 'Push', {
    resourceGroup: stack.group,
    name: 'consumer',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apns(stack),
    fcm: fcm(stack),
    events: { templates: 'templates' },
  });
}
