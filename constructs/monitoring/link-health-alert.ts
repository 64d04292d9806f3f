import type { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { HEALTH_METRICS } from '../../relay/contract';
import { assignRole } from '../authorization/grant';
import { servicePrincipal } from '../authorization/principal';
import { listProblem, soundList, soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkTags } from '../core/tags';
import { actionGroupIdProblems } from './action-group';
import { withDefaults, settingProblems } from './alert-settings';
import { descriptionOf, LINK_HEALTH, type AlertSettings } from './alerts';
import { healthMetric } from './health-metric';
import { metricRule } from './rules';
import type { Naming } from '../core/naming';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import type { INotificationHubLink } from '../communication/communication-service-interface';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { requireProps } from '../core/kinds';
import { useProviders, type ProvidersProps } from '../core/providers';

/** How the alert on the link fires, and who is told. */
export interface LinkHealthAlertOptions extends Omit<AlertSettings, 'threshold'> {
  /** ARM ids of the action groups that are told. @default - none: the alert shows in Azure Monitor alone */
  readonly actionGroupIds?: readonly string[];
  /** Where it sends whoever is called. @default 'docs/runbook.md' */
  readonly runbookUrl?: string;
}

/** The alert on the link, and what it watches. */
export interface LinkHealthAlertProps extends LinkHealthAlertOptions, ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Makes the names, from the base and suffix that all of a deployment share. */
  readonly naming: Naming;
  /** The link that is watched. */
  readonly link: INotificationHubLink;
  /** The hubs that the relay sends through. */
  readonly relayHub: INotificationHub;
  /** The hub of VoIP pushes, which is watched too. @default - none */
  readonly voipHub?: INotificationHub;
  /** The Function App that reports the metrics, by its ARM id. */
  readonly functionAppId: string;
  /** Object id of the identity that it looks with. */
  readonly principalId: string;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
}

/**
 * Alerts on the health of the link and of the relay's hubs, as the relay's timer reports it: each fires when any report
 * of the last 15 minutes says that a check fails. The relay may read the Communication Services resource and the hubs
 * for it, but no keys.
 *
 * Source: azure-docs, azure-monitor/essentials/metrics-custom-overview.md.
 */
export class LinkHealthAlert extends Construct {
  /** The rule itself, for overrides. */
  readonly resource: MonitorMetricAlert;
  /** The same for the relay's own hubs. */
  readonly relayHubs: MonitorMetricAlert;
  /** What the reports need. */
  readonly roles: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LinkHealthAlertProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const { link, functionAppId } = props;
    const actionGroupIds = soundList(props.actionGroupIds);
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    for (const problem of linkHealthProblems(props)) mistake(this, problem);
    checkTags(this, props.tags);
    const role = (roleId: string, scopeId: string, roleDefinitionName: string) =>
      assignRole(this, roleId, servicePrincipal(props.principalId), { scope: scopeId, roleDefinitionName });
    const relayHubs = [props.relayHub, ...(props.voipHub ? [props.voipHub] : [])];
    this.roles = [
      role('ServiceRole', link.communicationService.communicationServiceId, 'Reader'),
      role('HubRole', link.hub.notificationHubId, 'Reader'),
      ...relayHubs.map((hub, i) => role(`RelayHubRole${i || ''}`, hub.notificationHubId, 'Reader')),
      role('MetricsRole', functionAppId, 'Monitoring Metrics Publisher'),
    ];
    const alert = (alertId: string, purpose: string, metric: keyof typeof HEALTH_METRICS, says: string) =>
      metricRule(
        this,
        alertId,
        { ...props, resourceGroup, actionGroupIds },
        {
          purpose,
          description: descriptionOf({ ...LINK_HEALTH, says }, props.runbookUrl),
          // What makes a report one of ill health is no matter of taste.
          settings: withDefaults(LINK_HEALTH.defaults, { ...props, threshold: undefined }),
          operator: 'LessThan',
          metric: healthMetric(functionAppId, metric),
        },
      );
    this.resource = alert(
      'Resource',
      'link',
      'link',
      'The link between Communication Services and its notification hub is broken, or its pushes reach no device: calls do not ring.',
    );
    this.relayHubs = alert(
      'RelayHubs',
      'relay-hub',
      'relayHubs',
      "A hub of the relay cannot send, or its pushes reach no device: events do not show on people's phones.",
    );
  }
}

function linkHealthProblems(props: LinkHealthAlertOptions): string[] {
  return [
    listProblem('linkHealthAlert.actionGroupIds', props.actionGroupIds),
    ...actionGroupIdProblems(props.actionGroupIds ?? []),
    ...settingProblems('linkHealthAlert', LINK_HEALTH, { ...props, threshold: undefined }),
    'threshold' in props && props.threshold !== undefined
      ? 'linkHealthAlert.threshold is fixed, since a report says whether a check fails: leave it out'
      : undefined,
  ].filter((problem) => problem !== undefined);
}
