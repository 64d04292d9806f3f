import { ACS_ID, NAMESPACE_ID, TOPIC_ID } from '../../support/samples';
import { errorOf } from '../../support/synth';
import { monitor, WORKSPACE_ID } from './bench';

const SETTING = 'azurerm_monitor_diagnostic_setting';

const kept = (json: ReturnType<typeof monitor>['json']) =>
  json
    .resources(SETTING)
    .map(({ target_resource_id, enabled_log }) => [
      target_resource_id,
      enabled_log.map(({ category }: { category: string }) => category),
    ]);

test("the namespace's operations and failed deliveries go to the workspace, and no metrics, which cost", () => {
  const { json } = monitor();
  expect(kept(json)).toEqual([
    [NAMESPACE_ID, ['OperationalLogs']],
    [TOPIC_ID, ['DeliveryFailures']],
  ]);
  for (const setting of json.resources(SETTING)) {
    expect(setting.name).toBe('diag-contoso-push');
    expect(setting.log_analytics_workspace_id).toBe(WORKSPACE_ID);
    expect(setting.enabled_metric).toBeUndefined();
  }
});

test('logs of Communication Services name people, and are asked for by category', () => {
  expect(kept(monitor({ communicationLogs: ['CallSummary', 'CallSummary'] }).json)).toContainEqual([
    ACS_ID,
    ['CallSummary'],
  ]);
});

test('logs need a place', () => {
  expect(
    errorOf(() => monitor({ communicationLogs: ['CallSummary'], logAnalyticsWorkspaceId: undefined })),
  ).toContain(
    'communicationLogs are kept in a workspace: give communicationService and logAnalyticsWorkspaceId',
  );
  expect(kept(monitor({ logAnalyticsWorkspaceId: undefined }).json)).toEqual([]);
});

test('what can be no category is refused', () => {
  expect(errorOf(() => monitor({ communicationLogs: ['call summary'] }))).toContain(
    "communicationLogs takes categories such as CallSummary, ChatOperational; got 'call summary'",
  );
});
