import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { Op, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { checkName } from '../core/naming';
import { readResourceId, WORKSPACE_TYPE } from '../core/resource-reference';
import type { PushRelayProps } from './push-relay-props';

/** Gigabytes a day that Application Insights can be capped at; the page that {@link insightsCapGb} follows. */
const INSIGHTS_MOST_GB = 1000;

/** Where a relay logs to, in the construct that is the relay. */
export interface RelayLogs {
  /** ARM id. */
  readonly workspaceId: string;
  readonly applicationInsights: ApplicationInsights;
}

/** Makes Application Insights without keys, and a workspace without keys where none is given. */
export function makeRelayLogs(scope: Construct, props: PushRelayProps, location: string): RelayLogs {
  const { naming, resourceGroup, tags } = props;
  readResourceId(scope, props.logAnalyticsWorkspaceId, WORKSPACE_TYPE, 'logAnalyticsWorkspaceId');
  const common = { resourceGroupName: resourceGroup.name, location, tags };
  const workspaceId =
    props.logAnalyticsWorkspaceId ??
    new LogAnalyticsWorkspace(scope, 'Workspace', {
      ...common,
      name: checkName(scope, 'logAnalyticsWorkspace', naming.name('logAnalyticsWorkspace', 'relay')),
      sku: 'PerGB2018',
      retentionInDays: 30,
      dailyQuotaGb: props.dailyLogCapGb,
      // Its shared keys are in state; this makes them open nothing.
      localAuthenticationEnabled: false,
    }).id;
  const applicationInsights = new ApplicationInsights(scope, 'Insights', {
    ...common,
    name: checkName(scope, 'applicationInsights', naming.name('applicationInsights', 'relay')),
    applicationType: 'web',
    workspaceId,
    dailyDataCapInGb: insightsCapGb(props),
    // Without this the connection string in state would let its holder write telemetry.
    localAuthenticationDisabled: true,
  });
  return { workspaceId, applicationInsights };
}

/**
 * Of two caps the lower one holds, and the workspace alone says in its logs that it was reached: where it is ours, the
 * other one is out of its way. https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap#application-insights
 */
function insightsCapGb({ dailyLogCapGb: cap, logAnalyticsWorkspaceId }: PushRelayProps): number | undefined {
  if (cap === undefined || logAnalyticsWorkspaceId !== undefined) return cap;
  if (Token.isUnresolved(cap)) return Token.asNumber(Op.mul(cap, 2));
  return Math.max(cap, Math.min(2 * cap, INSIGHTS_MOST_GB));
}
