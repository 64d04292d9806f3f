import { join } from 'node:path';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { AzurermBackend, LocalBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  ApnsTokenCredential,
  AzapiProvider,
  BrowserCredential,
  checkName,
  CommunicationService,
  FcmV1Credential,
  Naming,
  PushNotifications,
  SecretValue,
  SystemTopic,
  uniqueSuffixOf,
  WebhookDestination,
  type PushNotificationsProps,
  type PushRelayOptions,
} from '../constructs';
import type { Environment } from './schema';

/** The variables that hold the credentials when `secrets.source` is 'variables': set as `TF_VAR_{name}`. */
export const SECRET_VARIABLES = {
  apnsToken: 'apns_token',
  fcmServiceAccount: 'fcm_service_account',
  vapidPrivateKey: 'vapid_private_key',
} as const;

/**
 * Resource providers that a subscription has to have registered for this stack, letter by letter as Azure lists them:
 * azurerm leaves out any other without a word.
 *
 * @see https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/resourceproviders/requiring_registration.go
 */
const RESOURCE_PROVIDERS = [
  'Microsoft.Authorization',
  'Microsoft.Communication',
  'Microsoft.EventGrid',
  'microsoft.insights',
  'Microsoft.ManagedIdentity',
  'Microsoft.NotificationHubs',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
  'Microsoft.Web',
];

/** And with a private network: that of endpoints, and that of the subnets which Flex Consumption sends from. */
const NETWORK_PROVIDERS = ['Microsoft.App', 'Microsoft.Network'];

/** One environment, deployed by `cdktf deploy {name}`. */
export class EnvironmentStack extends TerraformStack {
  readonly push: PushNotifications;

  constructor(
    scope: Construct,
    private readonly environment: Environment,
  ) {
    super(scope, environment.name);
    const { appName, name, subscriptionId, location } = environment;
    this.addBackend();
    this.addProviders();
    const base = `${appName}-${name}`;
    const suffix = environment.uniqueSuffix ?? uniqueSuffixOf(subscriptionId, appName, name);
    const tags = { application: appName, ...environment.tags };
    const resourceGroup = new ResourceGroup(this, 'ResourceGroup', {
      name: checkName(this, 'resourceGroup', new Naming(base, suffix).name('resourceGroup')),
      location,
      tags,
    });
    this.push = new PushNotifications(this, 'Push', {
      resourceGroup,
      name: base,
      uniqueSuffix: suffix,
      // Of one that exists it is what it is.
      dataLocation: environment.communicationServiceId ? undefined : environment.dataLocation,
      communicationService: environment.communicationServiceId
        ? CommunicationService.fromCommunicationServiceId(
            this,
            'CommunicationService',
            environment.communicationServiceId,
          )
        : undefined,
      systemTopic: environment.systemTopicId
        ? SystemTopic.fromSystemTopicId(this, 'SystemTopic', environment.systemTopicId)
        : undefined,
      sku: environment.sku,
      ...this.credentials(),
      link: environment.link,
      verification: environment.verification,
      linkHealthAlert: environment.linkHealthAlert,
      monitoring: environment.monitoring,
      events: this.events(),
      deadLetterRetentionDays: environment.deadLetterRetentionDays,
      privateNetworking: environment.privateNetworking,
      preventDestroy: environment.preventDestroy,
      tags,
      lock: environment.lock,
    });
  }

  private addBackend(): void {
    const { backend, name } = this.environment;
    if (backend.type === 'local') {
      const folder = process.env.ACS_PUSH_STATE_DIR;
      new LocalBackend(this, folder ? { path: join(folder, `terraform.${name}.tfstate`) } : {});
      return;
    }
    const { type: _, ...config } = backend;
    new AzurermBackend(this, { ...config, useAzureadAuth: true });
  }

  private addProviders(): void {
    const { subscriptionId, registerResourceProviders, privateNetworking } = this.environment;
    new AzurermProvider(this, 'azurerm', {
      // All of a storage account is made through ARM; Terraform would wait 40 s for blobs and queues, of a closed one for ever.
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
      subscriptionId,
      // The storage account has no keys that work.
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
      resourceProvidersToRegister: registerResourceProviders
        ? [...RESOURCE_PROVIDERS, ...(privateNetworking ? NETWORK_PROVIDERS : [])]
        : undefined,
    });
    new AzapiProvider(this, 'azapi', { subscriptionId });
  }

  private credentials(): Pick<
    PushNotificationsProps,
    'apns' | 'linkedApns' | 'voipApns' | 'fcm' | 'browser'
  > {
    const { apns, fcm, browser } = this.environment;
    const token = apns && this.secret('apnsToken', 'text of the .p8 key of the Apple developer account');
    const apnsProps = apns &&
      token && { keyId: apns.keyId, teamId: apns.teamId, endpoint: apns.endpoint, token };
    const voipApns =
      apnsProps &&
      new ApnsTokenCredential({ ...apnsProps, bundleId: `${apns.bundleId}.voip`, topic: 'voip' });
    return {
      apns: apnsProps && new ApnsTokenCredential({ ...apnsProps, bundleId: apns.bundleId }),
      linkedApns: apns?.linkedTopic === 'voip' ? voipApns : undefined,
      voipApns: apns?.voip ? voipApns : undefined,
      fcm: fcm
        ? FcmV1Credential.fromServiceAccountJson(
            this.secret('fcmServiceAccount', "JSON of the Firebase project's service account"),
          )
        : undefined,
      browser:
        browser &&
        new BrowserCredential({
          ...browser,
          vapidPrivateKey: this.secret('vapidPrivateKey', 'private key of the VAPID pair, in base64url'),
        }),
    };
  }

  private secret(which: keyof typeof SECRET_VARIABLES, description: string): SecretValue {
    const { secrets } = this.environment;
    if (secrets.source === 'variables') {
      return SecretValue.fromVariable(this, SECRET_VARIABLES[which], { description });
    }
    return SecretValue.fromKeyVault(this, {
      keyVaultId: secrets.keyVaultId,
      secretName: secrets[`${which}SecretName`],
    });
  }

  private events(): PushNotificationsProps['events'] {
    const { events } = this.environment;
    switch (events.target) {
      case 'none':
        return false;
      case 'webhook':
        return new WebhookDestination({ url: events.url, entraApplication: events.entraApplication });
      case 'relay':
        return relayOf(events);
    }
  }
}

/** All that an environment says of its relay is a prop of the same name. */
function relayOf({
  target: _,
  ...relay
}: Extract<Environment['events'], { target: 'relay' }>): PushRelayOptions {
  return relay;
}
