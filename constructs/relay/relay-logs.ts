import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { Op, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { IApplicationInsights } from '../core/application-insights';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { readResourceId, WORKSPACE_TYPE } from '../core/resource-reference';
import type { PushRelayProps } from './push-relay-props';

const INSIGHTS_TYPE = 'Microsoft.Insights/components';

/** Gigabytes a day that Application Insights can be capped at; the page that {@link insightsCapGb} follows. */
const INSIGHTS_MOST_GB = 1000;

/** Where a relay logs to, in the construct that is the relay. */
export interface RelayLogs {
  /** ARM id; undefined when Application Insights are somebody's whose workspace is not told. */
  readonly workspaceId?: string;
  readonly applicationInsights: IApplicationInsights;
}

/** Makes what is not given: Application Insights without keys, and a workspace without keys. */
export function makeRelayLogs(scope: Construct, props: PushRelayProps, location: string): RelayLogs {
  const { naming, resourceGroup, tags } = props;
  if (props.logAnalyticsWorkspaceId !== undefined) {
    readResourceId(scope, props.logAnalyticsWorkspaceId, WORKSPACE_TYPE);
  }
  if (props.applicationInsights) return givenLogs(scope, props, props.applicationInsights);
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

function givenLogs(scope: Construct, props: PushRelayProps, given: IApplicationInsights): RelayLogs {
  readResourceId(scope, given.id, INSIGHTS_TYPE);
  for (const prop of ['logAnalyticsWorkspaceId', 'dailyLogCapGb'] as const) {
    if (props[prop] === undefined) continue;
    mistake(
      scope,
      `${prop} is of Application Insights that are made here, and some that exist are given, which have their own: ` +
        `leave out ${prop}, or applicationInsights`,
    );
  }
  return { workspaceId: given.workspaceId, applicationInsights: given };
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
