import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { TerraformStack } from 'cdktf';
import {
  AzapiProvider,
  CommunicationEvents,
  KeylessStorageAccount,
  PushNotifications,
  StorageQueueDestination,
  WebhookDestination,
  type PushNotificationsProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { ENDPOINT_SUBNET, PRIVATE, told, ZONES } from '../../support/network';
import { schemaProblems } from '../../support/provider-schema';
import {
  apnsCredential,
  communicationService,
  GROUP,
  IDENTITY_ID,
  STORAGE_ID,
  VAULT_ID,
} from '../../support/samples';
import { thrownBy, newApp, newStack, synth, warnings } from '../../support/synth';

beforeAll(ensureAssets);

function pattern(over: Partial<PushNotificationsProps> = {}) {
  const stack = new TerraformStack(newApp(), 'stack');
  new AzurermProvider(stack, 'azurerm', {
    features: [{ storage: [{ dataPlaneAvailable: false }] }],
    storageUseAzuread: true,
  });
  new AzapiProvider(stack, 'azapi');
  new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    privateNetworking: PRIVATE,
    ...over,
  });
  return { stack, json: synth(stack) };
}

const account = (json: ReturnType<typeof synth>, name: string) =>
  json.resources('azurerm_storage_account').find((one) => one.name === name)!;

describe('push notifications in a private network', () => {
  test('are held by the schemas, and close what the relay stores', () => {
    const { json } = pattern();
    expect(schemaProblems(json)).toEqual([]);
    expect(account(json, 'stcontosox7k2p9')).toMatchObject({ public_network_access_enabled: false });
    expect(json.resources('azurerm_private_endpoint').map(({ name }) => name)).toEqual([
      'pep-contoso-relay-sites',
      'pep-contoso-relay-blob',
      'pep-contoso-relay-table',
    ]);
  });

  test('keep what Event Grid cannot deliver in an account that it reaches, without keys and apart', () => {
    const { stack, json } = pattern();
    const letters = account(json, 'stcontosoeventsx7k2p9');
    expect(letters).toMatchObject({ shared_access_key_enabled: false });
    expect(letters).not.toHaveProperty('network_rules');
    for (const { storage_blob_dead_letter_destination: destination } of json.resources(
      'azurerm_eventgrid_system_topic_event_subscription',
    )) {
      expect(destination.storage_account_id).toMatch(
        /^\$\{azurerm_storage_account\.Push_DeadLetterStorage_\w+\.id\}$/,
      );
    }
    expect(warnings(stack)).toContainEqual(
      expect.stringContaining('[ack: cdktf-acs-push:event-grid-dead-letters-public]'),
    );
  });

  test('keep them where they are told to', () => {
    const { stack, json } = pattern({
      deadLetter: { storageAccountId: STORAGE_ID, containerName: 'letters' },
    });
    expect(json.resources('azurerm_storage_account')).toHaveLength(1);
    expect(warnings(stack).join()).not.toContain('event-grid-dead-letters-public');
  });

  test('lead the network to a vault that exists', () => {
    const { json } = pattern({ privateNetworking: { ...PRIVATE, keyVaultId: VAULT_ID } });
    expect(json.resourceNamed('azurerm_private_endpoint', 'VaultPrivateEndpoint')).toMatchObject({
      name: 'pep-contoso-vault',
      subnet_id: ENDPOINT_SUBNET,
      private_service_connection: {
        private_connection_resource_id: VAULT_ID,
        subresource_names: ['vault'],
      },
      private_dns_zone_group: { private_dns_zone_ids: [ZONES.vault] },
    });
  });

  test('need the zone of vaults for one', () => {
    const { vault: _, ...zones } = ZONES;
    const network = { ...PRIVATE, privateDnsZoneIds: zones, keyVaultId: VAULT_ID };
    expect(told(thrownBy(() => pattern({ privateNetworking: network })))).toEqual([
      "[stack/Push] privateNetworking.privateDnsZoneIds.vault takes the ARM id of the zone of key vaults, got nothing: give it with keyVaultId, or 'manual' for all zones",
    ]);
  });

  test.each([false as const, new WebhookDestination({ url: 'https://push.contoso.com/events' })])(
    'need a relay to be in it',
    (events) => {
      expect(told(thrownBy(() => pattern({ events })))).toContain(
        "[stack/Push] privateNetworking takes the relay's network, got no relay: leave it out, or leave out events; for a vault alone make a PrivateEndpoint",
      );
    },
  );
});

describe('a queue in an account behind a firewall', () => {
  const events = (over: object) => {
    const stack = newStack();
    const storage = new KeylessStorageAccount(stack, 'Storage', {
      resourceGroup: GROUP,
      name: 'stapp',
      ...over,
    });
    new CommunicationEvents(stack, 'Events', {
      resourceGroup: GROUP,
      communicationService: communicationService(stack),
      systemTopicName: 'evgst-app',
      identity: { id: IDENTITY_ID, principalId: '11111111-2222-4333-8444-555555555555' },
      deadLetter: { storageAccountId: STORAGE_ID, containerName: 'letters' },
    }).addSubscription('Calls', {
      name: 'evgs-calls',
      eventTypes: ['Microsoft.Communication.IncomingCall'],
      destination: new StorageQueueDestination({ storage, queueName: 'calls' }),
    });
    synth(stack);
    return warnings(stack).filter((warning) => warning.includes('queue-behind-firewall'));
  };

  test('is said to get nothing', () => {
    expect(events({ allowedIpRanges: ['203.0.113.7'] })).toEqual([
      expect.stringMatching(/^stack\/Events\/Calls: .*\[ack: cdktf-acs-push:queue-behind-firewall\]/s),
    ]);
  });

  test('is none in an account that is open', () => {
    expect(events({})).toEqual([]);
  });
});

describe('dead letters in an account behind a firewall', () => {
  const events = (over: object) => {
    const stack = newStack();
    new CommunicationEvents(stack, 'Events', {
      resourceGroup: GROUP,
      communicationService: communicationService(stack),
      systemTopicName: 'evgst-app',
      deadLetterContainer: {
        storage: new KeylessStorageAccount(stack, 'Storage', {
          resourceGroup: GROUP,
          name: 'stapp',
          ...over,
        }),
        identityName: 'id-events',
      },
    });
    synth(stack);
    return warnings(stack);
  };

  test('are said to be lost', () => {
    expect(events({ allowedIpRanges: ['203.0.113.7'] })).toEqual([
      expect.stringContaining('[ack: cdktf-acs-push:dead-letters-behind-firewall]'),
    ]);
  });

  test('are none in an account that is open to Event Grid', () => {
    expect(events({})).toEqual([]);
  });
});
