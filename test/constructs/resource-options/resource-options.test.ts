import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config';
import { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { Aspects, dependable, TerraformResource, type TerraformStack } from 'cdktf';
import {
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  SystemTopic,
  type AzureResourceOptions,
  type DiagnosticSettingOptions,
  type RoleAssignmentOptions,
} from '../../../constructs';
import { assignRoles } from '../../../constructs/resource-options/role-assignments';
import { NAMED_BY_ITS_PARTS } from '../../support/role-assignments';
import { ACS_ID, apnsCredential, communicationService, GROUP, hub, STORAGE_ID } from '../../support/samples';
import { synthAll } from '../../support/references';
import { schemaProblems } from '../../support/provider-schema';
import { errorOf, newStack, synth, synthWith, type Synthesized } from '../../support/synth';

const WORKSPACE = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;
const PRINCIPAL = '11111111-2222-4333-8444-555555555555';
const OTHER = '22222222-2222-4333-8444-555555555555';
const ROLE = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const ALL: AzureResourceOptions = {
  tags: { owner: 'me' },
  lock: { kind: 'CanNotDelete' },
  roleAssignments: [{ roleDefinitionIdOrName: 'Reader', principalId: PRINCIPAL, principalType: 'Group' }],
  diagnosticSettings: [{ workspaceResourceId: WORKSPACE }],
};

/** Every construct of one resource, by what its address is called. */
const CONSTRUCTS: Record<string, (stack: TerraformStack, options: AzureResourceOptions) => unknown> = {
  communicationService: (stack, options) =>
    new CommunicationService(stack, 'It', {
      resourceGroup: GROUP,
      name: 'it',
      dataLocation: 'Europe',
      ...options,
    }),
  namespace: (stack, options) =>
    new NotificationHubNamespace(stack, 'It', { resourceGroup: GROUP, name: 'it-namespace', ...options }),
  hub: (stack, options) =>
    new NotificationHub(stack, 'It', {
      resourceGroup: GROUP,
      name: 'it',
      namespaceName: 'it-namespace',
      apns: apnsCredential(stack),
      ...options,
    }),
  systemTopic: (stack, options) =>
    new SystemTopic(stack, 'It', {
      resourceGroup: GROUP,
      name: 'evgst-it',
      communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
      ...options,
    }),
  storage: (stack, options) =>
    new KeylessStorageAccount(stack, 'It', { resourceGroup: GROUP, name: 'it0', ...options }),
};
const NAMES: Record<string, [name: string, address: string]> = {
  communicationService: ['it', 'azapi_resource.It_16E14BEE'],
  namespace: ['it-namespace', 'azapi_resource.It_16E14BEE'],
  hub: ['it', 'azapi_resource.It_16E14BEE'],
  systemTopic: ['evgst-it', 'azurerm_eventgrid_system_topic.It_16E14BEE'],
  storage: ['it0', 'azurerm_storage_account.It_16E14BEE'],
};

const build = (options: AzureResourceOptions, which = 'communicationService') =>
  synthWith((stack) => CONSTRUCTS[which]!(stack, options));
const mistakesOf = (options: AzureResourceOptions, which = 'communicationService') =>
  errorOf(() => build(options, which));
const addressesOf = (json: Synthesized, type: string) =>
  json.addresses.filter((address) => address.startsWith(`${type}.`));

describe.each(Object.keys(CONSTRUCTS))('%s', (which) => {
  const [name, address] = NAMES[which]!;
  const id = `\${${address}.id}`;

  test('has lock, role and diagnostic setting of its own', () => {
    const json = build(ALL, which);
    const lock = json.resource('azurerm_management_lock');
    expect(lock).toMatchObject({ name: `lock-${name}`, scope: id, lock_level: 'CanNotDelete' });
    expect(json.resource('azurerm_role_assignment')).toEqual({
      scope: id,
      role_definition_name: 'Reader',
      principal_id: PRINCIPAL,
      principal_type: 'Group',
      ...NAMED_BY_ITS_PARTS,
    });
    const logs = which === 'storage' ? [] : [{ category_group: 'allLogs' }];
    const metrics = which === 'storage' ? ['Capacity', 'Transaction'] : ['AllMetrics'];
    const setting = json.resource('azurerm_monitor_diagnostic_setting');
    expect(setting).toEqual({
      name: `${name}-diagnosticSettings`,
      target_resource_id: id,
      log_analytics_workspace_id: WORKSPACE,
      enabled_log: logs,
      enabled_metric: metrics.map((category) => ({ category })),
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('has none of them unless it is told to, and a lock of kind None is none', () => {
    for (const json of [build({}, which), build({ lock: { kind: 'None' } }, which)]) {
      for (const type of ['azurerm_management_lock', 'azurerm_role_assignment', 'terraform_data']) {
        expect(addressesOf(json, type).filter((one) => !one.includes('DataLocation'))).toEqual([]);
      }
      expect(json.resources('azurerm_monitor_diagnostic_setting')).toEqual([]);
    }
  });
});

describe('roles', () => {
  const ids = (roleAssignments: RoleAssignmentOptions[]) =>
    addressesOf(build({ roleAssignments }), 'azurerm_role_assignment').sort();
  const reader = { roleDefinitionIdOrName: 'Reader', principalId: PRINCIPAL };
  const owner = { roleDefinitionIdOrName: 'Owner', principalId: OTHER };

  test('have addresses that do not depend on their order', () => {
    expect(ids([reader, owner])).toEqual(ids([owner, reader]));
    expect(ids([reader])).toEqual(ids([reader, owner]).filter((id) => id.includes('reader')));
  });

  test('are named by GUID and by ARM id in the form that Azure answers with', () => {
    const definition = `/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`;
    const bySubscription = `/subscriptions/00000000-0000-0000-0000-000000000001${definition}`;
    const roleOf = (roleDefinitionIdOrName: string) =>
      build({ roleAssignments: [{ ...reader, roleDefinitionIdOrName }] }).resource('azurerm_role_assignment')
        .role_definition_id;
    const own =
      '${element(regexall("^/subscriptions/[^/]+", azapi_resource.It_16E14BEE.id), 0)}' + definition;
    expect(roleOf(ROLE)).toBe(own);
    expect(roleOf(definition)).toBe(own);
    expect(roleOf(bySubscription)).toBe(bySubscription);
    expect(roleOf(`${GROUP.id}${definition}`)).toBe(bySubscription);
  });

  test('take every field of Azure Verified Modules', () => {
    const json = build({
      roleAssignments: [
        {
          ...reader,
          name: OTHER,
          description: 'why',
          condition: 'true',
          delegatedManagedIdentityResourceId: 'id',
          skipServicePrincipalAadCheck: true,
        },
      ],
    });
    expect(json.resource('azurerm_role_assignment')).toMatchObject({
      name: OTHER,
      description: 'why',
      condition: 'true',
      condition_version: '2.0',
      delegated_managed_identity_resource_id: 'id',
      skip_service_principal_aad_check: true,
    });
  });

  test('of principals known only after the deploy are told apart by key', () => {
    const withTokens = (keys: (string | undefined)[], of = ['One', 'Two']) => {
      const stack = newStack();
      const ids = Object.fromEntries(
        [...new Set(of)].map((id) => [id, new DataAzurermClientConfig(stack, id).objectId]),
      );
      CONSTRUCTS.communicationService!(stack, {
        roleAssignments: keys.map((key, i) => ({ ...reader, principalId: ids[of[i]!]!, key })),
      });
      return stack;
    };
    expect(addressesOf(synth(withTokens(['a', 'b'])), 'azurerm_role_assignment')).toHaveLength(2);
    expect(addressesOf(synth(withTokens([undefined])), 'azurerm_role_assignment')).toHaveLength(1);
    expect(errorOf(() => synth(withTokens([undefined, undefined])))).toContain(
      "roleAssignments has the role 'Reader' for several principals that are known only after the deploy: give each a key",
    );
    expect(errorOf(() => synth(withTokens(['a', 'b'], ['One', 'One'])))).toContain(
      "roleAssignments has the role 'Reader' for a principal that has it on this resource by this stack already",
    );
  });

  test('are named by whoever wants to', () => {
    const json = build({ roleAssignments: [{ ...reader, name: OTHER }] });
    expect(json.resource('azurerm_role_assignment')).toMatchObject({ name: OTHER });
    expect(json.resource('azurerm_role_assignment').lifecycle).toBeUndefined();
  });

  test.each(['before', 'after'])(
    'that are granted too, %s, are told, or are the ones that are granted',
    (when) => {
      const make = (condition?: string) => {
        const stack = newStack();
        const adopted = CommunicationService.fromCommunicationServiceId(stack, 'Same', ACS_ID);
        const grant = () => adopted.grantRead({ principalId: PRINCIPAL, principalType: 'Group' });
        const assign = () =>
          assignRoles(stack, '', ACS_ID, [{ ...reader, principalType: 'Group', condition }]);
        (when === 'before' ? [grant, assign] : [assign, grant]).forEach((step) => step());
        return stack;
      };
      if (when === 'after') {
        expect(addressesOf(synth(make()), 'azurerm_role_assignment')).toHaveLength(1);
        expect(errorOf(() => synth(make('true')))).toContain('under a condition by roleAssignments');
      } else {
        expect(errorOf(() => synth(make()))).toContain('that has it on this resource by this stack already');
      }
    },
  );

  test.each<[Partial<RoleAssignmentOptions>[], string]>([
    [
      [{ principalId: 'me' }],
      "roleAssignments.principalId takes the object id of a user, group or service principal (a GUID), got 'me'",
    ],
    [
      [{ roleDefinitionIdOrName: '/a/b' }],
      "roleAssignments.roleDefinitionIdOrName takes the name of a role, its GUID or its ARM id, got '/a/b'",
    ],
    [
      [{ principalType: 'Device' as never }],
      "roleAssignments.principalType takes one of User, Group, ServicePrincipal, got 'Device'",
    ],
    [[{ conditionVersion: '2.0' }], 'roleAssignments.conditionVersion is of a condition, and there is none'],
    [[{ skipServicePrincipalAadCheck: true, principalType: 'User' }], "principalType is 'User'"],
    [[{}, {}], `roleAssignments has the role 'Reader' for ${PRINCIPAL} twice`],
  ])('like %j are a mistake', (changes, text) => {
    expect(mistakesOf({ roleAssignments: changes.map((change) => ({ ...reader, ...change })) })).toContain(
      text,
    );
  });
});

describe('diagnostic settings', () => {
  test('send what they name, and leave out what is not enabled', () => {
    const json = build({
      diagnosticSettings: [
        {
          name: 'usage',
          storageAccountResourceId: STORAGE_ID,
          logAnalyticsDestinationType: 'Dedicated',
          logCategoriesAndGroups: [{ category: 'Usage' }, { category: 'SMSOperational', enabled: false }],
        },
        {
          name: 'hub',
          eventHubAuthorizationRuleResourceId: `${GROUP.id}/providers/Microsoft.EventHub/namespaces/e/authorizationRules/r`,
          eventHubName: 'logs',
          metricCategories: [{ category: 'AllMetrics' }],
        },
      ],
    });
    expect(json.resourceNamed('azurerm_monitor_diagnostic_setting', 'usage')).toEqual({
      name: 'usage',
      target_resource_id: '${azapi_resource.It_16E14BEE.id}',
      storage_account_id: STORAGE_ID,
      log_analytics_destination_type: 'Dedicated',
      enabled_log: [{ category: 'Usage' }],
      enabled_metric: [],
    });
    expect(json.resourceNamed('azurerm_monitor_diagnostic_setting', 'hub')).toMatchObject({
      eventhub_name: 'logs',
      enabled_log: [],
      enabled_metric: [{ category: 'AllMetrics' }],
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  const to: DiagnosticSettingOptions = { workspaceResourceId: WORKSPACE };
  test.each<[string, DiagnosticSettingOptions[], string]>([
    ['without a place', [{}], 'takes a place to send to, got none'],
    ['to what is no workspace', [{ workspaceResourceId: ACS_ID }], 'takes an ARM id as workspaceResourceId'],
    ['six', Array.from({ length: 6 }, (_, i) => ({ ...to, name: `n${i}` })), 'takes 5 at most, got 6'],
    ['two without a name', [to, to], 'takes each name once, got several without a name'],
    [
      'two of one name',
      [
        { ...to, name: 'a' },
        { ...to, name: 'A' },
      ],
      "takes each name once, got 'a' twice",
    ],
    [
      'of nothing',
      [{ ...to, logCategoriesAndGroups: [{ category: 'Usage', enabled: false }] }],
      'takes a log or a metric at least',
    ],
    [
      'with a hub and no rule',
      [{ ...to, eventHubName: 'logs' }],
      'takes eventHubName with eventHubAuthorizationRuleResourceId',
    ],
    [
      'with categories and groups',
      [{ ...to, logCategoriesAndGroups: [{ category: 'Usage' }, { categoryGroup: 'audit' }] }],
      'takes categories of logs or groups, got both',
    ],
    [
      'of a log without a name',
      [{ ...to, logCategoriesAndGroups: [{}] }],
      'either category or categoryGroup',
    ],
    [
      'that send one category to one place twice',
      [
        { ...to, name: 'a' },
        { ...to, name: 'b', logCategoriesAndGroups: [{ category: 'Usage' }] },
      ],
      "sends 'allLogs' to one workspaceResourceId by two settings, which Azure refuses",
    ],
  ])('%s are a mistake', (_, diagnosticSettings, text) => {
    expect(mistakesOf({ diagnosticSettings })).toContain(text);
  });

  test('of a storage account are for metrics', () => {
    const setting = { ...to, logCategoriesAndGroups: [{ categoryGroup: 'allLogs' }] };
    expect(mistakesOf({ diagnosticSettings: [setting] }, 'storage')).toContain('takes metrics alone');
  });
});

describe('locks', () => {
  test('come after all that lies under the resource, in whatever depth, and are made anew when any of it goes', () => {
    const json = synthWith((stack) => {
      const namespace = new NotificationHubNamespace(stack, 'Namespace', {
        resourceGroup: GROUP,
        name: 'ntfns-app',
        ...ALL,
      });
      const calling = new NotificationHub(stack, 'Hub', {
        namespace,
        name: 'ntf-app',
        apns: apnsCredential(stack),
        roleAssignments: ALL.roleAssignments,
      });
      communicationService(stack).linkNotificationHub(calling);
    });
    const lock = json.resource('azurerm_management_lock');
    const [, parts] = /^(terraform_data\.Namespace_LockedParts_\w+)\.id$/.exec(
      lock.lifecycle.replace_triggered_by[0],
    )!;
    const under = [
      'azapi_resource.Hub',
      'azapi_resource.Hub_AcsSendPolicy_',
      'azurerm_role_assignment.Hub_Role-reader-',
      'azurerm_monitor_diagnostic_setting.Namespace_Diagnostics_',
      'azurerm_role_assignment.Namespace_Role-reader-',
    ];
    const inOrder = [...(lock.depends_on as string[])].sort();
    expect(inOrder).toHaveLength(under.length);
    for (const start of under) expect(inOrder.filter((address) => address.startsWith(start))).not.toEqual([]);
    const watched = json.resourceNamed('terraform_data', 'LockedParts').triggers_replace;
    expect(parts).toContain('LockedParts');
    const ids = (lock.depends_on as string[]).map((address) => `${address}.id`);
    expect(watched).toBe(`\${sort([${ids.join(', ')}])}`);
  });

  test('wait for the call that links, and are not made anew for it: nothing of Azure goes with it', () => {
    const json = synthWith((stack) => {
      const service = CONSTRUCTS.communicationService!(stack, { lock: ALL.lock }) as CommunicationService;
      service.linkNotificationHub(hub(stack));
    });
    expect(json.resource('azurerm_management_lock').depends_on).toEqual([
      expect.stringMatching(/^azapi_resource_action\.It_Link/),
    ]);
    expect(json.resourceNamed('terraform_data', 'LockedParts').triggers_replace).toEqual([]);
  });

  test('see what an Aspect renames, adds and makes them wait for', () => {
    const stack = newStack();
    const storage = CONSTRUCTS.storage!(stack, { lock: ALL.lock }) as KeylessStorageAccount;
    storage.container('before');
    const other = communicationService(stack).resource;
    Aspects.of(stack).add({
      visit: (node) => {
        if (!TerraformResource.isTerraformResource(node)) return;
        if (node instanceof StorageContainer) node.overrideLogicalId('renamed');
        if (node instanceof ManagementLock) node.dependsOn = [...(node.dependsOn ?? []), dependable(other)];
        if (node === storage.resource) storage.queue('later');
      },
    });
    const json = synthAll(stack).stack!;
    expect(json.resource('azurerm_management_lock').depends_on).toEqual([
      `azapi_resource.${other.friendlyUniqueId}`,
      'azurerm_storage_container.renamed',
      expect.stringMatching(/^azurerm_storage_queue\.It_Queue-later_/),
    ]);
    expect(json.resourceNamed('terraform_data', 'LockedParts').triggers_replace).toMatch(
      /^\$\{sort\(\[azurerm_storage_container\.renamed\.id, azurerm_storage_queue\.It_Queue-later_\w+\.id\]\)\}$/,
    );
  });

  test('say how they are taken off, or what they are told to', () => {
    expect(build({ lock: { kind: 'CanNotDelete' } }).resource('azurerm_management_lock').notes).toContain(
      'Terraform',
    );
    const named = build({ lock: { kind: 'CanNotDelete', name: 'mine', notes: 'why' } });
    expect(named.resource('azurerm_management_lock')).toMatchObject({ name: 'mine', notes: 'why' });
  });

  test('against changes are taken where nothing is called again and again', () => {
    for (const which of ['communicationService', 'storage']) {
      const json = build({ lock: { kind: 'ReadOnly' } }, which);
      expect(json.resource('azurerm_management_lock').lock_level).toBe('ReadOnly');
    }
    for (const which of ['namespace', 'hub', 'systemTopic']) {
      expect(mistakesOf({ lock: { kind: 'ReadOnly' } }, which)).toContain(
        "lock.kind takes 'CanNotDelete' here, got 'ReadOnly', which refuses",
      );
    }
  });

  test('against changes are a mistake on a service that is linked', () => {
    const stack = newStack();
    const service = CONSTRUCTS.communicationService!(stack, {
      lock: { kind: 'ReadOnly' },
    }) as CommunicationService;
    service.linkNotificationHub(hub(stack));
    expect(errorOf(() => synth(stack))).toContain('which refuses the call that stack/It/Link/Resource makes');
  });

  test.each<[AzureResourceOptions['lock'], string]>([
    [{ kind: 'Delete' as never }, "lock.kind takes one of CanNotDelete, ReadOnly, None, got 'Delete'"],
    [{ kind: 'CanNotDelete', name: 'a b' }, "lock.name takes 1 to 259 letters, digits, - and _, got 'a b'"],
    [{ kind: 'CanNotDelete', notes: 'x'.repeat(513) }, 'lock.notes takes 512 characters at most, got 513'],
  ])('like %j are a mistake', (lock, text) => {
    expect(mistakesOf({ lock })).toContain(text);
  });
});
