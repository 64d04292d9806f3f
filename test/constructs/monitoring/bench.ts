import {
  CommunicationService,
  Naming,
  NotificationHub,
  PushMonitoring,
  SystemTopic,
  type INotificationHub,
  type PushMonitoringProps,
} from '../../../constructs';
import { ACS_ID, FUNCTION_APP_ID, GROUP, HUB_ID, NAMESPACE_ID, TOPIC_ID } from '../../support/samples';
import { newStack, synth, type Attributes, type Synthesized } from '../../support/synth';

export const INSIGHTS_ID = `${GROUP.id}/providers/Microsoft.Insights/components/appi-app`;
export const WORKSPACE_ID = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;
export const ACTION_GROUP_ID = `${GROUP.id}/providers/Microsoft.Insights/actionGroups/ag-app`;
export const METRIC_ALERT = 'azurerm_monitor_metric_alert';
export const LOG_ALERT = 'azurerm_monitor_scheduled_query_rules_alert_v2';

/** A monitoring of its own, of what exists: a hub, a topic, a relay, a workspace. */
export function monitor(
  over: Partial<PushMonitoringProps> | ((hub: INotificationHub) => Partial<PushMonitoringProps>) = {},
): { made: PushMonitoring; json: Synthesized } {
  const stack = newStack();
  const hub = NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID);
  const made = new PushMonitoring(stack, 'Monitoring', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    notify: { emails: ['oncall@contoso.com'] },
    hubs: [{ purpose: 'calling', hub }],
    namespaceId: NAMESPACE_ID,
    sku: 'Basic',
    systemTopic: SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID),
    relay: { applicationInsightsId: INSIGHTS_ID, functionAppId: FUNCTION_APP_ID },
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    logAnalyticsWorkspaceId: WORKSPACE_ID,
    ...(typeof over === 'function' ? over(hub) : over),
  });
  return { made, json: synth(stack) };
}

/** The names of all alerts, without what is common to them. */
export function alertNames(json: Synthesized): string[] {
  return alertsOf(json)
    .map(({ name }) => (name as string).replace('alert-contoso-', ''))
    .sort();
}

export function alertsOf(json: Synthesized): Attributes[] {
  return [...json.resources(METRIC_ALERT), ...json.resources(LOG_ALERT)];
}

/** The one alert with that name. */
export function alertNamed(json: Synthesized, name: string): Attributes {
  const found = alertsOf(json).find((alert) => alert.name === `alert-contoso-${name}`);
  if (!found) throw new Error(`there is no alert ${name}, but ${alertNames(json).join(', ')}`);
  return found;
}
