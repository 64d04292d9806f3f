import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { HEALTH_METRICS } from '../relay/contract';
import { fail } from './errors';
import { checkName, type Naming } from './naming';
import type { INotificationHub } from './notification-hub';
import type { NotificationHubLink } from './notification-hub-link';
import type { IResourceGroup, Tags } from './resource-group';

export interface LinkHealthAlertOptions {
  /** ARM ids of the action groups that are told. @default - none: the alert shows in Azure Monitor alone */
  readonly actionGroupIds?: string[];
}

export interface LinkHealthAlertProps extends LinkHealthAlertOptions {
  readonly resourceGroup: IResourceGroup;
  readonly naming: Naming;
  /** The link that is watched. */
  readonly link: NotificationHubLink;
  /** The hubs that the relay sends through. */
  readonly relayHub: INotificationHub;
  readonly voipHub?: INotificationHub;
  /** The Function App that reports the metrics, by its ARM id. */
  readonly functionAppId: string;
  /** Object id of the identity that it looks with. */
  readonly principalId: string;
  readonly tags?: Tags;
}

const ACTION_GROUP_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Insights\/actionGroups\/[^/]+$/i;

/**
 * Alerts on the health of the link and of the relay's hubs, as the relay's timer reports it: each fires when any report
 * of the last 15 minutes says that a check fails. The relay may read the Communication Services resource and the hubs
 * for it, but no keys.
 *
 * Source: azure-docs, azure-monitor/essentials/metrics-custom-overview.md.
 */
export class LinkHealthAlert extends Construct {
  readonly resource: MonitorMetricAlert;
  /** The same for the relay's own hubs. */
  readonly relayHubs: MonitorMetricAlert;
  /** What the reports need. */
  readonly roles: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LinkHealthAlertProps) {
    super(scope, id);
    const { resourceGroup, naming, link, functionAppId, actionGroupIds = [] } = props;
    for (const actionGroupId of actionGroupIds) {
      if (!Token.isUnresolved(actionGroupId) && !ACTION_GROUP_ID.test(actionGroupId)) {
        fail(
          this,
          `actionGroupIds takes ARM ids of action groups (/subscriptions/…/actionGroups/{name}), got '${actionGroupId}'`,
        );
      }
    }
    const role = (roleId: string, scopeId: string, roleDefinitionName: string) =>
      new RoleAssignment(this, roleId, {
        principalId: props.principalId,
        principalType: 'ServicePrincipal',
        scope: scopeId,
        roleDefinitionName,
      });
    const relayHubs = [props.relayHub, ...(props.voipHub ? [props.voipHub] : [])];
    this.roles = [
      role('ServiceRole', link.communicationService.communicationServiceId, 'Reader'),
      role('HubRole', link.hub.notificationHubId, 'Reader'),
      ...relayHubs.map((hub, i) => role(`RelayHubRole${i || ''}`, hub.notificationHubId, 'Reader')),
      role('MetricsRole', functionAppId, 'Monitoring Metrics Publisher'),
    ];
    const alert = (
      alertId: string,
      purpose: string,
      metric: { readonly namespace: string; readonly name: string },
      description: string,
    ) =>
      new MonitorMetricAlert(this, alertId, {
        name: checkName(this, 'metricAlert', naming.name('metricAlert', purpose)),
        resourceGroupName: resourceGroup.name,
        description,
        scopes: [functionAppId],
        severity: 1,
        frequency: 'PT5M',
        windowSize: 'PT15M',
        criteria: [
          {
            metricNamespace: metric.namespace,
            metricName: metric.name,
            aggregation: 'Minimum',
            operator: 'LessThan',
            threshold: 1,
            // There is no such metric before the first report.
            skipMetricValidation: true,
          },
        ],
        action: actionGroupIds.map((actionGroupId) => ({ actionGroupId })),
        tags: props.tags,
      });
    this.resource = alert(
      'Resource',
      'link',
      HEALTH_METRICS.link,
      'The link between Communication Services and its notification hub is broken, or its pushes reach no device: calls do not ring.',
    );
    this.relayHubs = alert(
      'RelayHubs',
      'relay-hub',
      HEALTH_METRICS.relayHubs,
      "A hub of the relay cannot send, or its pushes reach no device: events do not show on people's phones.",
    );
  }
}
