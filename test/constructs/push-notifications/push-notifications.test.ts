import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CommunicationService,
  FunctionDestination,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  SendOnlyPolicy,
  StorageQueueDestination,
  SystemTopic,
  WebhookDestination,
  type PushNotificationsProps,
} from '../../../constructs';
import { VAPID_PRIVATE_KEY } from '../../../constructs/credentials/secret-rules';
import { RELAY_EVENT_TYPES } from '../../../relay/contract';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import {
  ACS_ID,
  apnsCredential,
  fcmCredential,
  FUNCTION_APP_ID,
  GROUP,
  HUB_ID,
  IDENTITY_ID,
  NAMESPACE_ID,
  RULE_ID,
  STORAGE_ID,
  TOPIC_ID,
  voipCredential,
  browserCredential,
} from '../../support/samples';
import {
  errorOf,
  newApp,
  newStack,
  publishingOf,
  resolved,
  settingsOf,
  synth,
  Synthesized,
  verificationsOf,
  warnings,
} from '../../support/synth';

const ACS = 'Microsoft.Communication/communicationServices';
const NAMESPACE = 'Microsoft.NotificationHubs/namespaces';
const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
const RULE = `${HUB}/authorizationRules`;
const APP = 'Microsoft.Web/sites';
const TOPIC = 'azurerm_eventgrid_system_topic';
const SUBSCRIPTION = 'azurerm_eventgrid_system_topic_event_subscription';
const WEBHOOK = new WebhookDestination({ url: 'https://hooks.example.com/acs' });
const ONE_AT_ONCE = { max_events_per_batch: 1, preferred_batch_size_in_kilobytes: 64 };
const DEAD_LETTER = {
  storageAccountId: STORAGE_ID,
  containerName: 'deadletter',
  userAssignedIdentityId: IDENTITY_ID,
};

beforeAll(ensureAssets);

type Over = (stack: TerraformStack) => Partial<PushNotificationsProps>;

function pushIn(stack: TerraformStack, id = 'Push', over: Over = () => ({})): PushNotifications {
  return new PushNotifications(stack, id, {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    fcm: fcmCredential(stack),
    ...over(stack),
  });
}

function push(over?: Over) {
  const stack = newStack();
  const made = pushIn(stack, 'Push', over);
  return { stack, made, json: synth(stack) };
}

let plain: ReturnType<typeof push> | undefined;

/** The pattern with its defaults, synthesized once. */
const defaults = () => (plain ??= push());

const refusal = (over: Over) => errorOf(() => push(over));

function counts(json: Synthesized): Record<string, number> {
  const count: Record<string, number> = {};
  for (const address of json.addresses) {
    const type = address.split('.')[0]!;
    count[type] = (count[type] ?? 0) + 1;
  }
  return count;
}

describe('push notifications, with nothing but names and credentials', () => {
  test('are these resources', () => {
    expect(counts(defaults().json)).toEqual({
      // Communication resource, namespace, two hubs, a rule for each, the role that reads a rule's keys, Function App.
      azapi_resource: 8,
      azapi_resource_action: 1,
      azapi_update_resource: 2,
      azurerm_application_insights: 1,
      azurerm_eventgrid_system_topic: 1,
      azurerm_eventgrid_system_topic_event_subscription: 3,
      azurerm_log_analytics_workspace: 1,
      azurerm_role_assignment: 5,
      azurerm_service_plan: 1,
      azurerm_storage_account: 1,
      azurerm_storage_container: 2,
      azurerm_storage_management_policy: 1,
      azurerm_user_assigned_identity: 2,
      // The relay's code, and the proof of the link.
      // The sign-in, the data location, the code, the time of the link, and the proofs of both hubs.
      terraform_data: 6,
    });
  });

  test('are held by the schemas', () => {
    expect(schemaProblems(push((stack) => ({ voipApns: voipCredential(stack) })).json)).toEqual([]);
  });

  test('have names made from one base', () => {
    const { json } = defaults();
    const names = [
      ...json.resources('azapi_resource'),
      ...json.resourceTypes.flatMap((t) => json.resources(t)),
    ]
      .map((resource) => resource.name as string | undefined)
      .filter((name) => name?.includes('contoso'));
    expect([...new Set(names)].sort()).toEqual([
      'acs-contoso-x7k2p9',
      'appi-contoso-relay',
      'asp-contoso-relay',
      'evgs-contoso-calls',
      'evgs-contoso-messages',
      'evgs-contoso-recordings',
      'evgst-contoso',
      'func-contoso-relay-x7k2p9',
      'id-contoso-events',
      'id-contoso-relay',
      'log-contoso-relay',
      'ntf-contoso-calling',
      'ntf-contoso-relay',
      'ntfns-contoso-x7k2p9',
      'stcontosox7k2p9',
    ]);
  });

  test('have a hub for calls and chat, and another for the relay, in one namespace', () => {
    const { json, stack, made } = defaults();
    expect(json.arm(NAMESPACE)).toHaveLength(1);
    expect(json.arm(HUB).map((hub) => hub.name)).toEqual(['ntf-contoso-calling', 'ntf-contoso-relay']);
    expect(new Set(json.arm(HUB).map((hub) => hub.parent_id)).size).toBe(1);
    expect(json.resource('azapi_resource_action').body.resourceId).toBe(
      resolved(stack, made.callingHub.notificationHubId),
    );
    expect(settingsOf(json).RELAY_HUB_RULE_ID).toMatch(/Push_RelayHub_RelaySendPolicy/);
    expect(made.voipHub).toBeUndefined();
  });

  test('have both credentials in both hubs', () => {
    for (const hub of defaults().json.arm(HUB)) {
      expect(Object.keys(hub.sensitive_body.properties)).toEqual(['apnsCredential', 'fcmV1Credential']);
    }
  });

  test('have policies that can send and nothing else', () => {
    const rules = defaults().json.arm(RULE);
    expect(rules.map((rule) => [rule.name, rule.body.properties.rights])).toEqual([
      ['acs-send', ['Send']],
      ['relay-send', ['Send']],
    ]);
  });

  test('deliver calls for a minute, messages and recordings for a day, each by a subscription of its own', () => {
    const [calls, messages, recordings] = defaults().json.resources(SUBSCRIPTION);
    expect(recordings).toMatchObject({
      included_event_types: RELAY_EVENT_TYPES.recordings,
      retry_policy: { max_delivery_attempts: 30, event_time_to_live: 1440 },
      azure_function_endpoint: { function_id: expect.stringMatching(/\/functions\/recordings$/) },
    });
    expect(messages!.included_event_types).not.toContain(
      'Microsoft.Communication.RecordingFileStatusUpdated',
    );
    expect(calls).toMatchObject({
      included_event_types: RELAY_EVENT_TYPES.calls,
      retry_policy: { max_delivery_attempts: 2, event_time_to_live: 1 },
      azure_function_endpoint: { function_id: expect.stringMatching(/\/functions\/calls$/) },
    });
    expect(messages).toMatchObject({
      included_event_types: RELAY_EVENT_TYPES.messages,
      retry_policy: { max_delivery_attempts: 30, event_time_to_live: 1440 },
      azure_function_endpoint: { function_id: expect.stringMatching(/\/functions\/messages$/) },
    });
  });

  test('deliver every event that the relay makes a push of, and a ring to the short-lived subscription alone', () => {
    const [calls, messages] = defaults().json.resources(SUBSCRIPTION);
    expect(calls!.included_event_types).toEqual(['Microsoft.Communication.IncomingCall']);
    expect(messages!.included_event_types).toContain('Microsoft.Communication.ChatMessageReceived');
    expect(messages!.included_event_types).not.toContain('Microsoft.Communication.IncomingCall');
  });

  test('wait for the published function before subscribing, and for the role before dead-lettering', () => {
    for (const subscription of defaults().json.resources(SUBSCRIPTION)) {
      const first = (subscription.depends_on as string[]).filter((one) => !one.startsWith(SUBSCRIPTION));
      expect(first).toEqual([
        expect.stringMatching(/^data\.azapi_resource\.Push_Events_\w+_FunctionReady_\w+$/),
        expect.stringMatching(/^azurerm_role_assignment\.Push_Events_DeadLetterRole_\w+$/),
        expect.stringMatching(/^terraform_data\.SignIn_\w+$/),
      ]);
    }
    for (const data of push()
      .json.dataSources('azapi_resource')
      .filter((d) => d.type.includes('functions'))) {
      expect(data.depends_on).toEqual([expect.stringMatching(/^terraform_data\.Push_Relay_Publish_\w+$/)]);
    }
  });

  test('keep events that could not be delivered in the storage of the relay', () => {
    const { json } = defaults();
    const [calls, messages] = json.resources(SUBSCRIPTION);
    expect(calls!.storage_blob_dead_letter_destination).toEqual(
      messages!.storage_blob_dead_letter_destination,
    );
    expect(json.resources('azurerm_storage_container').map((container) => container.name)).toEqual([
      'deadletter',
      'releases',
    ]);
  });

  test('are proved once their events are subscribed to', () => {
    const { json } = defaults();
    const proof = verificationsOf(json).find(({ command }) => command.includes('--communication-service'));
    expect(proof!.triggers_replace.level).toBe('settled');
    expect(proof!.depends_on).toEqual([
      expect.stringMatching(/^azapi_resource_action\.Push_CommunicationService_Link_\w+$/),
      expect.stringMatching(/^data\.azapi_resource\.Push_CommunicationService_Link_ReadBack_\w+$/),
      expect.stringMatching(/^azurerm_eventgrid_system_topic_event_subscription\.Push_Events_Calls_\w+$/),
      expect.stringMatching(/^azurerm_eventgrid_system_topic_event_subscription\.Push_Events_Messages_\w+$/),
      expect.stringMatching(
        /^azurerm_eventgrid_system_topic_event_subscription\.Push_Events_Recordings_\w+$/,
      ),
      expect.stringMatching(/^terraform_data\.SignIn_\w+$/),
    ]);
  });

  test('warn of nothing', () => {
    expect(warnings(defaults().stack)).toEqual([]);
  });
});

describe('push notifications with VoIP', () => {
  test('have a third hub, with the .voip topic and without FCM', () => {
    const { json, made } = push((stack) => ({ voipApns: voipCredential(stack) }));
    const voip = json.arm(HUB).find((hub) => hub.name === 'ntf-contoso-voip');
    expect(voip!.body.properties.apnsCredential.properties.appName).toBe('com.example.app.voip');
    expect(Object.keys(voip!.sensitive_body.properties)).toEqual(['apnsCredential']);
    expect(made.voipHub!.apnsTopic).toBe('voip');
    expect(settingsOf(json).RELAY_VOIP_HUB_RULE_ID).toMatch(/Push_VoipHub_RelaySendPolicy/);
  });

  test('refuse a credential for alerts there', () => {
    expect(refusal((stack) => ({ voipApns: apnsCredential(stack) }))).toBe(
      "voipHub takes a hub whose ApnsTokenCredential has topic 'voip' and a bundle id ending in '.voip', got one for " +
        'alert pushes\n  at construct stack/Push/Relay',
    );
  });

  test('refuse a VoIP credential for the hub of alerts', () => {
    expect(refusal((stack) => ({ apns: voipCredential(stack) }))).toMatch(/^hub is for alert pushes/);
  });

  test('take a VoIP credential for the linked hub, beside one of alerts for the relay', () => {
    const { json, made } = push((stack) => ({
      apns: apnsCredential(stack),
      linkedApns: voipCredential(stack),
    }));
    expect([made.callingHub.apnsTopic, made.relayHub!.apnsTopic]).toEqual(['voip', 'alert']);
    const topics = json
      .arm(HUB)
      .map(({ body }) => body.properties.apnsCredential.properties.appName as string);
    expect(topics.sort()).toEqual(['com.example.app', 'com.example.app.voip']);
  });

  test('refuse a credential for a linked hub that exists', () => {
    expect(
      refusal((stack) => ({
        callingHub: NotificationHub.fromNotificationHubId(stack, 'Mine', HUB_ID),
        linkedApns: voipCredential(stack),
      })),
    ).toMatch(/^linkedApns is the credential of a new linked hub, and one that exists is given/);
  });

  test('are proved hub by hub', () => {
    const { json } = push((stack) => ({ apns: apnsCredential(stack), voipApns: voipCredential(stack) }));
    const proofs = verificationsOf(json).map(({ command }) => command);
    expect(proofs).toHaveLength(3);
    expect(proofs.filter((command) => command.includes('--communication-service'))).toHaveLength(1);
    expect(proofs.filter((command) => command.includes('"com.example.app.voip"'))).toHaveLength(1);
    for (const name of ['RelayHub_RelaySendPolicy', 'VoipHub_RelaySendPolicy']) {
      expect(proofs.filter((command) => command.includes(name))).toHaveLength(1);
    }
  });
});

describe('push notifications to browsers', () => {
  test('have a VAPID pair in the hub of the relay alone, which is told so', () => {
    const { json } = push((stack) => ({ browser: browserCredential(stack) }));
    const withPair = json.arm(HUB).filter(({ body }) => 'browserCredential' in body.properties);
    expect(withPair.map(({ name }) => name)).toEqual([expect.stringContaining('relay')]);
    expect(withPair[0]!.sensitive_body.properties.browserCredential).toEqual({
      properties: { vapidPrivateKey: `\${${VAPID_PRIVATE_KEY.canonical('var.vapid_private_key')}}` },
    });
    expect(settingsOf(json).RELAY_PLATFORMS).toBe('apple,fcmv1,browser');
    expect(schemaProblems(json)).toEqual([]);
  });

  test.each([
    ['without a relay', 'events', () => ({ events: false as const })],
    [
      'with a hub that exists',
      'relayHub',
      (stack: TerraformStack) => ({ relayHub: NotificationHub.fromNotificationHubId(stack, 'R', HUB_ID) }),
    ],
  ])('are refused %s', (_, prop, over) => {
    expect(refusal((stack) => ({ browser: browserCredential(stack), ...over(stack) }))).toBe(
      `browser is the credential of the relay's new hub, and there is none here: leave it out, or leave out ${prop}\n` +
        '  at construct stack/Push',
    );
  });
});

describe('push notifications with parts that exist', () => {
  test('use the Communication resource', () => {
    const { json } = push((stack) => ({
      dataLocation: undefined,
      communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    }));
    expect(json.arm(ACS)).toEqual([]);
    expect(json.resource('azapi_resource_action').resource_id).toBe(ACS_ID);
    expect(json.resource(TOPIC).source_resource_id).toBe(ACS_ID);
    expect(settingsOf(json).RELAY_SOURCE_ID).toBe(ACS_ID);
  });

  test('use the namespace', () => {
    const { json } = push((stack) => ({
      namespace: NotificationHubNamespace.fromNamespaceId(stack, 'Namespace', NAMESPACE_ID),
    }));
    expect(json.arm(NAMESPACE)).toEqual([]);
    expect(json.arm(HUB).map((hub) => [hub.parent_id, hub.location])).toEqual([
      [NAMESPACE_ID, 'westeurope'],
      [NAMESPACE_ID, 'westeurope'],
    ]);
  });

  test('use the hubs, and make no namespace when all are there', () => {
    const { json } = push((stack) => ({
      apns: undefined,
      fcm: undefined,
      callingHub: NotificationHub.fromNotificationHubId(stack, 'Calling', HUB_ID),
      relayHub: NotificationHub.fromNotificationHubId(stack, 'Relay', `${HUB_ID}-relay`),
      voipHub: NotificationHub.fromNotificationHubId(stack, 'Voip', `${HUB_ID}-voip`),
    }));
    expect(json.arm(NAMESPACE)).toEqual([]);
    expect(json.arm(HUB)).toEqual([]);
    expect(json.resource('azapi_resource_action').body.resourceId).toBe(HUB_ID);
    expect(
      json
        .arm(RULE)
        .map((rule) => rule.parent_id)
        .sort(),
    ).toEqual([HUB_ID, `${HUB_ID}-relay`, `${HUB_ID}-voip`]);
  });

  test('use the policy, the key and the token of the link', () => {
    const { json } = push((stack) => ({
      link: {
        policy: SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID),
        key: 'secondary',
        relinkToken: 'again',
      },
    }));
    expect(json.ephemeral('azapi_resource_action')).toMatchObject({
      resource_id: RULE_ID,
      response_export_values: { connectionString: 'secondaryConnectionString' },
    });
    expect(json.resource('azapi_resource_action').headers).toEqual({ 'x-relink': 'again' });
    expect(json.arm(RULE).map((rule) => rule.name)).toEqual(['relay-send']);
  });

  test('use the system topic with its dead letters, without a word', () => {
    const { json, stack } = push((scope) => ({
      systemTopic: SystemTopic.fromSystemTopicId(scope, 'Topic', TOPIC_ID),
      deadLetter: DEAD_LETTER,
    }));
    expect(json.resources(TOPIC)).toEqual([]);
    for (const subscription of json.resources(SUBSCRIPTION)) {
      expect(subscription).toMatchObject({
        system_topic: 'evgst-app',
        storage_blob_dead_letter_destination: {
          storage_account_id: STORAGE_ID,
          storage_blob_container_name: 'deadletter',
        },
        dead_letter_identity: { type: 'UserAssigned', user_assigned_identity: IDENTITY_ID },
      });
    }
    expect(json.resources('azurerm_storage_container').map((container) => container.name)).toEqual([
      'deadletter',
      'releases',
    ]);
    expect(warnings(stack)).toEqual([]);
  });

  test('warn when a system topic comes without a place for dead letters', () => {
    const { json, stack } = push((scope) => ({
      systemTopic: SystemTopic.fromSystemTopicId(scope, 'Topic', TOPIC_ID),
    }));
    expect(warnings(stack)).toEqual([
      'stack/Push: events that cannot be delivered are lost: a system topic that exists was given without deadLetter; ' +
        'give deadLetter too [ack: cdktf-acs-push:no-dead-letter]',
    ]);
    expect(json.resources(SUBSCRIPTION)[0]).not.toHaveProperty('storage_blob_dead_letter_destination');
  });

  test('use the storage account, for the package and for dead letters', () => {
    const { json } = push((stack) => ({
      events: {
        storage: new KeylessStorageAccount(stack, 'Mine', { resourceGroup: GROUP, name: 'stmine' }),
      },
    }));
    expect(json.resource('azurerm_storage_account').name).toBe('stmine');
    expect(json.resources('azurerm_storage_container')).toHaveLength(2);
  });

  test('keep the dead letters of Event Grid and of the relay in one container', () => {
    const { json } = push(() => ({}));
    const containers = json.resources('azurerm_storage_container').map(({ name }) => name);
    expect(containers).toEqual(['deadletter', 'releases']);
    const { RELAY_DEADLETTER_CONTAINER: container, RELAY_STORAGE_ACCOUNT: account } = settingsOf(json);
    expect(container).toMatch(
      /^\$\{azurerm_storage_container\.Push_Storage_Container-deadletter_\w+\.name\}$/,
    );
    expect(account).toMatch(/^\$\{azurerm_storage_account\.Push_Storage_\w+\.name\}$/);
    for (const { storage_blob_dead_letter_destination: place } of json.resources(SUBSCRIPTION)) {
      expect(place).toEqual({
        storage_account_id: account!.replace('.name}', '.id}'),
        storage_blob_container_name: container,
      });
    }
    expect(json.resources(SUBSCRIPTION)).toHaveLength(3);
  });

  test('hand the other props of the relay on', () => {
    const { json } = push(() => ({ events: { instanceMemoryInMb: 512, appSettings: { EXTRA: 'x' } } }));
    expect(json.oneArm(APP).body.properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB).toBe(512);
    expect(settingsOf(json).EXTRA).toBe('x');
  });

  test('use other subscriptions: types, retries, filters, batches of names', () => {
    const { json } = push(() => ({
      calls: { eventTypes: ['Microsoft.Communication.CallEnded'], name: 'evgs-mine' },
      messages: {
        retryPolicy: { maxDeliveryAttempts: 3, eventTimeToLive: 10 },
        filter: { subjectBeginsWith: 'thread' },
        deliverySchema: 'CloudEventSchemaV1_0',
      },
    }));
    const [calls, messages] = json.resources(SUBSCRIPTION);
    expect(calls).toMatchObject({
      name: 'evgs-mine',
      included_event_types: ['Microsoft.Communication.CallEnded'],
      retry_policy: { max_delivery_attempts: 2, event_time_to_live: 1 },
    });
    expect(messages).toMatchObject({
      included_event_types: RELAY_EVENT_TYPES.messages,
      retry_policy: { max_delivery_attempts: 3, event_time_to_live: 10 },
      subject_filter: { subject_begins_with: 'thread' },
      event_delivery_schema: 'CloudEventSchemaV1_0',
    });
  });

  test('are proved to another level, or not at all', () => {
    const levelsOf = (verification: PushNotificationsProps['verification']) =>
      verificationsOf(push(() => ({ verification })).json)
        .map(({ triggers_replace }) => triggers_replace.level)
        .sort();
    // No call goes through the relay's hub.
    expect(levelsOf({ level: 'live' })).toEqual(['live', 'settled']);
    expect(levelsOf({ level: 'config' })).toEqual(['config', 'config']);
    expect(levelsOf(false)).toEqual([]);
  });

  test('tag all that can be tagged', () => {
    const { json } = push(() => ({ tags: { app: 'x' } }));
    const tagged = [
      'azurerm_storage_account',
      'azurerm_user_assigned_identity',
      TOPIC,
      'azurerm_service_plan',
    ];
    for (const resource of [
      ...json.arm(ACS),
      ...json.arm(HUB),
      ...json.arm(APP),
      ...tagged.flatMap((type) => json.resources(type)),
    ]) {
      expect(resource.tags).toEqual({ app: 'x' });
    }
  });
});

describe('push notifications whose events go elsewhere', () => {
  test('to a webhook, have no relay, and storage for dead letters alone', () => {
    const { json, made } = push(() => ({ events: WEBHOOK }));
    expect(json.arm(APP)).toEqual([]);
    expect(json.arm(HUB).map((hub) => hub.name)).toEqual(['ntf-contoso-calling']);
    expect(made.relay).toBeUndefined();
    expect(made.relayHub).toBeUndefined();
    expect(json.resources(SUBSCRIPTION).map((subscription) => subscription.webhook_endpoint)).toEqual([
      { url: 'https://hooks.example.com/acs', ...ONE_AT_ONCE },
      { url: 'https://hooks.example.com/acs', ...ONE_AT_ONCE },
      { url: 'https://hooks.example.com/acs', ...ONE_AT_ONCE },
    ]);
    expect(json.resources('azurerm_storage_container').map((container) => container.name)).toEqual([
      'deadletter',
    ]);
    expect(json.resources('azurerm_role_assignment')).toHaveLength(1);
    expect(schemaProblems(json)).toEqual([]);
  });

  test('to a webhook with dead letters of its own, have no storage', () => {
    const { json } = push(() => ({ events: WEBHOOK, deadLetter: DEAD_LETTER }));
    expect(json.resources('azurerm_storage_account')).toEqual([]);
  });

  test('to a webhook through a topic that exists, have no storage either, and warn', () => {
    const { json, stack } = push((scope) => ({
      events: WEBHOOK,
      systemTopic: SystemTopic.fromSystemTopicId(scope, 'Topic', TOPIC_ID),
    }));
    expect(json.resources('azurerm_storage_account')).toEqual([]);
    expect(warnings(stack)).toHaveLength(1);
  });

  test('to a function that exists, wait for it', () => {
    const { json } = push(() => ({
      events: new FunctionDestination({ functionAppId: FUNCTION_APP_ID, functionName: 'mine' }),
    }));
    expect(json.resources(SUBSCRIPTION).map((s) => s.azure_function_endpoint)).toEqual(
      Array(3).fill({ function_id: `${FUNCTION_APP_ID}/functions/mine`, ...ONE_AT_ONCE }),
    );
    expect(json.dataSources('azapi_resource').filter((data) => data.retry)).toHaveLength(3);
  });

  test('nowhere, are a linked hub and nothing else', () => {
    const { json, made } = push(() => ({ events: false }));
    expect(counts(json)).toEqual({ azapi_resource: 4, azapi_resource_action: 1, terraform_data: 4 });
    expect(made.events).toBeUndefined();
    expect(made.relay).toBeUndefined();
  });
});

describe('push notifications refuse', () => {
  test.each(['C', 'a', '1contoso', 'contoso-', 'con_toso', 'a'.repeat(21), ''])('the name %p', (name) => {
    expect(refusal(() => ({ name }))).toBe(
      `name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got '${name}'\n` +
        '  at construct stack/Push',
    );
  });

  test.each([
    ['ab', "'ab'"],
    ['ABC', "'ABC'"],
    ['a'.repeat(11), `'${'a'.repeat(11)}'`],
    ['a-b', "'a-b'"],
    [undefined, 'none'],
  ])('the suffix %p', (uniqueSuffix, got) => {
    expect(refusal(() => ({ uniqueSuffix }))).toContain(
      `uniqueSuffix takes 3 to 10 lower-case letters and digits, got ${got}: give any that nobody else has ` +
        "with this name, such as 'x7k2p9'; a stack that is deployed already has one, which the names of its namespace and " +
        'of its Function App end with',
    );
  });

  test('a missing data location', () => {
    expect(refusal(() => ({ dataLocation: undefined }))).toBe(
      "dataLocation is needed for a new Communication Services resource, for example 'Europe'\n" +
        '  at construct stack/Push',
    );
  });

  test('missing credentials', () => {
    expect(refusal(() => ({ apns: undefined, fcm: undefined }))).toBe(
      ['CallingHub', 'RelayHub']
        .map(
          (id) =>
            `a hub without push credentials delivers nothing: give apns, fcm, browser or several\n  at construct stack/Push/${id}`,
        )
        .join('\n'),
    );
  });

  test('a name that another one in the stack has', () => {
    expect(
      errorOf(() => {
        const stack = newStack();
        pushIn(stack, 'First');
        pushIn(stack, 'Second', () => ({ outputs: false }));
      }),
    ).toBe(
      "name 'contoso' is taken by stack/First: give each PushNotifications of a stack its own\n" +
        '  at construct stack/Second',
    );
  });

  test('one hub for both purposes', () => {
    expect(
      refusal((stack) => {
        const theHub = NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID);
        return { callingHub: theHub, relayHub: theHub, apns: undefined, fcm: undefined };
      }),
    ).toBe(
      'the relay needs a hub of its own, or its pushes cannot be told from those of Communication Services; got ' +
        'stack/Hub as callingHub and as relayHub: leave relayHub out, or give another\n  at construct stack/Push',
    );
  });

  test.each([
    ['a webhook', WEBHOOK],
    ['nothing', false],
  ] as const)('a VoIP hub when events go to %s', (_, events) => {
    expect(refusal((stack) => ({ events, voipApns: voipCredential(stack) }))).toBe(
      "relayHub, voipApns and voipHub are the relay's, and there is no relay here: leave them out, or leave out events\n" +
        '  at construct stack/Push',
    );
  });
});

test.each<[string, (stack: TerraformStack) => object]>([
  ['there are no events', () => ({ events: false })],
  [
    'they are kept elsewhere',
    () => ({
      events: new WebhookDestination({ url: 'https://hooks.contoso.com/acs' }),
      deadLetter: { storageAccountId: STORAGE_ID, containerName: 'kept' },
    }),
  ],
])('days that dead letters are kept are refused where %s', (_, over) => {
  expect(refusal((stack) => ({ ...over(stack), deadLetterRetentionDays: 7 }))).toBe(
    "deadLetterRetentionDays is of the dead letters in a storage account of this construct's, and there are none here: " +
      'leave it out\n  at construct stack/Push',
  );
});

describe('two of them', () => {
  test('stand in one stack without a clash', () => {
    const stack = newStack();
    for (const name of ['contoso', 'fabrikam']) {
      pushIn(stack, name, () => ({ name, outputs: { prefix: name } }));
    }
    const json = synth(stack);
    expect(json.addresses).toHaveLength(69);
    const names = json.resourceTypes.flatMap((type) =>
      json.resources(type).map(({ name }) => `${type} ${name}`),
    );
    const ofAParent = /azurerm_storage_container|acs-send|relay-send|undefined/;
    const own = names.filter((name) => !ofAParent.test(name));
    expect(new Set(own).size).toBe(own.length);
    expect(schemaProblems(json)).toEqual([]);
  });

  test('share variables that they both read', () => {
    const stack = newStack();
    pushIn(stack, 'One', () => ({ name: 'one' }));
    pushIn(stack, 'Two', () => ({ name: 'two', outputs: { prefix: 'two' } }));
    expect(Object.keys(synth(stack).variables).sort()).toEqual(['apns_token', 'fcm_service_account']);
  });

  test('of one name stand in two stacks of one app, under other names worldwide', () => {
    const app = newApp();
    const [one, two] = ['one', 'two'].map((id) => {
      const stack = newStack(id, app);
      pushIn(stack, 'Push', () => ({ uniqueSuffix: `suffix${id}` }));
      return synth(stack);
    });
    expect(one!.addresses).toEqual(two!.addresses);
    expect(one!.oneArm(APP).name).not.toBe(two!.oneArm(APP).name);
    expect(one!.resource('azurerm_storage_account').name).not.toBe(
      two!.resource('azurerm_storage_account').name,
    );
  });
});

describe('a stack with push notifications', () => {
  test('is written whole to the output folder, with the package beside it', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'push-notifications-'));
    try {
      const app = new App({ outdir });
      const stack = newStack('whole', app);
      const made = pushIn(stack);
      new TerraformOutput(stack, 'hub', { value: made.callingHub.notificationHubId });
      app.synth();
      const folder = join(outdir, 'stacks/whole');
      const json = new Synthesized(readFileSync(join(folder, 'cdk.tf.json'), 'utf8'));
      const [provisioner] = publishingOf(json).provisioner;
      const { command, environment } = provisioner['local-exec'];
      expect(readFileSync(join(folder, environment.PUBLISH_PACKAGE)).subarray(0, 2).toString()).toBe('PK');
      expect(readFileSync(join(folder, command.replace('node ', '')), 'utf8')).toContain('/api/publish');
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });
});

describe('events that go to a storage queue', () => {
  test('are delivered by the identity that writes dead letters, to all three subscriptions by one role', () => {
    const stack = newStack();
    new PushNotifications(stack, 'Push', {
      resourceGroup: GROUP,
      name: 'contoso',
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      apns: apnsCredential(stack),
      events: new StorageQueueDestination({
        storage: new KeylessStorageAccount(stack, 'Events', { resourceGroup: GROUP, name: 'stevents' }),
        queueName: 'acs-events',
      }),
    });
    const json = synth(stack);
    expect(json.resources(SUBSCRIPTION).map(({ delivery_identity }) => delivery_identity)).toEqual(
      Array(3).fill({
        type: 'UserAssigned',
        user_assigned_identity: json.resource(TOPIC).identity.identity_ids[0],
      }),
    );
    expect(
      json.resources('azurerm_role_assignment').map(({ role_definition_name }) => role_definition_name),
    ).toEqual(['Storage Blob Data Contributor', 'Storage Queue Data Message Sender']);
    expect(schemaProblems(json)).toEqual([]);
  });
});

test('a principal of a pipeline may verify the link and the hubs of the relay', () => {
  const stack = newStack();
  const push = new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
  });
  const principalId = '11111111-1111-4111-8111-111111111111';
  push.grantVerify({ principalId });
  const granted = synth(stack)
    .resources('azurerm_role_assignment')
    .filter((role) => role.principal_id === principalId)
    .map(({ scope, role_definition_name }) => [
      String(scope).replace(/_[0-9A-F]{8}/g, ''),
      role_definition_name ?? 'custom',
    ]);
  expect(granted).toEqual(
    expect.arrayContaining([
      ['${azapi_resource.Push_CommunicationService.id}', 'Reader'],
      ['${azapi_resource.Push_CallingHub.id}', 'custom'],
      ['${azapi_resource.Push_CallingHub_AcsSendPolicy.id}', 'custom'],
      ['${azapi_resource.Push_RelayHub.id}', 'custom'],
      ['${azapi_resource.Push_RelayHub_RelaySendPolicy.id}', 'custom'],
    ]),
  );
  // Of the namespace once, although both hubs lie in it: Azure refuses an assignment that is there already.
  expect(granted.filter(([scope]) => scope === '${azapi_resource.Push_Namespace.id}')).toEqual([
    ['${azapi_resource.Push_Namespace.id}', 'Reader'],
  ]);
  expect(granted).toHaveLength(6);
});
