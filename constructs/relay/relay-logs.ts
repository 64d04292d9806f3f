import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { Op, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { IApplicationInsights } from '../core/application-insights';
import { asAzurermTakesIt } from '../core/azurerm-spelling';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { renamable } from '../core/renamable';
import { APPLICATION_INSIGHTS_TYPE, readResourceId, WORKSPACE_TYPE } from '../core/resource-reference';
import { applyResourceOptions, LOGS_AND_METRICS, optionsOf } from '../resource-options';
import type { PushRelayProps } from './push-relay-props';

/** Gigabytes a day that Application Insights can be capped at; the page that {@link insightsCapGb} follows. */
const INSIGHTS_MOST_GB = 1000;

/** Where a relay logs to, in the construct that is the relay. */
export interface RelayLogs {
  /** The new one; undefined when one is given. */
  readonly workspace?: LogAnalyticsWorkspace;
  /** ARM id; undefined when Application Insights are somebody's whose workspace is not told. */
  readonly workspaceId?: string;
  readonly applicationInsights: IApplicationInsights;
}

/** Makes what is not given: Application Insights without keys, and a workspace without keys. */
export function makeRelayLogs(scope: Construct, props: PushRelayProps, location: string): RelayLogs {
  const { naming, resourceGroup, resourceOptions = {} } = props;
  readResourceId(scope, props.logAnalyticsWorkspaceId, WORKSPACE_TYPE, 'logAnalyticsWorkspaceId');
  if (props.applicationInsights) return givenLogs(scope, props, props.applicationInsights);
  const common = { resourceGroupName: resourceGroup.name, location };
  const workspace =
    props.logAnalyticsWorkspaceId === undefined ? makeWorkspace(scope, props, common) : undefined;
  const workspaceId = props.logAnalyticsWorkspaceId ?? workspace!.id;
  const insightsOptions = optionsOf(props, resourceOptions.applicationInsights);
  const name = checkName(scope, 'applicationInsights', naming.name('applicationInsights', 'relay'));
  const applicationInsights = renamable(
    new ApplicationInsights(scope, 'Insights', {
      ...common,
      name,
      applicationType: 'web',
      workspaceId,
      dailyDataCapInGb: insightsCapGb(props),
      // Without this the connection string in state would let its holder write telemetry.
      localAuthenticationDisabled: true,
      tags: insightsOptions.tags,
    }),
  );
  asAzurermTakesIt(applicationInsights);
  applyResourceOptions(
    scope,
    {
      resource: applicationInsights,
      id: applicationInsights.id,
      name,
      prefix: 'Insights',
      diagnostics: LOGS_AND_METRICS,
    },
    insightsOptions,
  );
  return { workspace, workspaceId, applicationInsights };
}

function makeWorkspace(
  scope: Construct,
  { naming, dailyLogCapGb, resourceOptions, tags, lock }: PushRelayProps,
  common: { readonly resourceGroupName: string; readonly location: string },
): LogAnalyticsWorkspace {
  const name = checkName(scope, 'logAnalyticsWorkspace', naming.name('logAnalyticsWorkspace', 'relay'));
  const options = optionsOf({ tags, lock }, resourceOptions?.logAnalyticsWorkspace);
  const workspace = renamable(
    new LogAnalyticsWorkspace(scope, 'Workspace', {
      ...common,
      name,
      sku: 'PerGB2018',
      retentionInDays: 30,
      dailyQuotaGb: dailyLogCapGb,
      // Its shared keys are in state; this makes them open nothing.
      localAuthenticationEnabled: false,
      tags: options.tags,
    }),
  );
  asAzurermTakesIt(workspace);
  applyResourceOptions(
    scope,
    {
      resource: workspace,
      id: workspace.id,
      name,
      prefix: 'Workspace',
      diagnostics: LOGS_AND_METRICS,
    },
    options,
  );
  return workspace;
}

function givenLogs(scope: Construct, props: PushRelayProps, given: IApplicationInsights): RelayLogs {
  readResourceId(scope, given.id, APPLICATION_INSIGHTS_TYPE, 'applicationInsights.id');
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
