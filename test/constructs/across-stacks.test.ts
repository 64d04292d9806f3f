import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import {
  AzapiResource,
  CommunicationEvents,
  CommunicationService,
  FcmV1Credential,
  HubVerification,
  KeylessStorageAccount,
  LinkVerification,
  Naming,
  NotificationHub,
  NotificationHubLink,
  NotificationHubNamespace,
  PushMonitoring,
  PushNotifications,
  PushRelay,
  SecretValue,
} from '../../constructs';
import { ensureAssets } from '../support/assets';
import { maximalPush } from '../support/maximal';
import { schemaProblems } from '../support/provider-schema';
import { referenceProblems, synthAll } from '../support/references';
import {
  apnsCredential,
  communicationService,
  fcmCredential,
  GROUP,
  hub,
  VAULT_ID,
} from '../support/samples';
import { errorOf, newApp, newStack, verificationsOf, type Synthesized } from '../support/synth';

beforeAll(ensureAssets);

interface Two {
  readonly a: TerraformStack;
  readonly b: TerraformStack;
}

/** Builds in two stacks of one app; all that is synthesized has to be valid. */
function inTwo(build: (stacks: Two) => void): { a: Synthesized; b: Synthesized } {
  const app = newApp();
  build({ a: newStack('a', app), b: newStack('b', app) });
  const { a, b } = synthAll(app);
  expect({ a: referenceProblems(a!), b: referenceProblems(b!) }).toEqual({ a: [], b: [] });
  expect({ a: schemaProblems(a!), b: schemaProblems(b!) }).toEqual({ a: [], b: [] });
  return { a: a!, b: b! };
}

const READ_FROM_A = /^\$\{data\.terraform_remote_state\.[\w-]+\.outputs\./;

const naming = new Naming('contoso', 'x7k2p9');

describe('a link across stacks', () => {
  test('leads from a resource here to a hub of another stack', () => {
    const { a, b } = inTwo((stacks) => {
      const theirs = hub(stacks.a);
      communicationService(stacks.b).linkNotificationHub(theirs);
    });
    expect(b.ephemeral('azapi_resource_action').resource_id).toMatch(READ_FROM_A);
    expect(b.resource('azapi_resource_action').body.resourceId).toMatch(READ_FROM_A);
    // The rule stands with its hub.
    expect(a.arm('Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules')).toHaveLength(
      1,
    );
    expect(b.variables).toEqual({});
  });

  test('is made with a resource of another stack, and has its secrets with the hub', () => {
    const { a, b } = inTwo((stacks) => {
      const theirs = communicationService(stacks.a);
      new NotificationHubLink(stacks.b, 'Link', { communicationService: theirs, hub: hub(stacks.b) });
    });
    expect(b.resource('azapi_resource_action').resource_id).toMatch(READ_FROM_A);
    expect(a.json.ephemeral).toBeUndefined();
    expect(a.variables).toEqual({});
    expect(Object.keys(b.variables)).toEqual(['apns_token']);
  });

  test('is verified from another stack, again whenever it or its hub changes', () => {
    const { a, b } = inTwo((stacks) => {
      const link = communicationService(stacks.a).linkNotificationHub(hub(stacks.a));
      new LinkVerification(stacks.b, 'Verification', { link, dependsOn: [link.readBack] });
    });
    const [verification] = verificationsOf(b);
    expect(verification!.triggers_replace.policy).toMatch(READ_FROM_A);
    const changes = Object.entries(verification!.triggers_replace).filter(([name]) =>
      name.startsWith('changes'),
    );
    expect(changes).toHaveLength(2);
    for (const [, value] of changes) expect(value).toMatch(READ_FROM_A);
    const replaced = a
      .resources('terraform_data')
      .flatMap(({ lifecycle }) => lifecycle?.replace_triggered_by ?? []);
    expect(replaced).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^azapi_resource_action\./),
        expect.stringMatching(/^azapi_resource\.Hub_/),
      ]),
    );
  });

  test('of a hub alone is verified from another stack', () => {
    inTwo((stacks) => {
      const theirs = hub(stacks.a);
      const policy = theirs.addSendOnlyPolicy('Policy');
      new HubVerification(stacks.b, 'Verification', { hub: theirs, policy });
    });
  });
});

describe('a namespace across stacks', () => {
  test('holds hubs of other stacks', () => {
    const { b } = inTwo((stacks) => {
      const namespace = new NotificationHubNamespace(stacks.a, 'Namespace', {
        resourceGroup: GROUP,
        name: 'ntfns-shared',
      });
      new NotificationHub(stacks.b, 'Hub', { name: 'ntf-b', namespace, apns: apnsCredential(stacks.b) });
    });
    expect(b.oneArm('Microsoft.NotificationHubs/namespaces/notificationHubs').parent_id).toMatch(READ_FROM_A);
  });
});

describe('a secret across stacks', () => {
  test('is a variable of the stack that uses it, with all that is checked of it', () => {
    const { a, b } = inTwo((stacks) => {
      hub(stacks.b, 'Hub', apnsCredential(stacks.a));
    });
    expect(a.variables).toEqual({});
    expect(b.variables.apns_token).toMatchObject({ ephemeral: true, sensitive: true });
    expect(b.variables.apns_token!.validation.length).toBeGreaterThan(1);
  });

  test('is read from its vault in the stack that uses it', () => {
    const { a, b } = inTwo((stacks) => {
      const token = SecretValue.fromKeyVault(stacks.a, { keyVaultId: VAULT_ID, secretName: 'apns' });
      hub(stacks.b, 'Hub', apnsCredential(stacks.a, { token }));
    });
    expect(a.json.ephemeral).toBeUndefined();
    expect(b.ephemeral('azurerm_key_vault_secret').lifecycle.postcondition.length).toBeGreaterThan(1);
  });

  test('is read from a vault that another stack makes', () => {
    const { b } = inTwo((stacks) => {
      const vault = new AzapiResource(stacks.a, 'Vault', {
        type: 'Microsoft.KeyVault/vaults@2023-07-01',
        name: 'kv-app',
        parentId: GROUP.id,
      });
      const token = SecretValue.fromKeyVault(stacks.a, { keyVaultId: vault.id, secretName: 'apns' });
      hub(stacks.b, 'Hub', apnsCredential(stacks.a, { token }));
    });
    expect(b.ephemeral('azurerm_key_vault_secret').key_vault_id).toMatch(READ_FROM_A);
  });

  test('is in both stacks when hubs of both share a credential', () => {
    const { a, b } = inTwo((stacks) => {
      const apns = apnsCredential(stacks.a);
      const fcm: FcmV1Credential = fcmCredential(stacks.a);
      for (const stack of [stacks.a, stacks.b]) {
        new NotificationHub(stack, 'Hub', {
          resourceGroup: GROUP,
          name: 'ntf',
          namespaceName: `ntfns-${stack.node.id}`,
          apns,
          fcm,
        });
      }
    });
    expect(Object.keys(a.variables)).toEqual(['apns_token', 'fcm_service_account']);
    expect(b.variables).toEqual(a.variables);
  });

  test('stays where it was asked for as long as nobody else uses it', () => {
    const { a, b } = inTwo((stacks) => {
      SecretValue.fromVariable(stacks.a, 'token');
    });
    expect(Object.keys(a.variables)).toEqual(['token']);
    expect(b.variables).toEqual({});
  });

  test('is bound to the stack that a token of it is written in', () => {
    const { a, b } = inTwo((stacks) => {
      const token = SecretValue.fromVariable(stacks.a, 'token');
      new TerraformOutput(stacks.b, 'Length', { value: token.transform((value) => `length(${value})`) });
    });
    expect(a.variables).toEqual({});
    expect(Object.keys(b.variables)).toEqual(['token']);
  });
});

describe('an ephemeral value', () => {
  test('is refused in another stack, since it would have to be kept in state', () => {
    const app = newApp();
    const [a, b] = [newStack('a', app), newStack('b', app)];
    const link = communicationService(a).linkNotificationHub(hub(a));
    const keys = link.node.findChild('Keys') as unknown as { output(name: string): string };
    new TerraformOutput(b, 'Leaked', { value: keys.output('connectionString') });
    expect(errorOf(() => synthAll(app))).toContain(
      'an ephemeral value cannot leave the stack that opens it, since it would be kept in state as an output; got a ' +
        'reference from stack b: open it in that stack too',
    );
  });
});

describe('the whole pattern across stacks', () => {
  test('has its parts in a resource group of another stack', () => {
    const { b } = inTwo((stacks) => {
      const resourceGroup = new ResourceGroup(stacks.a, 'Group', { name: 'rg-app', location: 'westeurope' });
      maximalPush(stacks.b, { resourceGroup });
    });
    expect(b.oneArm('Microsoft.Communication/communicationServices').parent_id).toMatch(READ_FROM_A);
  });

  test('takes every part that can be given from another stack', () => {
    inTwo((stacks) => {
      const storage = new KeylessStorageAccount(stacks.a, 'Storage', {
        resourceGroup: GROUP,
        name: 'stshared',
      });
      const acs = communicationService(stacks.a);
      new PushNotifications(stacks.b, 'Push', {
        resourceGroup: GROUP,
        name: 'contoso',
        uniqueSuffix: 'x7k2p9',
        communicationService: acs,
        callingHub: hub(stacks.a, 'Calling'),
        relayHub: hub(stacks.a, 'Relay'),
        events: { storage },
        monitoring: { emails: ['oncall@contoso.com'] },
      });
    });
  });

  test('gives its parts to another stack: relay, topic and monitoring', () => {
    const { b } = inTwo((stacks) => {
      const push = maximalPush(stacks.a, { monitoring: undefined });
      const events = new CommunicationEvents(stacks.b, 'Events', {
        resourceGroup: GROUP,
        communicationService: push.communicationService,
        systemTopic: push.events!.systemTopic,
      });
      events.addSubscription('More', {
        name: 'more',
        eventTypes: ['Microsoft.Communication.SMSReceived'],
        destination: push.relay!.destination('messages'),
        dependsOn: [push.link.action],
      });
      new PushMonitoring(stacks.b, 'Monitoring', {
        resourceGroup: GROUP,
        naming,
        hubs: [{ purpose: 'calling', hub: push.callingHub }],
        systemTopic: push.events!.systemTopic,
        relay: push.relay,
        logAnalyticsWorkspaceId: push.relay!.logAnalyticsWorkspaceId,
      });
    });
    const subscription = b.resource('azurerm_eventgrid_system_topic_event_subscription');
    expect(subscription.depends_on).toEqual([
      expect.stringMatching(/^data\.azapi_resource\..*FunctionReady/),
    ]);
    expect(b.dataSource('azapi_resource').depends_on ?? []).toEqual([]);
  });

  test('has a relay in another stack than the link that it watches', () => {
    inTwo((stacks) => {
      const acs = communicationService(stacks.a);
      const link = acs.linkNotificationHub(hub(stacks.a, 'Calling'));
      new PushRelay(stacks.b, 'Relay', {
        resourceGroup: GROUP,
        naming,
        communicationService: acs,
        hub: hub(stacks.b, 'RelayHub'),
        linkHealth: { link },
      });
    });
  });

  test('gives the host name of its resource to another stack', () => {
    const { b } = inTwo((stacks) => {
      const acs: CommunicationService = communicationService(stacks.a);
      new TerraformOutput(stacks.b, 'Host', { value: acs.hostName });
    });
    expect(b.outputs.Host!.value).toMatch(
      /^\$\{try\(data\.terraform_remote_state\..*\["?hostName.*|hostName, null\)\}$/,
    );
  });
});
