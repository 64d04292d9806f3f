import type { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { shown } from '../core/checks';
import { requireProps } from '../core/kinds';
import { mistake } from '../core/mistakes';
import { nameProblem } from '../core/naming';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { settingProblems, withDefaults } from './alert-settings';
import type { AlertSettings } from './alerts';
import { ALERT_OPERATORS, metricAlert, type AlertOperator } from './metric-alert';

/** How the values of a span become one. */
export type MetricAggregation = 'Average' | 'Count' | 'Maximum' | 'Minimum' | 'Total';

/** What a metric is a number of. */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes' | 'Percent';

/** Splits a metric, or looks at a part of it. */
export interface MetricDimension {
  /** `EventSubscriptionName`; which ones a metric has is in Azure Monitor's table of it. */
  readonly name: string;
  /** Values that are looked at; `*` for each one by itself. @default ['*'] */
  readonly values?: readonly string[];
  /** Whether these values alone are looked at, all but these, or what begins with them. @default 'Include' */
  readonly operator?: 'Include' | 'Exclude' | 'StartsWith';
}

/** How a metric is looked at. */
export interface MetricOptions {
  /** How the values of a span become one. @default - the metric's own, by Azure Monitor's table of it */
  readonly aggregation?: MetricAggregation;
  /** What it is split by, or which part of it is looked at. @default - all values together */
  readonly dimensions?: readonly MetricDimension[];
}

export interface MetricProps extends MetricOptions {
  /** ARM id of what has the metric. */
  readonly resourceId: string;
  /** `Microsoft.NotificationHubs/namespaces/notificationHubs`, or the namespace of metrics of an app's own. */
  readonly namespace: string;
  /** Its name in the REST API: `outgoing.apns.success`. */
  readonly name: string;
  /** How the values of a span become one. */
  readonly aggregation: MetricAggregation;
  /** What it is a number of. */
  readonly unit: MetricUnit;
}

export interface MetricAlertProps extends AlertSettings {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Name of the rule, unique in the resource group. */
  readonly name: string;
  /** It fires when the metric is beyond it; in the metric's unit. */
  readonly threshold: number;
  /** On which side of the threshold it fires. @default 'GreaterThan' */
  readonly operator?: AlertOperator;
  /** What has happened, and what to do. @default - none */
  readonly description?: string;
  /** ARM ids of the action groups that are told. @default - none: it shows in Azure Monitor alone */
  readonly actionGroupIds?: readonly string[];
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
}

const DEFAULTS = { severity: 3, window: 'PT15M', frequency: 'PT5M', threshold: 0 } as const;

/**
 * A metric of Azure Monitor: of which resource, its name, and how it is looked at. It is a value, nothing is made of it
 * until an alert is.
 *
 * Source: azure-monitor-docs, reference/supported-metrics.
 */
export class Metric {
  /** ARM id of what has the metric. */
  readonly resourceId: string;
  /** Namespace of the metric: the type of the resource, or that of an app's own metrics. */
  readonly namespace: string;
  /** Name in the REST API: `outgoing.apns.success`. */
  readonly name: string;
  /** How the values of a span become one. */
  readonly aggregation: MetricAggregation;
  /** What it is a number of. */
  readonly unit: MetricUnit;
  /** What it is split by; empty for all values together. */
  readonly dimensions: readonly MetricDimension[];

  constructor(props: MetricProps) {
    this.resourceId = props.resourceId;
    this.namespace = props.namespace;
    this.name = props.name;
    this.aggregation = props.aggregation;
    this.unit = props.unit;
    this.dimensions = props.dimensions ?? [];
  }

  /** The same metric looked at otherwise. */
  with({ aggregation = this.aggregation, dimensions = this.dimensions }: MetricOptions): Metric {
    return new Metric({ ...this.props, aggregation, dimensions });
  }

  /**
   * An alert that fires when the metric goes beyond a threshold: severity 3, looked at every 5 minutes for the last 15,
   * unless other settings are given. Azure does not check that the metric is there: nothing is counted before the first
   * push or event.
   */
  createAlert(scope: Construct, id: string, props: MetricAlertProps): MonitorMetricAlert {
    requireProps(scope, props);
    this.check(scope, props);
    return metricAlert(scope, id, {
      ...props,
      settings: withDefaults(DEFAULTS, props),
      metric: this,
    });
  }

  private get props(): MetricProps {
    const { resourceId, namespace, name, aggregation, unit, dimensions } = this;
    return { resourceId, namespace, name, aggregation, unit, dimensions };
  }

  private check(scope: Construct, props: MetricAlertProps): void {
    const { name, operator = 'GreaterThan' } = props;
    const problems = [
      Token.isUnresolved(name) ? undefined : nameProblem('metricAlert', name),
      ...settingProblems('alert', { kind: 'metric', defaults: DEFAULTS }, props),
      props.threshold === undefined
        ? "alert.threshold takes a number in the metric's unit, got nothing"
        : undefined,
      ALERT_OPERATORS.includes(operator)
        ? undefined
        : `alert.operator takes one of ${ALERT_OPERATORS.join(', ')}; got ${shown(operator)}`,
    ];
    for (const problem of problems) if (problem !== undefined) mistake(scope, problem);
  }
}
