import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { LINK_HEALTH_METRIC } from '../relay/contract';
import { fail } from './errors';
import { checkName, type Naming } from './naming';
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
  /** The Function App that reports the metric, by its ARM id. */
  readonly functionAppId: string;
  /** Object id of the identity that it looks with. */
  readonly principalId: string;
  readonly tags?: Tags;
}

const ACTION_GROUP_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Insights\/actionGroups\/[^/]+$/i;

/**
 * An alert on the link's health, as the relay's timer reports it: fires when any report of the last 15 minutes says
 * that a check fails. The relay may read the Communication Services resource and the hub for it, but no keys.
 *
 * Source: azure-docs, azure-monitor/essentials/metrics-custom-overview.md.
 */
export class LinkHealthAlert extends Construct {
  readonly resource: MonitorMetricAlert;
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
    this.roles = [
      role('ServiceRole', link.communicationService.communicationServiceId, 'Reader'),
      role('HubRole', link.hub.notificationHubId, 'Reader'),
      role('MetricsRole', functionAppId, 'Monitoring Metrics Publisher'),
    ];
    this.resource = new MonitorMetricAlert(this, 'Resource', {
      name: checkName(this, 'metricAlert', naming.name('metricAlert', 'link')),
      resourceGroupName: resourceGroup.name,
      description:
        'The link between Communication Services and its notification hub is broken: calls do not ring.',
      scopes: [functionAppId],
      severity: 1,
      frequency: 'PT5M',
      windowSize: 'PT15M',
      criteria: [
        {
          metricNamespace: LINK_HEALTH_METRIC.namespace,
          metricName: LINK_HEALTH_METRIC.name,
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
  }
}
