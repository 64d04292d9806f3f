import { PushNotifications, type PushNotificationsProps } from '../../constructs';
import { apnsCredential, GROUP } from './samples';
import { newStack, synth, type Synthesized } from './synth';

/** The whole pattern with what it needs at least, and what a test gives besides. */
export function pushNotifications(over: Partial<PushNotificationsProps> = {}): Synthesized {
  const stack = newStack();
  new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    sku: 'Standard',
    apns: apnsCredential(stack),
    ...over,
  });
  return synth(stack);
}
