import { join } from 'node:path';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { TerraformStack } from 'cdktf';
import {
  AzapiProvider,
  CommunicationEvents,
  CommunicationService,
  EventSubscription,
  FcmV1Credential,
  FunctionDestination,
  KeylessStorageAccount,
  Naming,
  NotificationHub,
  NotificationHubNamespace,
  PackageUriPublisher,
  PushNotifications,
  PushRelay,
  SecretValue,
  SendOnlyPolicy,
  SystemTopic,
  WebhookDestination,
  type PushNotificationsProps,
} from '../../constructs';
import {
  ACS_ID,
  apnsCredential,
  browserCredential,
  communicationService,
  fcmCredential,
  GROUP,
  hub,
  HUB_ID,
  NAMESPACE_ID,
  RULE_ID,
  STORAGE_ID,
  TOPIC_ID,
  voipCredential,
} from '../support/samples';
import { newApp, newStack } from '../support/synth';

/** A way to use the library wrongly, as plain JavaScript can too. */
export interface WrongUsage {
  readonly what: string;
  /** What the error has to name. */
  readonly prop: string;
  readonly build: () => TerraformStack;
  /** Exactly what is told, with paths of constructs: `message\n  at construct stack/Push`. */
  readonly error: string;
}

type Props = (stack: TerraformStack) => Record<string, unknown>;

const given = {
  resourceGroup: GROUP,
  name: 'contoso',
  uniqueSuffix: 'x7k2p9',
  dataLocation: 'Europe',
} as const;

function push(what: string, prop: string, over: Props, message: string, at = ''): WrongUsage {
  return {
    what,
    prop,
    error: `${message}\n  at construct stack/Push${at}`,
    build: () => {
      const stack = newStack();
      const props = { ...given, verification: false, apns: apnsCredential(stack), ...over(stack) };
      new PushNotifications(stack, 'Push', props as unknown as PushNotificationsProps);
      return stack;
    },
  };
}

function any(
  what: string,
  prop: string,
  build: (stack: TerraformStack) => unknown,
  error: string,
): WrongUsage {
  return {
    what,
    prop,
    error,
    build: () => {
      const stack = newStack();
      build(stack);
      return stack;
    },
  };
}

/** Options of the relay, which is where the mistake is told. */
const relay = (what: string, prop: string, events: object, message: string, at = '') =>
  push(what, prop, () => ({ events }), message, `/Relay${at}`);

const devicesApi = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://contoso' };
const api = (what: string, prop: string, over: object, message: string) =>
  relay(what, prop, { devicesApi: { ...devicesApi, ...over } }, message);

const existing = {
  hub: (stack: TerraformStack) => NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID),
  acs: (stack: TerraformStack) => CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
  topic: (stack: TerraformStack) => SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID),
};

const deadLetter = { storageAccountId: STORAGE_ID, containerName: 'deadletter' };
const webhook = () => new WebhookDestination({ url: 'https://hooks.example.com/acs' });

function filtered(advanced: object): Props {
  return () => ({ calls: { filter: { advanced } } });
}

const tagsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag${i}`, 'x']));

const IGNORED = 'leave out one of the two';
const SECRET_REMEDY =
  'app settings are in cdktf.out, in the plan and in state: give a Key Vault reference, @Microsoft.KeyVault(SecretUri=…)';
const form = (type: string) =>
  `expected the form /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/${type}/{name}`;

export const WRONG_USAGES: readonly WrongUsage[] = [
  push(
    'no name',
    'name',
    () => ({ name: undefined }),
    'name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got nothing',
  ),
  push(
    'no resource group',
    'resourceGroup',
    () => ({ resourceGroup: undefined }),
    'resourceGroup takes a resource group of azurerm (ResourceGroup, DataAzurermResourceGroup) or its id, name and location, got nothing',
  ),
  push(
    'the name of a resource group as its id',
    'resourceGroup.id',
    () => ({ resourceGroup: { ...GROUP, id: 'rg-app' } }),
    "resourceGroup.id takes the ARM id of a group (/subscriptions/{guid}/resourceGroups/{name}), got 'rg-app'",
  ),
  push(
    'true for a relay',
    'events',
    () => ({ events: true }),
    'events takes options of the relay, a destination, or false for calling pushes alone; got true',
  ),
  push(
    'the text of a service account',
    'fcm',
    () => ({ fcm: '{}' }),
    'fcm takes an FcmV1Credential, such as FcmV1Credential.fromServiceAccountJson(secret), got a literal string',
  ),
  push(
    'props of a credential in place of one',
    'apns',
    () => ({ apns: { keyId: 'ABC123DEFG' } }),
    'apns takes an ApnsTokenCredential, got an object',
  ),
  push(
    'a tier for a namespace that exists',
    'sku',
    (stack) => ({
      sku: 'Standard',
      namespace: new NotificationHubNamespace(stack, 'N', { resourceGroup: GROUP, name: 'ntfns-app' }),
    }),
    'sku is the tier of a new namespace, and one that exists is given: leave out sku, or namespace',
  ),
  push(
    'credentials for hubs that exist',
    'apns',
    (stack) => ({ callingHub: existing.hub(stack), events: false }),
    'apns is of new hubs, and none is made here that takes it: leave it out',
  ),
  push(
    'a data location for a resource that exists',
    'dataLocation',
    (stack) => ({ communicationService: existing.acs(stack) }),
    'dataLocation is of a new Communication Services resource, and one that exists is given: leave out dataLocation, or communicationService',
  ),
  push(
    'a data location of another cloud',
    'dataLocation',
    () => ({ dataLocation: 'usgov' }),
    "dataLocation is 'usgov', which is in the cloud US Government, and only the public cloud of Azure is supported: give one of the public cloud, for example 'United States'",
    '/CommunicationService',
  ),
  push(
    'a credential for the linked hub that exists',
    'linkedApns',
    (stack) => ({ callingHub: existing.hub(stack), linkedApns: voipCredential(stack) }),
    'linkedApns is the credential of a new linked hub, and one that exists is given: leave out linkedApns, or callingHub',
  ),
  push(
    'a credential for the VoIP hub that exists',
    'voipApns',
    (stack) => ({ voipHub: existing.hub(stack), voipApns: voipCredential(stack) }),
    'voipApns is the credential of a new VoIP hub, and one that exists is given: leave out voipApns, or voipHub',
  ),
  push(
    'a credential for browsers without a relay',
    'browser',
    (stack) => ({ events: false, browser: browserCredential(stack) }),
    "browser is the credential of the relay's new hub, and there is none here: leave it out, or leave out events",
  ),
  push(
    'days for dead letters that are elsewhere',
    'deadLetterRetentionDays',
    () => ({ events: webhook(), deadLetter, deadLetterRetentionDays: 7 }),
    "deadLetterRetentionDays is of the dead letters in a storage account of this construct's, and there are none here: leave it out",
  ),
  push(
    'a subscription without events',
    'calls',
    () => ({ events: false, calls: { filter: {} } }),
    `calls is of the events, and events is false: ${IGNORED}`,
  ),
  push(
    'a topic without events',
    'systemTopic',
    (stack) => ({ events: false, systemTopic: existing.topic(stack) }),
    `systemTopic is of the events, and events is false: ${IGNORED}`,
  ),
  push(
    'one hub twice, in another case',
    'relayHub',
    (stack) => ({
      apns: undefined,
      callingHub: NotificationHub.fromNotificationHubId(stack, 'A', HUB_ID),
      relayHub: NotificationHub.fromNotificationHubId(stack, 'B', HUB_ID.replace('ntf-app', 'NTF-App')),
    }),
    'the relay needs a hub of its own, or its pushes cannot be told from those of Communication Services; got stack/B and stack/A, which are one as callingHub and as relayHub: leave relayHub out, or give another',
  ),
  push(
    'the rule of another hub for the link',
    'policy',
    (stack) => ({
      apns: undefined,
      events: false,
      callingHub: existing.hub(stack),
      link: { policy: SendOnlyPolicy.fromPolicyId(stack, 'P', RULE_ID.replace('ntf-app', 'ntf-other')) },
    }),
    'policy takes a rule of the hub that is linked, ntf-app, got send of another hub: leave it out, or use addSendOnlyPolicy of the hub',
    '/CommunicationService/Link',
  ),
  any(
    'a rule with Listen for the link',
    'policy',
    (stack) => {
      const theHub = hub(stack);
      communicationService(stack).linkNotificationHub(theHub, { policy: theHub.addListenOnlyPolicy('L') });
    },
    'policy takes a rule with the right Send, got listen with Listen: leave it out, or use addSendOnlyPolicy of the hub\n  at construct stack/Acs/Link',
  ),
  push(
    'another key for the link',
    'key',
    () => ({ events: false, link: { key: 'both' } }),
    "key takes 'primary' or 'secondary', got 'both'",
    '/CommunicationService/Link',
  ),
  push(
    'a token for the link that is no header',
    'relinkToken',
    () => ({ events: false, link: { relinkToken: 'a\nb' } }),
    "relinkToken takes a text of letters, digits and signs on one line, got 'a\nb'",
    '/CommunicationService/Link',
  ),
  push(
    'a true verification',
    'verification',
    () => ({ verification: true }),
    'verification takes options (level, timeout), or false for none; got true',
  ),
  push(
    'an unknown level of verification',
    'level',
    () => ({ events: false, verification: { level: 'high' } }),
    "level takes one of config, settled, live; got 'high'",
    '/Verification',
  ),
  push(
    'a time to wait without unit',
    'timeout',
    () => ({ events: false, verification: { timeout: 15 } }),
    "timeout takes a number with s, m or h, for example '15m', got 15",
    '/Verification',
  ),
  push('51 tags', 'tags', () => ({ tags: tagsOf(51) }), 'tags takes 50 at most, got 51: leave some out'),
  push(
    'a tag with a value that is too long',
    'tags',
    () => ({ tags: { team: 'x'.repeat(257) } }),
    "tags takes values of 256 characters at most, got 257 for 'team': shorten it",
  ),
  push(
    'a tag with a sign in its key',
    'tags',
    () => ({ tags: { 'a/b': 'x' } }),
    "tags takes keys without < > % & \\ ? /, got 'a/b': write it with other characters",
  ),
  any(
    'a tag with a key that is too long for a storage account',
    'tags',
    (stack) =>
      new KeylessStorageAccount(stack, 'Storage', {
        resourceGroup: GROUP,
        name: 'stapp',
        tags: { ['k'.repeat(129)]: 'x' },
      }),
    `tags takes keys of 1 to 128 characters, got 129 in '${'k'.repeat(60)}…': shorten it\n  at construct stack/Storage`,
  ),
  relay(
    'the key of a storage account in an app setting',
    'appSettings.STORE',
    { appSettings: { STORE: 'AccountName=x;AccountKey=abc==' } },
    `appSettings.STORE must not hold a secret, got the key of a storage account; ${SECRET_REMEDY}`,
  ),
  relay(
    'a shared access key in an app setting',
    'appSettings.BUS',
    { appSettings: { BUS: 'Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=abc=' } },
    `appSettings.BUS must not hold a secret, got a shared access key; ${SECRET_REMEDY}`,
  ),
  relay(
    'a private key in an app setting',
    'appSettings.PEM',
    { appSettings: { PEM: '-----BEGIN PRIVATE KEY-----' } },
    `appSettings.PEM must not hold a secret, got a private key; ${SECRET_REMEDY}`,
  ),
  relay(
    'a password in an app setting',
    'appSettings.DB_PASSWORD',
    { appSettings: { DB_PASSWORD: 'hunter2' } },
    `appSettings.DB_PASSWORD must not hold a secret, got a literal text of that name; ${SECRET_REMEDY}`,
  ),
  relay(
    "an app setting that is the relay's",
    'appSettings.RELAY_SOURCE_ID',
    { appSettings: { RELAY_SOURCE_ID: 'x' } },
    'appSettings.RELAY_SOURCE_ID is set by the relay itself and would be ignored: leave it out',
  ),
  relay(
    'a package that is not there',
    'packagePath',
    { packagePath: 'no/such/relay.zip' },
    "packagePath takes the path of a zip with the relay's code, got 'no/such/relay.zip', where there is nothing: build it first",
  ),
  relay(
    'a package that is no zip',
    'packagePath',
    { packagePath: 'package.json' },
    "packagePath takes the path of a zip with the relay's code, got 'package.json', which is no zip",
  ),
  relay(
    'a package from here and one from a URL',
    'packagePath',
    {
      packagePath: join(__dirname, '../../dist/relay/relay.zip'),
      publisher: new PackageUriPublisher('https://example.com/relay.zip'),
    },
    `packagePath is of a package on this machine, and publisher takes one from a URL: ${IGNORED}`,
  ),
  api(
    'an empty audience',
    'devicesApi.audience',
    { audience: '' },
    "devicesApi.audience takes the application id of the API or its api:// URI, got ''",
  ),
  api(
    'no audience at all',
    'devicesApi.audience',
    { audience: [] },
    'devicesApi.audience takes the application id of the API or its api:// URI, got an empty list',
  ),
  api(
    'no tenant',
    'devicesApi.tenantId',
    { tenantId: undefined },
    'devicesApi.tenantId takes the id of a tenant (a GUID), got nothing',
  ),
  api(
    'a negative rate',
    'devicesApi.requestsPerMinute',
    { requestsPerMinute: -5 },
    'devicesApi.requestsPerMinute takes a whole number from 1 to 999999, got -5',
  ),
  api(
    'an empty role',
    'devicesApi.role',
    { role: ' ' },
    "devicesApi.role takes a text such as 'Devices.Register', got ' '",
  ),
  relay(
    'true for the devices API',
    'devicesApi',
    { devicesApi: true },
    'devicesApi takes tenantId and audience at least, got true',
  ),
  relay(
    'another text for messages',
    'messageText',
    { messageText: 'none' },
    "messageText takes one of include, omit; got 'none'",
  ),
  relay(
    'an event that becomes no push',
    'optionalEvents',
    { optionalEvents: ['CallEnded'] },
    'optionalEvents takes some of AdvancedMessageReceived, ChatParticipantAddedToThreadWithUser; got CallEnded',
  ),
  relay(
    'a workspace by its name',
    'logAnalyticsWorkspaceId',
    { logAnalyticsWorkspaceId: 'log-app' },
    `logAnalyticsWorkspaceId: malformed resource id 'log-app': it must begin with '/subscriptions/'; ${form('Microsoft.OperationalInsights/workspaces')}`,
  ),
  relay(
    'a role by its name',
    'keyRoleDefinitionId',
    { keyRoleDefinitionId: 'Owner' },
    "keyRoleDefinitionId takes the ARM id of a role definition (/subscriptions/…/providers/Microsoft.Authorization/roleDefinitions/{guid}), got 'Owner'",
  ),
  push(
    'a threshold for the health of the link',
    'linkHealthAlert.threshold',
    () => ({ linkHealthAlert: { threshold: 3 } }),
    'linkHealthAlert.threshold is fixed, since a report says whether a check fails: leave it out',
    '/Relay/LinkHealth',
  ),
  push(
    'true for monitoring',
    'monitoring',
    () => ({ monitoring: true }),
    'monitoring takes options such as emails and alerts; got true',
  ),
  push(
    'one address of e-mail that is no list',
    'emails',
    () => ({ monitoring: { emails: 'oncall@example.com' } }),
    "emails takes a list, got 'oncall@example.com'",
    '/ActionGroup',
  ),
  push(
    'a number of pushes below none',
    'monthlyPushes',
    () => ({ monitoring: { monthlyPushes: -1 } }),
    'monthlyPushes takes a number above 0, got -1',
    '/Monitoring',
  ),
  push(
    'a filter of 26 values',
    'filter.advanced',
    filtered({ stringContains: [{ key: 'data.x', values: Array.from({ length: 26 }, (_, i) => `v${i}`) }] }),
    'filter.advanced takes 25 values in all its conditions together, got 26: make several subscriptions',
    '/Events/Calls',
  ),
  push(
    'a filter with a value of 513 characters',
    'filter.advanced',
    filtered({ stringContains: [{ key: 'data.x', values: ['v'.repeat(513)] }] }),
    `filter.advanced takes values of 512 characters at most, got 513 in '${'v'.repeat(40)}…'`,
    '/Events/Calls',
  ),
  push(
    'case without a subject',
    'filter.subjectCaseSensitive',
    () => ({ calls: { filter: { subjectCaseSensitive: true } } }),
    'filter.subjectCaseSensitive is of subjectBeginsWith and subjectEndsWith, and neither is given: leave it out, or give one',
    '/Events/Calls',
  ),
  push(
    'dead letters to a storage account by its name',
    'deadLetter.storageAccountId',
    () => ({ events: webhook(), deadLetter: { ...deadLetter, storageAccountId: 'stapp' } }),
    `deadLetter.storageAccountId: malformed resource id 'stapp': it must begin with '/subscriptions/'; ${form('Microsoft.Storage/storageAccounts')}`,
  ),
  any(
    'a new topic beside one that exists',
    'systemTopicName',
    (stack) =>
      new CommunicationEvents(stack, 'Events', {
        resourceGroup: GROUP,
        communicationService: existing.acs(stack),
        systemTopic: existing.topic(stack),
        systemTopicName: 'evgst-app',
      }),
    'systemTopicName is of a new topic, and systemTopic is given: leave out one of the two\n  at construct stack/Events',
  ),
  any(
    'two topics for one resource',
    'communicationService',
    (stack) => {
      const props = { resourceGroup: GROUP, communicationService: communicationService(stack) };
      new SystemTopic(stack, 'One', { ...props, name: 'evgst-one' });
      new SystemTopic(stack, 'Two', { ...props, name: 'evgst-two' });
    },
    'communicationService takes one system topic, and stack/One/Resource is one already: give that as systemTopic\n  at construct stack/Two',
  ),
  any(
    'a destination without a function',
    'functionAppId',
    (stack) =>
      new EventSubscription(stack, 'Subscription', {
        systemTopic: existing.topic(stack),
        name: 'evgs-app',
        eventTypes: ['Microsoft.Communication.IncomingCall'],
        destination: new FunctionDestination({ functionAppId: 'func-app', functionName: 'calls' }),
      }),
    `functionAppId: malformed resource id 'func-app': it must begin with '/subscriptions/'; ${form('Microsoft.Web/sites')}\n  at construct stack/Subscription`,
  ),
  any(
    'a hub by its name',
    'notificationHubId',
    (stack) => NotificationHub.fromNotificationHubId(stack, 'Hub', 'ntf-app'),
    `notificationHubId: malformed resource id 'ntf-app': it must begin with '/subscriptions/'; ${form('Microsoft.NotificationHubs/namespaces/{name}/notificationHubs')}\n  at construct stack/Hub`,
  ),
  any(
    'a new namespace beside one that exists',
    'namespaceName',
    (stack) =>
      new NotificationHub(stack, 'Hub', {
        name: 'ntf-app',
        namespace: NotificationHubNamespace.fromNamespaceId(stack, 'N', NAMESPACE_ID),
        namespaceName: 'ntfns-other',
        location: 'westeurope',
        fcm: fcmCredential(stack),
      }),
    'namespaceName is of a new namespace, and namespace is given: leave out one of the two\n  at construct stack/Hub',
  ),
  any(
    'a hub elsewhere than its namespace',
    'location',
    (stack) =>
      new NotificationHub(stack, 'Hub', {
        name: 'ntf-app',
        namespace: new NotificationHubNamespace(stack, 'N', { resourceGroup: GROUP, name: 'ntfns-app' }),
        location: 'North Europe',
        fcm: fcmCredential(stack),
      }),
    "location of a hub is that of its namespace, 'westeurope', got 'North Europe': leave it out\n  at construct stack/Hub",
  ),
  any(
    'a secret of a vault by its name',
    'keyVaultId',
    (stack) => SecretValue.fromKeyVault(stack, { keyVaultId: 'kv-app', secretName: 'x' }),
    `keyVaultId: malformed resource id 'kv-app': it must begin with '/subscriptions/'; ${form('Microsoft.KeyVault/vaults')}\n  at construct stack`,
  ),
  any(
    'a service account of nothing',
    'fcm.projectId',
    (stack) =>
      new NotificationHub(stack, 'Hub', {
        resourceGroup: GROUP,
        name: 'ntf-app',
        namespaceName: 'ntfns-app',
        fcm: FcmV1Credential.fromServiceAccount({
          clientEmail: 'push@my-app-1234.iam.gserviceaccount.com',
          privateKey: SecretValue.fromVariable(stack, 'key'),
        } as never),
      }),
    "fcm.projectId takes 6 to 30 lower-case letters, digits and hyphens, for example 'my-app-1234', got nothing\n  at construct stack/Hub",
  ),
  any(
    'a relay without what it relays',
    'hub',
    (stack) =>
      new PushRelay(stack, 'Relay', {
        resourceGroup: GROUP,
        naming: new Naming('contoso', 'x7k2p9'),
        communicationService: existing.acs(stack),
      } as never),
    "hub takes a notification hub of the relay's own, got nothing\n  at construct stack/Relay",
  ),
  any(
    'no props at all',
    'resourceGroup',
    (stack) => new PushNotifications(stack, 'Push', undefined as never),
    [
      'name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got nothing',
      'resourceGroup takes a resource group of azurerm (ResourceGroup, DataAzurermResourceGroup) or its id, name and location, got nothing',
      "uniqueSuffix takes 3 to 10 lower-case letters and digits, got none: give any that nobody else has with this name, such as 'x7k2p9'; a stack that is deployed already has one, which the names of its namespace and of its Function App end with",
      "dataLocation is needed for a new Communication Services resource, for example 'Europe'",
    ]
      .map((message) => `${message}\n  at construct stack/Push`)
      .concat(
        ['CallingHub', 'RelayHub'].map(
          (id) =>
            `a hub without push credentials delivers nothing: give apns, fcm, browser or several\n  at construct stack/Push/${id}`,
        ),
      )
      .join('\n'),
  ),
  storage(
    'a provider that asks for keys',
    (stack) => void new AzurermProvider(stack, 'azurerm', { features: [{}] }),
    'stack/azurerm has to be true, got nothing',
  ),
  storage(
    'an aliased provider that asks for keys',
    (stack) => {
      new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
      return new AzurermProvider(stack, 'other', {
        features: [{}],
        alias: 'other',
        storageUseAzuread: false,
      });
    },
    'stack/other has to be true, got false',
  ),
  {
    what: 'a provider of another cloud',
    prop: 'environment',
    error:
      "environment of the provider stack/azurerm is 'usgovernment', and only the public cloud of Azure is supported: leave it out, or give 'public'\n  at construct stack",
    build: () => {
      const stack = new TerraformStack(newApp(), 'stack');
      new AzurermProvider(stack, 'azurerm', { features: [{}], environment: 'usgovernment' });
      new AzapiProvider(stack, 'azapi');
      communicationService(stack);
      return stack;
    },
  },
];

function storage(
  what: string,
  provide: (stack: TerraformStack) => AzurermProvider | void,
  told: string,
): WrongUsage {
  return {
    what,
    prop: 'storageUseAzuread',
    error: `storageUseAzuread of the provider ${told}: shared keys of the storage account are off, and the deploy would end with a 403\n  at construct stack/Storage`,
    build: () => {
      const stack = new TerraformStack(newApp(), 'stack');
      const provider = provide(stack);
      const account = new KeylessStorageAccount(stack, 'Storage', { resourceGroup: GROUP, name: 'stapp' });
      if (provider) account.resource.provider = provider;
      return stack;
    },
  };
}
