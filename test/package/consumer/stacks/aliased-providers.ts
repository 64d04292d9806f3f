import { PushNotifications } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack } from './base';

/** A stack of several subscriptions: there is no provider without an alias. */
export function aliasedProviders(app: App): void {
  const stack = new OwnStack(app, 'aliased-providers', { alias: 'push' });
  new PushNotifications(stack, 'Push', {
    resourceGroup: stack.group,
    name: 'aliased',
    uniqueSuffix: 'al1as5',
    dataLocation: 'Europe',
    apns: apns(stack),
    events: false,
    providers: { azurerm: stack.azurerm, azapi: stack.azapi },
  });
}
