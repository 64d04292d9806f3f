import { PushNotifications } from '../../constructs';
import type { PushNotificationsProps } from '../../constructs';
import type { TerraformStack } from 'cdktf';
import { apnsCredential, browserCredential, fcmCredential, GROUP, voipCredential } from './samples';

/** The pattern with every part that it can make itself. */
export function maximalPush(
  stack: TerraformStack,
  over: Partial<PushNotificationsProps> = {},
): PushNotifications {
  return new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    sku: 'Standard',
    apns: apnsCredential(stack),
    fcm: fcmCredential(stack),
    browser: browserCredential(stack),
    voipApns: voipCredential(stack),
    events: {
      devicesApi: { tenantId: '00000000-0000-0000-0000-00000000000a', audience: 'api://devices' },
    },
    monitoring: {
      emails: ['oncall@contoso.com'],
      alerts: { silence: { threshold: 1 } },
      communicationLogs: ['CallSummary'],
    },
    ...over,
  });
}
