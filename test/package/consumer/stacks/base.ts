import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { LocalBackend, TerraformStack } from 'cdktf';
import { ApnsTokenCredential, AzapiProvider, FcmV1Credential, SecretValue } from 'cdktf-acs-push';
import type { Construct } from 'constructs';

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';

export interface OwnStackOptions {
  /** Alias of both providers: there is none without one. @default - none */
  readonly alias?: string;
  /** Name of the state and of the resource group. @default - the stack's id */
  readonly state?: string;
}

/** What any stack of one's own has: where its state is kept, providers, a resource group. */
export class OwnStack extends TerraformStack {
  readonly azurerm: AzurermProvider;
  readonly azapi: AzapiProvider;
  readonly group: ResourceGroup;

  constructor(scope: Construct, id: string, { alias, state = id }: OwnStackOptions = {}) {
    super(scope, id);
    new LocalBackend(this, { path: `${process.env.ACS_PUSH_STATE_DIR}/${state}.tfstate` });
    this.azurerm = new AzurermProvider(this, 'azurerm', {
      features: [{}],
      subscriptionId: SUBSCRIPTION,
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
      alias,
    });
    this.azapi = new AzapiProvider(this, 'azapi', { subscriptionId: SUBSCRIPTION, alias });
    this.group = new ResourceGroup(this, 'ResourceGroup', {
      name: `rg-${state}`,
      location: 'northeurope',
      provider: alias === undefined ? undefined : this.azurerm,
    });
  }
}

export function apns(scope: Construct): ApnsTokenCredential {
  return new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.example.app',
    token: SecretValue.fromVariable(scope, 'apns_token'),
  });
}

export function fcm(scope: Construct): FcmV1Credential {
  return FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(scope, 'fcm_service_account'));
}
