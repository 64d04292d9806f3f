import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, TerraformStack } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  BrowserCredential,
  FcmV1Credential,
  PushNotifications,
  SecretValue,
} from 'cdktf-acs-push';

/** Replace these: your app's ids at Apple, its public key for browsers, the API for devices, and who is on call. */
const BUNDLE_ID = 'com.contoso.app';
const APPLE = { keyId: 'ABC123DEFG', teamId: 'TEAM123456' };
const VAPID_PUBLIC_KEY =
  'BGUPMnD3W6njKtAq461VHq5fWMNJZpNh6Ft80IFRfXbrmdEu7KoDaD4MzAlm3lkgdz_OQ1kwUyBk8lB_uuTpAxA';
const DEVICES_API = {
  tenantId: '11111111-1111-1111-1111-111111111111',
  audience: 'api://contoso-devices',
  allowedOrigins: ['https://app.contoso.com'],
};
const ON_CALL = { emails: ['oncall@contoso.com'] };

const app = new App();
const stack = new TerraformStack(app, 'everything-on');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi');

const token = SecretValue.fromVariable(stack, 'apns_token');
new PushNotifications(stack, 'Push', {
  resourceGroup: new ResourceGroup(stack, 'Group', { name: 'rg-everything-on', location: 'westeurope' }),
  name: 'everything',
  uniqueSuffix: '3v3ryt',
  dataLocation: 'Europe',
  // Telemetry of each push, and ten million devices.
  sku: 'Standard',

  apns: new ApnsTokenCredential({ ...APPLE, bundleId: BUNDLE_ID, token }),
  voipApns: new ApnsTokenCredential({ ...APPLE, bundleId: `${BUNDLE_ID}.voip`, topic: 'voip', token }),
  fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(stack, 'fcm_service_account')),
  browser: new BrowserCredential({
    subject: 'mailto:push@contoso.com',
    vapidPublicKey: VAPID_PUBLIC_KEY,
    vapidPrivateKey: SecretValue.fromVariable(stack, 'vapid_private_key'),
  }),

  events: {
    // What pushes say, in English and German.
    templates: 'templates',
    // One instance for rings that need not start first, one that is left during an update.
    alwaysReady: { calls: 2 },
    devicesApi: DEVICES_API,
    dailyLogCapGb: 5,
  },
  // Chats of an hour ago are found in the app. (Rings are given up after a minute in any case.)
  messages: { retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLive: 60 } },
  deadLetterRetentionDays: 14,

  monitoring: { ...ON_CALL, communicationLogs: ['CallSummary'], alerts: { silence: true } },
  linkHealthAlert: true,

  // Nobody deletes it in the portal; Terraform takes the lock off itself.
  lock: { kind: 'CanNotDelete' },
  tags: { application: 'contoso' },
  resourceOptions: { communicationService: { tags: { application: 'contoso', 'data-class': 'personal' } } },
});
app.synth();
