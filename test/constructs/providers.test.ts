import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import {
  AzapiProvider,
  CommunicationEvents,
  CommunicationService,
  KeylessStorageAccount,
  ListenOnlyPolicy,
  Naming,
  NotificationHub,
  NotificationHubLink,
  NotificationHubNamespace,
  type Providers,
  PushMonitoring,
  PushNotifications,
  PushRelay,
  SecretValue,
  SendOnlyPolicy,
  WebhookDestination,
} from '../../constructs';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import {
  Aspects,
  TerraformDataSource,
  TerraformResource,
  TerraformStack,
  type TerraformProvider,
} from 'cdktf';
import { ensureAssets } from '../support/assets';
import { maximalPush } from '../support/maximal';
import { referenceProblems, synthAll, withoutProvider } from '../support/references';
import { ACS_ID, apnsCredential, GROUP, HUB_ID, VAULT_ID } from '../support/samples';
import { errorOf, newApp, newStack, synth, type Synthesized } from '../support/synth';

beforeAll(ensureAssets);

interface AliasedStack {
  readonly stack: TerraformStack;
  readonly providers: Required<Providers>;
}

/** A stack that has no provider without alias. */
function aliased(id = 'stack', app = newApp()): AliasedStack {
  const stack = new TerraformStack(app, id);
  return { stack, providers: addProviders(stack, 'one') };
}

function addProviders(stack: TerraformStack, alias: string): Required<Providers> {
  return {
    azurerm: new AzurermProvider(stack, `azurerm-${alias}`, {
      features: [{}],
      storageUseAzuread: true,
      alias,
    }),
    azapi: new AzapiProvider(stack, `azapi-${alias}`, { alias }),
  };
}

function expectProvided(json: Synthesized): void {
  expect(withoutProvider(json)).toEqual([]);
  expect(referenceProblems(json)).toEqual([]);
}

/** Providers that blocks of azurerm and azapi name. */
function providersIn({ json }: Synthesized): Set<string | undefined> {
  const blocks = ['resource', 'data', 'ephemeral'].flatMap((kind) =>
    Object.entries((json[kind] ?? {}) as Record<string, Record<string, { provider?: string }>>)
      .filter(([type]) => !type.startsWith('terraform_'))
      .flatMap(([, byName]) => Object.values(byName)),
  );
  return new Set(blocks.map(({ provider }) => provider));
}

describe('providers with an alias', () => {
  test('make all of the pattern, ephemeral blocks and secrets too', () => {
    const { stack, providers } = aliased();
    const token = SecretValue.fromKeyVault(stack, { keyVaultId: VAULT_ID, secretName: 'apns' });
    maximalPush(stack, { providers, apns: apnsCredential(stack, { token }) });
    const json = synth(stack);
    expectProvided(json);
    expect(providersIn(json)).toEqual(new Set(['azurerm.one', 'azapi.one']));
    expect(json.ephemeral('azurerm_key_vault_secret').provider).toBe('azurerm.one');
    expect(json.ephemeral('azapi_resource_action').provider).toBe('azapi.one');
  });

  test('make what the pattern adds to parts that exist', () => {
    const { stack, providers } = aliased();
    new PushNotifications(stack, 'Push', {
      resourceGroup: GROUP,
      name: 'contoso',
      uniqueSuffix: 'x7k2p9',
      communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
      callingHub: NotificationHub.fromNotificationHubId(stack, 'Calling', HUB_ID),
      relayHub: NotificationHub.fromNotificationHubId(stack, 'RelayHub', `${HUB_ID}2`),
      events: { devicesApi: { tenantId: '00000000-0000-0000-0000-00000000000a', audience: 'api://devices' } },
      providers,
    });
    expectProvided(synth(stack));
  });

  test('make each construct that takes them', () => {
    const { stack, providers } = aliased();
    const naming = new Naming('contoso', 'x7k2p9');
    const common = { resourceGroup: GROUP, providers };
    const communicationService = new CommunicationService(stack, 'Acs', {
      ...common,
      name: 'acs-app',
      dataLocation: 'Europe',
    });
    const namespace = new NotificationHubNamespace(stack, 'Namespace', { ...common, name: 'ntfns-app' });
    const hub = new NotificationHub(stack, 'Hub', {
      name: 'ntf-app',
      namespace,
      apns: apnsCredential(stack),
      providers,
    });
    new ListenOnlyPolicy(stack, 'Listen', { hub, providers });
    const policy = new SendOnlyPolicy(stack, 'Send', { hub, providers });
    new NotificationHubLink(stack, 'Link', { communicationService, hub, policy, providers });
    const events = new CommunicationEvents(stack, 'Events', {
      ...common,
      communicationService,
      systemTopicName: 'evgst-app',
    });
    events.addSubscription('Sms', {
      name: 'sms',
      eventTypes: ['Microsoft.Communication.SMSReceived'],
      destination: new WebhookDestination({ url: 'https://hooks.example.com/acs' }),
    });
    new KeylessStorageAccount(stack, 'Storage', { ...common, name: 'stapp' }).container('own');
    const relay = new PushRelay(stack, 'Relay', { ...common, naming, communicationService, hub });
    new PushMonitoring(stack, 'Monitoring', {
      ...common,
      naming,
      notify: { emails: ['oncall@contoso.com'] },
      relay,
      logAnalyticsWorkspaceId: relay.logAnalyticsWorkspaceId,
    });
    expectProvided(synth(stack));
  });

  test('of the inner construct win, and so does a part’s own', () => {
    const { stack, providers } = aliased();
    const two = addProviders(stack, 'two');
    const push = maximalPush(stack, { providers, events: { providers: { azurerm: two.azurerm } } });
    (push.relay!.storage as KeylessStorageAccount).resource.provider = two.azurerm;
    const json = synth(stack);
    expectProvided(json);
    expect((push.relay!.identity as UserAssignedIdentity).provider).toBe(two.azurerm);
    expect(push.relay!.functionApp.provider).toBe(providers.azapi);
    expect(json.resourceNamed('azurerm_storage_account', 'Push_Storage').provider).toBe('azurerm.two');
  });

  test('can be given by an Aspect of the user’s own, to ephemeral blocks too', () => {
    const { stack, providers } = aliased();
    maximalPush(stack);
    Aspects.of(stack).add({
      visit: (node) => {
        if (!TerraformResource.isTerraformResource(node) && !TerraformDataSource.isTerraformDataSource(node))
          return;
        const type = node.terraformResourceType.split('_')[0] as keyof Providers;
        if (providers[type]) node.provider = providers[type] as TerraformProvider;
      },
    });
    expectProvided(synth(stack));
  });
});

describe('a secret from a Key Vault', () => {
  test('is read by a provider of its own', () => {
    const { stack, providers } = aliased();
    SecretValue.fromKeyVault(stack, {
      keyVaultId: VAULT_ID,
      secretName: 'apns',
      provider: providers.azurerm,
    });
    expectProvided(synth(stack));
  });

  test('is read in another stack by the providers of what uses it there', () => {
    const app = newApp();
    const [one, two] = [aliased('a', app), aliased('b', app)];
    const token = SecretValue.fromKeyVault(one.stack, { keyVaultId: VAULT_ID, secretName: 'apns' });
    new NotificationHub(two.stack, 'Hub', {
      resourceGroup: GROUP,
      name: 'ntf-app',
      namespaceName: 'ntfns-app',
      apns: apnsCredential(one.stack, { token }),
      providers: two.providers,
    });
    const { b } = synthAll(app);
    expectProvided(b!);
    expect(b!.ephemeral('azurerm_key_vault_secret').provider).toBe('azurerm.one');
  });

  test('refuses a provider of another stack than the one that uses it', () => {
    const app = newApp();
    const [one, two] = [aliased('a', app), aliased('b', app)];
    const token = SecretValue.fromKeyVault(one.stack, {
      keyVaultId: VAULT_ID,
      secretName: 'apns',
      provider: one.providers.azurerm,
    });
    apnsCredential(one.stack, { token }).sensitiveBody(two.stack);
    expect(errorOf(() => synthAll(app))).toContain(
      'provider of a Key Vault secret takes one of the stack that uses the secret, got a/azurerm-one: leave it out and ' +
        'give providers to what uses the secret, or ask for the secret in each stack',
    );
  });
});

describe('providers are refused', () => {
  test('of another stack, and under the name of another', () => {
    const app = newApp();
    const other = aliased('other', app);
    const stack = newStack('stack', app);
    const { azapi } = addProviders(stack, 'one');
    new KeylessStorageAccount(stack, 'Storage', {
      resourceGroup: GROUP,
      name: 'stapp',
      providers: { azurerm: azapi, azapi: other.providers.azapi },
    });
    const error = errorOf(() => synth(stack));
    expect(error).toContain(
      'providers.azurerm takes a provider of azurerm, got one of azapi (stack/azapi-one): give it under the name of its own',
    );
    expect(error).toContain(
      'providers.azapi takes a provider of stack stack, got other/azapi-one: make one in this stack too',
    );
  });
});
