import type { TerraformStack } from 'cdktf';
import {
  ApnsTokenCredential,
  BrowserCredential,
  CommunicationService,
  FcmV1Credential,
  KeylessStorageAccount,
  NotificationHub,
  SecretValue,
  type ApnsTokenCredentialProps,
  type BrowserCredentialProps,
  type IResourceGroup,
} from '../../constructs';

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const OTHER_SUBSCRIPTION = '00000000-0000-0000-0000-000000000002';

/** A group with literal values, so that what is made in it reads plainly. */
export const GROUP: IResourceGroup = {
  id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app`,
  name: 'rg-app',
  location: 'westeurope',
};

export const ACS_ID = `${GROUP.id}/providers/Microsoft.Communication/communicationServices/acs-app`;
export const NAMESPACE_ID = `${GROUP.id}/providers/Microsoft.NotificationHubs/namespaces/ntfns-app`;
export const HUB_ID = `${NAMESPACE_ID}/notificationHubs/ntf-app`;
export const RULE_ID = `${HUB_ID}/authorizationRules/send`;
export const TOPIC_ID = `${GROUP.id}/providers/Microsoft.EventGrid/systemTopics/evgst-app`;
export const STORAGE_ID = `${GROUP.id}/providers/Microsoft.Storage/storageAccounts/stapp`;
export const IDENTITY_ID = `${GROUP.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
export const FUNCTION_APP_ID = `${GROUP.id}/providers/Microsoft.Web/sites/func-app`;
export const VAULT_ID = `${GROUP.id}/providers/Microsoft.KeyVault/vaults/kv-app`;

export function apnsCredential(
  stack: TerraformStack,
  over: Partial<ApnsTokenCredentialProps> = {},
): ApnsTokenCredential {
  return new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.example.app',
    // Asked for only when needed: asking makes the variable.
    ...('token' in over ? undefined : { token: SecretValue.fromVariable(stack, 'apns_token') }),
    ...over,
  } as ApnsTokenCredentialProps);
}

export function voipCredential(stack: TerraformStack): ApnsTokenCredential {
  return apnsCredential(stack, { bundleId: 'com.example.app.voip', topic: 'voip' });
}

export function fcmCredential(stack: TerraformStack): FcmV1Credential {
  return FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(stack, 'fcm_service_account'));
}

export const VAPID_PUBLIC_KEY =
  'BOqVMzXwR1j3BQ5jq2uyXzwfgVpL0ZNm7Xjhvu3b_TEubk3sDNpmg6OIask2c5fiwrf2Kla983ynIozlYv4EYhE';

export function browserCredential(
  stack: TerraformStack,
  over: Partial<BrowserCredentialProps> = {},
): BrowserCredential {
  return new BrowserCredential({
    subject: 'mailto:push@example.com',
    vapidPublicKey: VAPID_PUBLIC_KEY,
    // Asked for only when needed: asking makes the variable.
    ...('vapidPrivateKey' in over
      ? undefined
      : { vapidPrivateKey: SecretValue.fromVariable(stack, 'vapid_private_key') }),
    ...over,
  } as BrowserCredentialProps);
}

export function hub(stack: TerraformStack, id = 'Hub', apns = apnsCredential(stack)): NotificationHub {
  return new NotificationHub(stack, id, {
    resourceGroup: GROUP,
    name: `ntf-${id.toLowerCase()}`,
    namespaceName: `ntfns-${id.toLowerCase()}`,
    apns,
  });
}

export function communicationService(stack: TerraformStack, id = 'Acs'): CommunicationService {
  return new CommunicationService(stack, id, {
    resourceGroup: GROUP,
    name: 'acs-app',
    dataLocation: 'Europe',
  });
}

export function storageAccount(stack: TerraformStack): KeylessStorageAccount {
  return new KeylessStorageAccount(stack, 'Storage', { resourceGroup: GROUP, name: 'stapp' });
}
