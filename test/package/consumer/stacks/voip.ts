import { PushNotifications } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack, voipApns } from './base';

/** Calls ring by VoIP pushes: of Communication Services through the linked hub, and of the relay through a third one. */
export function voip(app: App): void {
  const stack = new OwnStack(app, 'voip');
  new PushNotifications(stack, 'Push', {
    resourceGroup: stack.group,
    name: 'voip',
    uniqueSuffix: 'v01p99',
    dataLocation: 'Germany',
    apns: apns(stack),
    linkedApns: voipApns(stack),
    voipApns: voipApns(stack),
  });
}
