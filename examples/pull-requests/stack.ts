import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import {
  ApnsTokenCredential,
  AzapiProvider,
  FcmV1Credential,
  PushNotifications,
  SecretValue,
} from 'cdktf-acs-push';
import { AzurermBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';

export interface PushStackProps {
  readonly subscriptionId: string;
  /** Of all names that are unique worldwide; another one for each environment. */
  readonly uniqueSuffix: string;
  readonly endpoint: 'sandbox' | 'production';
  /** Where the APNs key and the FCM service account are. @default - variables, as tests give them */
  readonly keyVaultId?: string;
  /** Storage account of the state. @default - a local file */
  readonly stateAccount?: string;
  /** @default true */
  readonly preventDestroy?: boolean;
}

export class PushStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: PushStackProps) {
    super(scope, id);
    const { subscriptionId, uniqueSuffix, endpoint, keyVaultId, stateAccount, preventDestroy } = props;
    new AzurermProvider(this, 'azurerm', { features: [{}], subscriptionId, storageUseAzuread: true });
    new AzapiProvider(this, 'azapi', { subscriptionId });
    if (stateAccount) {
      new AzurermBackend(this, {
        resourceGroupName: 'rg-tfstate',
        storageAccountName: stateAccount,
        containerName: 'tfstate',
        key: `push/${id}.tfstate`,
        useAzureadAuth: true,
      });
    }
    const secret = (secretName: string) =>
      keyVaultId
        ? SecretValue.fromKeyVault(this, { keyVaultId, secretName })
        : SecretValue.fromVariable(this, secretName.replaceAll('-', '_'));

    new PushNotifications(this, 'Push', {
      resourceGroup: new ResourceGroup(this, 'Group', { name: `rg-push-${id}`, location: 'westeurope' }),
      name: `contoso-${id}`,
      uniqueSuffix,
      dataLocation: 'Europe',
      apns: new ApnsTokenCredential({
        keyId: 'ABC123DEFG',
        teamId: 'TEAM123456',
        bundleId: 'com.contoso.app',
        endpoint,
        token: secret('apns-token'),
      }),
      fcm: FcmV1Credential.fromServiceAccountJson(secret('fcm-service-account')),
      preventDestroy,
    });
  }
}
