import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import type { ICommunicationService } from '../communication/communication-service-interface';
import { filledText, number, requireProps, soundKinds } from '../core/kinds';
import { mistake } from '../core/mistakes';
import { checkBoolean, isOptions, shown, soundList, soundResourceGroup } from '../core/checks';
import { checkTags } from '../core/tags';
import type { Naming } from '../core/naming';
import type { NotificationHubSku } from '../notification-hubs/notification-hub-namespace';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { readResourceId, WORKSPACE_TYPE } from '../core/resource-reference';
import type { ISystemTopic } from '../event-grid/system-topic';
import { MonitoringActionGroup, type AlertReceivers } from './action-group';
import { ALERTS, RUNBOOK, type AlertDefinition, type AlertName } from './alerts';
import { choiceProblems, type AlertChoices } from './alert-settings';
import { MonitoringDiagnostics } from './diagnostics';
import { eventGridAlerts } from './event-grid-alerts';
import { hubAlerts, type MonitoredHub } from './hub-alerts';
import { MONTHLY_PUSHES } from './push-quota';
import { dailyCapAlert, relayAlerts } from './relay-alerts';
import type { RuleContext } from './rules';
import { MonitoringWorkbook } from './workbook';
import { useProviders, type ProvidersProps } from '../core/providers';

/** What is watched, and what is left out. */
export interface PushMonitoringOptions {
  /** Alerts by name: their settings, or `false` for none. @default - all but `silence`, with the defaults of docs/monitoring.md */
  readonly alerts?: AlertChoices;
  /** Where alerts send whoever is called; the alert's section is put behind it. @default 'docs/runbook.md' */
  readonly runbookUrl?: string;
  /** Pushes that the subscription has in a month. @default - by the tier; not known for a namespace that exists */
  readonly monthlyPushes?: number;
  /**
   * Log categories of the Communication Services resource: `CallSummary`, `ChatOperational`, …. They name the people who
   * took part, and cost by what is written. @default - none
   */
  readonly communicationLogs?: readonly string[];
  /** Whether a workbook with the figures of the alerts is made. @default true */
  readonly workbook?: boolean;
}

/** A relay that is watched; `PushRelay` is one. */
export interface IMonitoredRelay {
  /** ARM id of the Application Insights component that it logs to. */
  readonly applicationInsightsId: string;
  /** ARM id of its Function App. */
  readonly functionAppId: string;
}

/** What is watched, and who is told. */
export interface PushMonitoringProps extends PushMonitoringOptions, ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Makes the names of alerts, action group and workbook. */
  readonly naming: Naming;
  /** Who is told: receivers, or groups that were made before. @default - nobody: alerts show in Azure Monitor alone */
  readonly notify?: AlertReceivers | MonitoringActionGroup;
  /** The hubs whose pushes are watched. @default - none */
  readonly hubs?: readonly MonitoredHub[];
  /** ARM id of the hubs' namespace, for its logs. @default - its logs are not kept */
  readonly namespaceId?: string;
  /** Tier of the hubs' namespace, which says how many pushes a month has. @default - not known */
  readonly sku?: NotificationHubSku;
  /** The topic whose deliveries are watched. @default - nothing of Event Grid is watched */
  readonly systemTopic?: Pick<ISystemTopic, 'systemTopicId'>;
  /** The relay whose failures and ring latency are watched. @default - nothing of a relay is watched */
  readonly relay?: IMonitoredRelay;
  /** For its logs; see `communicationLogs`. @default - its logs are not kept */
  readonly communicationService?: Pick<ICommunicationService, 'communicationServiceId'>;
  /** ARM id of the workspace that takes the services' logs. @default - they are not kept */
  readonly logAnalyticsWorkspaceId?: string;
  /** Whether the system topic's logs of failed deliveries go to that workspace. @default true */
  readonly deliveryLogs?: boolean;
  /** ARM id of the workspace whose daily cap is watched; false for none. @default - `logAnalyticsWorkspaceId` */
  readonly cappedWorkspaceId?: string | false;
  /** Region of Application Insights and workspace, where queries run. @default - the resource group's */
  readonly location?: string;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
}

const KINDS = {
  runbookUrl: filledText('an address'),
  monthlyPushes: number('a number above 0'),
} as const;

/**
 * For somebody on call: alerts with a line of what to do, who is told of them, a workbook with the same figures, and the
 * logs of the services themselves. What is watched is given; nothing of it is changed. The health of the link has an
 * alert of its own, which comes with what the relay reports: `LinkHealthAlert`.
 *
 * Rules on metrics need no rights. A rule on logs runs with the rights of who deployed it last, who has to be able to
 * read them (Reader or Log Analytics Reader on the workspace).
 * Source: azure-docs, azure-monitor/alerts/log-alert-rule-health.md, "Unauthorized to run query".
 */
export class PushMonitoring extends Construct {
  /** Who is told: what was given as `notify`, or what was made of it. */
  readonly actionGroup: MonitoringActionGroup;
  /** Undefined when none was asked for. */
  readonly workbook?: MonitoringWorkbook;
  /** Undefined when no logs are kept. */
  readonly diagnostics?: MonitoringDiagnostics;

  private readonly props: PushMonitoringProps;

  constructor(scope: Construct, id: string, given: PushMonitoringProps) {
    super(scope, id);
    requireProps(this, given);
    useProviders(this, given.providers);
    const ofKinds = soundKinds(this, given, KINDS);
    this.check(ofKinds);
    const props = this.soundProps(ofKinds);
    this.props = props;
    const { resourceGroup, naming, notify = {}, tags, hubs = [], relay, systemTopic } = props;
    this.actionGroup =
      notify instanceof MonitoringActionGroup
        ? notify
        : new MonitoringActionGroup(this, 'ActionGroup', { ...notify, resourceGroup, naming, tags });
    const location = props.location ?? resourceGroup.location;
    const monthlyPushes = props.monthlyPushes ?? (props.sku && MONTHLY_PUSHES[props.sku]);
    const runbookUrl = props.runbookUrl ?? RUNBOOK;
    this.makeAlerts(
      { resourceGroup, naming, actionGroupIds: this.actionGroup.actionGroupIds, tags },
      { runbookUrl, location, monthlyPushes },
    );
    this.diagnostics = this.makeDiagnostics();
    if (props.workbook !== false) {
      this.workbook = new MonitoringWorkbook(this, 'Workbook', {
        resourceGroup,
        naming,
        location,
        runbookUrl,
        hubs: hubs.map(({ hub }) => hub),
        systemTopicId: systemTopic?.systemTopicId,
        relay,
        monthlyPushes,
        tags,
      });
    }
  }

  private makeAlerts(
    context: RuleContext,
    { runbookUrl, location, monthlyPushes }: { runbookUrl: string; location: string; monthlyPushes?: number },
  ): void {
    const { alerts: choices = {}, hubs = [], systemTopic, relay } = this.props;
    const common = { ...context, choices, runbookUrl };
    hubAlerts(this, { ...common, hubs, monthlyPushes });
    if (systemTopic) eventGridAlerts(this, { ...common, systemTopicId: systemTopic.systemTopicId });
    if (relay) {
      relayAlerts(this, { ...common, location, applicationInsightsId: relay.applicationInsightsId });
    }
    const { cappedWorkspaceId = this.props.logAnalyticsWorkspaceId } = this.props;
    if (cappedWorkspaceId) dailyCapAlert(this, { ...common, location }, cappedWorkspaceId);
  }

  /** The rules of all its alerts. */
  get alertRules(): readonly (MonitorMetricAlert | MonitorScheduledQueryRulesAlertV2)[] {
    return this.node.children.filter(
      (child): child is MonitorMetricAlert | MonitorScheduledQueryRulesAlertV2 =>
        child instanceof MonitorMetricAlert || child instanceof MonitorScheduledQueryRulesAlertV2,
    );
  }

  private makeDiagnostics(): MonitoringDiagnostics | undefined {
    const { logAnalyticsWorkspaceId, namespaceId, systemTopic, communicationService } = this.props;
    if (logAnalyticsWorkspaceId === undefined) return undefined;
    return new MonitoringDiagnostics(this, 'Diagnostics', {
      naming: this.props.naming,
      workspaceId: logAnalyticsWorkspaceId,
      namespaceId,
      systemTopicId: this.props.deliveryLogs === false ? undefined : systemTopic?.systemTopicId,
      communicationService: communicationService && {
        communicationServiceId: communicationService.communicationServiceId,
        categories: this.props.communicationLogs ?? [],
      },
    });
  }

  /** With what lets the rest be looked at in place of what is wrong. */
  private soundProps(given: PushMonitoringProps): PushMonitoringProps {
    const { alerts, communicationLogs, hubs = [] } = given;
    const usable = Object.entries(isOptions(alerts) ? alerts : {}).filter(
      ([, choice]) => typeof choice === 'boolean' || isOptions(choice),
    );
    return {
      ...given,
      resourceGroup: soundResourceGroup(this, given.resourceGroup),
      alerts: Object.fromEntries(usable) as AlertChoices,
      communicationLogs: soundList(communicationLogs),
      // By their purposes, which name their alerts.
      hubs: [...new Map(hubs.map((hub) => [hub.purpose, hub])).values()],
    };
  }

  private check(given: PushMonitoringProps): void {
    const { hubs = [], monthlyPushes } = given;
    const communicationLogs = soundList(given.communicationLogs);
    const alerts = isOptions(given.alerts) ? given.alerts : {};
    const { logAnalyticsWorkspaceId, cappedWorkspaceId, tags, workbook, deliveryLogs } = given;
    readResourceId(this, logAnalyticsWorkspaceId, WORKSPACE_TYPE, 'logAnalyticsWorkspaceId');
    readResourceId(this, cappedWorkspaceId || undefined, WORKSPACE_TYPE, 'cappedWorkspaceId');
    checkTags(this, tags);
    checkBoolean(this, 'workbook', workbook);
    checkBoolean(this, 'deliveryLogs', deliveryLogs);
    const problems = [...choiceProblems(alerts), ...unwatched(alerts, given)];
    if (given.alerts !== undefined && !isOptions(given.alerts)) {
      problems.push(`alerts takes settings by the names of the alerts, got ${shown(given.alerts)}`);
    }
    const quota = alerts.pushQuota;
    if (isOptions(quota) && quota.threshold !== undefined && quota.threshold > 1) {
      problems.push(`alerts.pushQuota.threshold takes a share from 0 to 1, got ${shown(quota.threshold)}`);
    }
    if (monthlyPushes !== undefined && !Token.isUnresolved(monthlyPushes) && !(monthlyPushes > 0)) {
      problems.push(`monthlyPushes takes a number above 0, got ${shown(monthlyPushes)}`);
    }
    const purposes = hubs.map(({ purpose }) => purpose);
    const twice = purposes.find((purpose, i) => purposes.indexOf(purpose) !== i);
    if (twice !== undefined) {
      problems.push(`hubs takes each purpose once, since it names their alerts; got '${twice}' twice`);
    }
    if (given.communicationLogs !== undefined && !Array.isArray(given.communicationLogs)) {
      problems.push(`communicationLogs takes a list of categories, got ${shown(given.communicationLogs)}`);
    }
    if (communicationLogs.length > 0 && !(logAnalyticsWorkspaceId && given.communicationService)) {
      problems.push(
        'communicationLogs are kept in a workspace: give communicationService and logAnalyticsWorkspaceId, or leave them out',
      );
    }
    for (const problem of problems) mistake(this, problem);
  }
}

/** Alerts that are asked for and have nothing to look at. */
function unwatched(alerts: AlertChoices, props: PushMonitoringProps): string[] {
  const { hubs = [], sku, systemTopic, relay, logAnalyticsWorkspaceId } = props;
  // Undefined for a tier that is not known when it is synthesized.
  const { monthlyPushes = sku && MONTHLY_PUSHES[sku] } = props;
  const { cappedWorkspaceId = logAnalyticsWorkspaceId } = props;
  const missing: { readonly [Part in AlertDefinition['of']]: string | undefined } = {
    hubs: hubs.length > 0 ? undefined : 'hubs',
    pushes: hubs.length > 0 && monthlyPushes !== undefined ? undefined : 'hubs and monthlyPushes',
    systemTopic: systemTopic ? undefined : 'a system topic',
    relay: relay ? undefined : 'a relay',
    workspace: cappedWorkspaceId ? undefined : 'a workspace of its own, or one whose cap is to be watched',
  };
  return (Object.keys(alerts) as AlertName[]).flatMap((name) => {
    const without = alerts[name] && ALERTS[name] && missing[ALERTS[name].of];
    return without ? [`alerts.${name} looks at what is not here: leave it out, or give ${without}`] : [];
  });
}
