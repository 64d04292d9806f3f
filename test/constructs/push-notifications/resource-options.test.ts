import type { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import {
  NotificationHubNamespace,
  PushNotifications,
  type AzureResourceOptions,
  type PushNotificationsPart,
  type PushNotificationsProps,
} from '../../../constructs';
import { apnsCredential, fcmCredential, GROUP, NAMESPACE_ID, voipCredential } from '../../support/samples';
import { PRIVATE } from '../../support/network';
import { schemaProblems } from '../../support/provider-schema';
import { errorOf, newStack, synth } from '../../support/synth';

const WORKSPACE = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;
const PRINCIPAL = '11111111-2222-4333-8444-555555555555';
const PARTS: readonly PushNotificationsPart[] = [
  'communicationService',
  'namespace',
  'callingHub',
  'relayHub',
  'voipHub',
  'systemTopic',
  'eventsIdentity',
  'deadLetterStorage',
  'storage',
  'functionApp',
  'servicePlan',
  'identity',
  'logAnalyticsWorkspace',
  'applicationInsights',
  'devicesFunctionApp',
  'devicesServicePlan',
  'devicesIdentity',
  'devicesStorage',
];
const IDENTITIES = ['eventsIdentity', 'identity', 'devicesIdentity'];
const DEVICES_API = { tenantId: PRINCIPAL, audience: 'api://devices' };

function stackWith(props: Partial<PushNotificationsProps>) {
  const stack = newStack();
  new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'abc123',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    fcm: fcmCredential(stack),
    verification: false,
    ...props,
  });
  return stack;
}

describe('options of every part', () => {
  const optionsOf = (part: PushNotificationsPart): AzureResourceOptions => ({
    tags: { part },
    lock: { kind: 'CanNotDelete', name: `of-${part}` },
    roleAssignments: [{ roleDefinitionIdOrName: 'Reader', principalId: PRINCIPAL }],
    diagnosticSettings: IDENTITIES.includes(part) ? undefined : [{ workspaceResourceId: WORKSPACE }],
  });
  const stack = newStack();
  (stack.node.findChild('azurerm') as AzurermProvider).features = [
    { storage: [{ dataPlaneAvailable: false }] },
  ];
  new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'abc123',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    voipApns: voipCredential(stack),
    monitoring: { logAnalyticsWorkspaceId: WORKSPACE, communicationLogs: ['CallSummary'] },
    events: { devicesApi: DEVICES_API },
    privateNetworking: PRIVATE,
    tags: { owner: 'me' },
    lock: { kind: 'CanNotDelete' },
    resourceOptions: Object.fromEntries(PARTS.map((part) => [part, optionsOf(part)])),
  });
  const json = synth(stack);
  const [locks, roles, settings] = [
    'azurerm_management_lock',
    'azurerm_role_assignment',
    'azurerm_monitor_diagnostic_setting',
  ].map((type) => json.resources(type));

  test('become resources that the providers take', () => {
    expect(schemaProblems(json)).toEqual([]);
  });

  test('are each at a resource of their own', () => {
    const own = locks!.filter(({ name }) => !name.startsWith('lock-pep-'));
    expect(own.map(({ name }) => name).sort()).toEqual(PARTS.map((part) => `of-${part}`).sort());
    expect(new Set(own.map(({ scope }) => scope)).size).toBe(PARTS.length);
    const readers = roles!.filter(({ principal_id }) => principal_id === PRINCIPAL);
    expect(new Set(readers.map(({ scope }) => scope))).toEqual(new Set(own.map(({ scope }) => scope)));
  });

  test('leave to private endpoints the lock of all', () => {
    const endpoints = json.resources('azurerm_private_endpoint').map(({ name }) => `lock-${name}`);
    expect(endpoints.length).toBeGreaterThanOrEqual(5);
    const names = locks!.map(({ name }) => name as string).filter((name) => name.startsWith('lock-pep-'));
    expect(names.sort()).toEqual(endpoints.sort());
  });

  test('have the tags of all beside their own', () => {
    const tagged = [...json.resources('azapi_resource'), ...json.resources('azurerm_storage_account')];
    const relay = tagged.find(({ name }) => name === 'ntf-contoso-relay')!;
    expect(relay.tags).toEqual({ owner: 'me', part: 'relayHub' });
    expect(json.resourceNamed('azurerm_service_plan', 'DevicesApi').tags).toEqual({
      owner: 'me',
      part: 'devicesServicePlan',
    });
  });

  test('leave to monitoring no log that they send to its workspace already', () => {
    expect(settings).toHaveLength(PARTS.length - IDENTITIES.length);
    expect(settings!.filter(({ name }) => name === 'diag-contoso-push')).toEqual([]);
  });
});

describe('monitoring', () => {
  const monitoring = { logAnalyticsWorkspaceId: WORKSPACE, communicationLogs: ['CallSummary', 'Usage'] };

  test('sends what is left, of a service whose settings name some of its logs', () => {
    const json = synth(
      stackWith({
        monitoring,
        resourceOptions: {
          communicationService: {
            diagnosticSettings: [
              { workspaceResourceId: WORKSPACE, logCategoriesAndGroups: [{ category: 'Usage' }] },
            ],
          },
        },
      }),
    );
    const own = json.resourceNamed('azurerm_monitor_diagnostic_setting', 'Diagnostics_CommunicationService');
    expect(own.enabled_log).toEqual([{ category: 'CallSummary' }]);
  });
});

describe('lock', () => {
  const locked = { lock: { kind: 'CanNotDelete' } } as const;
  const scopes = (props: Partial<PushNotificationsProps>) =>
    synth(stackWith(props))
      .resources('azurerm_management_lock')
      .map(({ name }) => name as string)
      .sort();

  test('is on all that is made, and on the namespace for its hubs', () => {
    expect(scopes(locked)).toEqual([
      'lock-acs-contoso-abc123',
      'lock-appi-contoso-relay',
      'lock-asp-contoso-relay',
      'lock-evgst-contoso',
      'lock-func-contoso-relay-abc123',
      'lock-id-contoso-events',
      'lock-id-contoso-relay',
      'lock-log-contoso-relay',
      'lock-ntfns-contoso-abc123',
      'lock-stcontosoabc123',
    ]);
  });

  test('is on the hubs themselves where the namespace was there before', () => {
    const stack = stackWith({});
    const namespace = NotificationHubNamespace.fromNamespaceId(stack, 'There', NAMESPACE_ID);
    const names = scopes({ ...locked, namespace });
    expect(names).toEqual(expect.arrayContaining(['lock-ntf-contoso-calling', 'lock-ntf-contoso-relay']));
    expect(names.filter((name) => name.includes('ntfns'))).toEqual([]);
  });

  test('leaves out the part that wants none', () => {
    const names = scopes({ ...locked, resourceOptions: { servicePlan: { lock: { kind: 'None' } } } });
    expect(names).not.toContain('lock-asp-contoso-relay');
    expect(names).toContain('lock-func-contoso-relay-abc123');
  });

  test('against changes is a mistake, told once', () => {
    const error = errorOf(() => synth(stackWith({ lock: { kind: 'ReadOnly' } })));
    expect(error.match(/refuses to list the keys of its rules/g)).toHaveLength(1);
  });
});

test('tags that Azure refuses are told once, of what they were given to', () => {
  const tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`key${i}`, 'x']));
  const error = errorOf(() => synth(stackWith({ tags })));
  expect(error).toContain('tags takes 50 at most, got 51: leave some out\n  at construct stack/Push');
  expect(error.match(/tags takes/g)).toHaveLength(1);
});

test.each<[Partial<PushNotificationsProps>, string]>([
  [
    { events: false, resourceOptions: { functionApp: {} } },
    'resourceOptions.functionApp is of a resource that is not made here',
  ],
  [
    { resourceOptions: { deadLetterStorage: {} } },
    'resourceOptions.deadLetterStorage is of a resource that is not made here',
  ],
  [{ resourceOptions: { voipHub: {} } }, 'resourceOptions.voipHub is of a resource that is not made here'],
  [
    { resourceOptions: { devicesStorage: {} } },
    'resourceOptions.devicesStorage is of a resource that is not made here',
  ],
  [{ resourceOptions: { hub: {} } as never }, 'resourceOptions takes communicationService, namespace'],
  [
    { resourceOptions: { identity: { diagnosticSettings: [{ workspaceResourceId: WORKSPACE }] } } },
    'diagnosticSettings takes resources that have logs or metrics',
  ],
])('options that nothing would come of, such as %j, are a mistake', (props, text) => {
  expect(errorOf(() => synth(stackWith(props)))).toContain(text);
});
