import { CommunicationService, KeylessStorageAccount, Naming, PushRelay } from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { ACS_ID, GROUP, hub } from '../../support/samples';
import { newStack, resolved, synth } from '../../support/synth';

const CI = { principalId: '11111111-1111-4111-8111-111111111111' };

beforeAll(ensureAssets);

function relay() {
  const stack = newStack();
  const made = new PushRelay(stack, 'Relay', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    hub: hub(stack),
    storage: new KeylessStorageAccount(stack, 'Storage', { resourceGroup: GROUP, name: 'stapp' }),
  });
  return { stack, made };
}

/** Scope and role of everything that the principal was granted. */
function grantedTo(principalId: string, json: ReturnType<typeof synth>): unknown[][] {
  return json
    .resources('azurerm_role_assignment')
    .filter(({ principal_id }) => principal_id === principalId)
    .map(({ scope, role_definition_name: name, role_definition_id: id }) => [scope, name ?? id]);
}

test('a relay lets a principal read its dead letters and nothing else', () => {
  const { stack, made } = relay();
  made.grantReadDeadLetters(CI);
  expect(grantedTo(CI.principalId, synth(stack))).toEqual([
    [
      expect.stringMatching(/^\$\{azurerm_storage_container\.Storage_Container-deadletter_\w+\.id\}$/),
      'Storage Blob Data Reader',
    ],
  ]);
});

test('a relay lets a principal replay: write dead letters, and deliver to its functions', () => {
  const { stack, made } = relay();
  made.grantReplay(CI);
  made.grantReplay({ identity: made.identity });
  const json = synth(stack);
  const role = json
    .arm('Microsoft.Authorization/roleDefinitions')
    .filter(({ body }) => body.properties.roleName === 'func-contoso-relay-x7k2p9 replay');
  expect(role).toMatchObject([
    {
      parent_id: GROUP.id,
      body: {
        properties: {
          permissions: [
            { actions: ['Microsoft.Web/sites/read', 'Microsoft.Web/sites/host/listkeys/action'] },
          ],
        },
      },
    },
  ]);
  expect(grantedTo(CI.principalId, json)).toEqual([
    [resolved(stack, made.functionAppId), expect.stringContaining(role[0]!.name)],
    [expect.stringContaining('Container-deadletter'), 'Storage Blob Data Contributor'],
  ]);
});

test('a relay names its metrics, those it reports itself among them', () => {
  const { stack, made } = relay();
  expect([
    made.metricExecutions(),
    made.metricInstances(),
    made.metric('CpuPercentage'),
    made.metricLinkHealth(),
    made.metricHubHealth(),
  ]).toMatchObject([
    { namespace: 'Microsoft.Web/sites', name: 'OnDemandFunctionExecutionCount', aggregation: 'Total' },
    { namespace: 'Microsoft.Web/sites', name: 'InstanceCount', aggregation: 'Average' },
    { namespace: 'Microsoft.Web/sites', name: 'CpuPercentage', unit: 'Percent' },
    { namespace: 'acs-push', name: 'link_health', aggregation: 'Minimum' },
    { namespace: 'acs-push', name: 'relay_hub_health', aggregation: 'Minimum' },
  ]);
  expect(resolved(stack, made.metricInstances().resourceId)).toBe(resolved(stack, made.functionAppId));
});
