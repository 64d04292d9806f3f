import { PushNotifications } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, fcm, OwnStack } from './base';

/** Two apps in one stack, each with a prefix of its own for its outputs. */
export function twoInOne(app: App): void {
  const stack = new OwnStack(app, 'two-in-one');
  for (const name of ['shop', 'bank']) {
    new PushNotifications(stack, name, {
      resourceGroup: stack.group,
      name,
      uniqueSuffix: 'tw01n1',
      dataLocation: 'Europe',
      apns: apns(stack),
      fcm: fcm(stack),
      events: false,
      outputs: { prefix: name },
    });
  }
}
