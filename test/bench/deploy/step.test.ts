import { AZURE_LATENCY, NO_LATENCY, ANSWER_SECONDS, BEHIND_SECONDS } from '../../../bench/deploy/latency';
import { AZURERM_PACE } from '../../../bench/deploy/pace';
import { neededRequests, secondsOf, type Step } from '../../../bench/deploy/step';
import { loadSchema } from '../../../local/terraform/schema';

const url =
  'https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st';
const made = (type: string, action: Step['action'] = 'create'): Step => ({
  node: `${type}.x`,
  type,
  action,
  requests: [
    { method: 'GET', url, status: 404 },
    { method: 'PUT', url, status: 200 },
    { method: 'GET', url, status: 200 },
  ],
});
const atOnce = { latency: NO_LATENCY, dataPlaneAwaited: true };

test.each([
  ['azurerm_resource_group', 20],
  ['azurerm_notification_hub_namespace', 115],
  ['azurerm_notification_hub', 115],
  ['azurerm_monitor_metric_alert', 115],
  ['azurerm_storage_account', 50],
  ['azurerm_log_analytics_workspace', 20],
  ['azurerm_role_assignment', 20],
  ['azurerm_eventgrid_system_topic', 10],
  ['azurerm_user_assigned_identity', 0],
  ['azapi_resource', 0],
])('%s takes %d s to be made by a server that answers at once', (type, seconds) => {
  expect(secondsOf(made(type), atOnce)).toBe(seconds);
});

test('a storage account whose data planes nobody waits for takes 10 s', () => {
  expect(secondsOf(made('azurerm_storage_account'), { ...atOnce, dataPlaneAwaited: false })).toBe(10);
});

test('a refresh waits for nothing', () => {
  const { node, type, requests } = made('azurerm_notification_hub');
  expect(secondsOf({ node, type, requests }, atOnce)).toBe(0);
});

test('a write that goes on in Azure is looked at every ten seconds', () => {
  // 18 s: two looks.
  const { GET, PUT } = ANSWER_SECONDS;
  expect(secondsOf(made('azapi_resource'), { latency: AZURE_LATENCY, dataPlaneAwaited: false })).toBeCloseTo(
    20 + PUT + 4 * GET,
  );
});

test('looks at what is there, and at what was written, are not needed', () => {
  expect(neededRequests(made('azapi_resource')).map(({ method }) => method)).toEqual(['PUT']);
});

test('Azure goes on behind the write of a resource, by its type, and not behind that of one within it', () => {
  const behind = (path: string, method = 'PUT') => AZURE_LATENCY.behind({ method, url: `${url}${path}` });
  expect(behind('')).toBe(BEHIND_SECONDS['microsoft.storage/storageaccounts']);
  expect(behind('', 'GET')).toBe(0);
  expect(behind('/blobServices/default/containers/c')).toBe(0);
});

test('waits of types that azurerm has, each with its source', () => {
  const { resources } = loadSchema('azurerm-4.55.0');
  for (const [type, writes] of Object.entries(AZURERM_PACE)) {
    expect(Object.keys(resources)).toContain(type);
    for (const { source } of Object.values(writes)) expect(source).toMatch(/azurerm/);
  }
});
