import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { KeylessStorageAccount } from '../../../constructs';
import { schemaProblems } from '../../support/provider-schema';
import { GROUP, storageAccount } from '../../support/samples';
import { errorOf, newStack, synth, synthWith } from '../../support/synth';

describe('a storage account without keys', () => {
  test('has everything off that would let a key or a stranger in', () => {
    const json = synthWith((stack) => storageAccount(stack));
    expect(json.resource('azurerm_storage_account')).toEqual({
      name: 'stapp',
      resource_group_name: 'rg-app',
      location: 'westeurope',
      account_kind: 'StorageV2',
      account_tier: 'Standard',
      account_replication_type: 'LRS',
      shared_access_key_enabled: false,
      default_to_oauth_authentication: true,
      allow_nested_items_to_be_public: false,
      cross_tenant_replication_enabled: false,
      local_user_enabled: false,
      min_tls_version: 'TLS1_2',
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('lies elsewhere, is replicated otherwise and tagged when asked to', () => {
    const resource = synthWith((stack) => {
      new KeylessStorageAccount(stack, 'Storage', {
        resourceGroup: GROUP,
        name: 'stapp',
        location: 'northeurope',
        replication: 'ZRS',
        tags: { app: 'x' },
      });
    }).resource('azurerm_storage_account');
    expect(resource).toMatchObject({
      location: 'northeurope',
      account_replication_type: 'ZRS',
      tags: { app: 'x' },
    });
  });

  test('lets nobody in from addresses that it lists while it is closed', () => {
    const stack = newStack();
    new KeylessStorageAccount(stack, 'Storage', {
      resourceGroup: GROUP,
      name: 'stapp',
      publicNetworkAccess: 'Disabled',
      allowedIpRanges: ['203.0.113.7'],
    });
    expect(errorOf(() => synth(stack))).toContain(
      "allowedIpRanges takes who comes over the internet, got 1 and publicNetworkAccess 'Disabled', which lets nobody in: leave out one of them",
    );
  });

  test('holds private containers, made through ARM and not through its keys', () => {
    const json = synthWith((stack) => storageAccount(stack).container('releases'));
    expect(json.resource('azurerm_storage_container')).toEqual({
      name: 'releases',
      storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.Storage_\w+\.id\}$/),
      container_access_type: 'private',
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test.each([
    ['st', "name of a storageAccount takes 3 to 24 characters, got 2 in 'st'"],
    ['st-app', "name of a storageAccount takes lower-case letters and digits, got 'st-app'"],
  ])('is refused under the name %p', (name, problem) => {
    const stack = newStack();
    expect(errorOf(() => new KeylessStorageAccount(stack, 'Storage', { resourceGroup: GROUP, name }))).toBe(
      `${problem}\n  at construct stack/Storage`,
    );
  });

  test('holds one container of a name, however often it is asked for', () => {
    const json = synthWith((stack) => {
      const account = storageAccount(stack);
      expect(account.container('releases')).toBe(account.container('releases'));
      account.container('deadletter');
    });
    expect(json.resources('azurerm_storage_container').map(({ name }) => name)).toEqual([
      'deadletter',
      'releases',
    ]);
  });

  test.each(['Releases', 're', 'a--b', '-ab', 'ab-'])('refuses a container under the name %p', (name) => {
    const account = storageAccount(newStack());
    expect(errorOf(() => account.container(name))).toMatch(
      /^name of a storageContainer takes .+, got .+\n {2}at construct stack\/Storage$/,
    );
  });

  test('deletes what is in some of its containers, by one policy, as an account can have no more', () => {
    const json = synthWith((stack) => {
      const account = storageAccount(stack);
      account.deleteBlobsAfter('deadletter', 30);
      account.deleteBlobsAfter('deadletter', 30);
      account.deleteBlobsAfter('reports', 7);
    });
    expect(json.resource('azurerm_storage_management_policy')).toMatchObject({
      storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.Storage_\w+\.id\}$/),
      rule: [
        { name: 'deletedeadletter', filters: { prefix_match: ['deadletter/'] } },
        { name: 'deletereports', filters: { prefix_match: ['reports/'] } },
      ],
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  describe('with a lifecycle policy of somebody else', () => {
    const withAnother = (retention: boolean, own = true) =>
      synthWith((stack) => {
        const account = storageAccount(stack);
        const other = new KeylessStorageAccount(stack, 'Other', { resourceGroup: GROUP, name: 'stother' });
        if (retention) account.deleteBlobsAfter('deadletter', 30);
        new StorageManagementPolicy(stack, 'Policy', {
          storageAccountId: (own ? account : other).storageAccountId,
          rule: [{ name: 'mine', enabled: true, filters: { blobTypes: ['blockBlob'] }, actions: {} }],
        });
      });

    test('deletes nothing by one of its own: whichever is deployed last would be the only one', () => {
      expect(errorOf(() => withAnother(true))).toContain(
        'the storage account has one lifecycle policy, and stack/Policy is another beside that for dead letters: give ' +
          'deadLetterRetentionDays: false, and a rule for their container in yours',
      );
    });

    test('is left to that one, and does not mind those of other accounts', () => {
      expect(withAnother(false).resources('azurerm_storage_management_policy')).toHaveLength(1);
      expect(withAnother(true, false).resources('azurerm_storage_management_policy')).toHaveLength(2);
    });
  });

  test('keeps the blobs of a container for one time, of whole days', () => {
    const account = storageAccount(newStack());
    account.deleteBlobsAfter('deadletter', 30);
    expect(errorOf(() => account.deleteBlobsAfter('deadletter', 7))).toBe(
      "blobs of container 'deadletter' are kept 30 days already, got 7\n  at construct stack/Storage",
    );
    for (const days of [0, 1.5]) {
      const other = storageAccount(newStack());
      expect(errorOf(() => other.deleteBlobsAfter('reports', days))).toBe(
        `blobs are kept a whole number of days, 1 or more; got ${days} for 'reports'\n  at construct stack/Storage`,
      );
    }
  });
});

describe('a storage account lets a principal', () => {
  const CI = { principalId: '11111111-1111-4111-8111-111111111111' };
  const rights = (build: (storage: KeylessStorageAccount) => void) =>
    synthWith((stack) => build(storageAccount(stack)))
      .resources('azurerm_role_assignment')
      .map(({ scope, role_definition_name }) => [scope, role_definition_name]);

  test('read or write one container, or all', () => {
    expect(
      rights((storage) => {
        storage.grantRead(CI);
        storage.grantRead(CI, 'releases');
        storage.grantWrite(CI, 'releases');
      }),
    ).toEqual([
      [expect.stringMatching(/^\$\{azurerm_storage_account\.Storage_\w+\.id\}$/), 'Storage Blob Data Reader'],
      [expect.stringMatching(/Container-releases_\w+\.id\}$/), 'Storage Blob Data Reader'],
      [expect.stringMatching(/Container-releases_\w+\.id\}$/), 'Storage Blob Data Contributor'],
    ]);
  });

  test('take the messages of a queue', () => {
    expect(rights((storage) => storage.grantProcessMessages(CI, 'events'))).toEqual([
      [
        expect.stringMatching(/\/queueServices\/default\/queues\/\$\{azurerm_storage_queue\./),
        'Storage Queue Data Message Processor',
      ],
    ]);
  });
});
