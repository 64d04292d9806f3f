import { join } from 'node:path';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { AzurermBackend, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
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
  type HubPlatforms,
  type INotificationHub,
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

/** Resource providers that a subscription has to have registered for this stack. */
const RESOURCE_PROVIDERS = [
  'Microsoft.Authorization',
  'Microsoft.Communication',
  'Microsoft.EventGrid',
  'Microsoft.Insights',
  'Microsoft.ManagedIdentity',
  'Microsoft.NotificationHubs',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
  'Microsoft.Web',
];

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
      dataLocation: environment.dataLocation,
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
      tags,
      lock: environment.lock,
    });
    this.addOutputs();
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
    const { subscriptionId, registerResourceProviders } = this.environment;
    new AzurermProvider(this, 'azurerm', {
      features: [{}],
      subscriptionId,
      // The storage account has no keys that work.
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
      resourceProvidersToRegister: registerResourceProviders ? RESOURCE_PROVIDERS : undefined,
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

  /** What tools need to find the parts: ids and names, nothing secret. */
  private addOutputs(): void {
    const { push } = this;
    const { events } = this.environment;
    const [, voipPolicy] = push.relay?.sendPolicies ?? [];
    const outputs: Record<string, string | object | undefined> = {
      communication_service_id: push.communicationService.communicationServiceId,
      calling_hub_id: push.callingHub.notificationHubId,
      calling_policy_id: push.link.policy.policyId,
      calling_policy_key: push.link.key,
      calling_platforms: provable(push.callingHub),
      relay_hub_id: push.relayHub?.notificationHubId,
      relay_policy_id: push.relay?.sendPolicyId,
      relay_platforms: provable(push.relayHub),
      voip_hub_id: push.voipHub?.notificationHubId,
      voip_policy_id: voipPolicy?.policyId,
      voip_platforms: provable(push.voipHub),
      relay_devices_policy_id: push.relay?.devicesPolicyIds[0],
      voip_devices_policy_id: push.relay?.devicesPolicyIds[1],
      relay_storage_account: push.relay?.storage.storageAccountName,
      relay_dead_letter_container: push.relay?.deadLetterContainerName,
      function_app_id: push.relay?.functionAppId,
      function_app_host: push.relay?.defaultHostname,
      devices_app_id: push.relay?.devicesApp?.functionApp.id,
      devices_api_url: push.relay?.devicesApiUrl,
      devices_api_audience: events.target === 'relay' ? events.devicesApi?.audience : undefined,
    };
    for (const [name, value] of Object.entries(outputs)) {
      if (value !== undefined) new TerraformOutput(this, name, { value, staticId: true });
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

/** The push services of a hub that `acs-push verify` can prove: all but those of browsers. */
function provable(hub: INotificationHub | undefined): Omit<HubPlatforms, 'browser'> | undefined {
  if (!hub?.platforms) return undefined;
  const { browser: _, ...platforms } = hub.platforms;
  return platforms;
}
