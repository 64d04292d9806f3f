import { PushNotifications, WebhookDestination } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack } from './base';

/** Events go to a server of one's own. */
export function webhook(app: App): void {
  const stack = new OwnStack(app, 'webhook');
  new PushNotifications(stack, 'Push', {
    resourceGroup: stack.group,
    name: 'webhook',
    uniqueSuffix: 'w3bh00k',
    dataLocation: 'Europe',
    apns: apns(stack),
    events: new WebhookDestination({ url: process.env.WEBHOOK_URL ?? 'https://hooks.example.com/acs' }),
  });
}
