import type { Construct } from 'constructs';
import { PLATFORMS } from '../../link/metrics';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import { ALERTS, descriptionOf } from './alerts';
import { settingsOf, type AlertChoices } from './alert-settings';
import { dailyPushes } from './push-quota';
import { metricRule, type RuleContext } from './rules';

/** A hub that is watched. */
export interface MonitoredHub {
  /** What the names of its alerts say: `calling`, `relay`, `voip`. */
  readonly purpose: string;
  /** The hub that is watched. */
  readonly hub: INotificationHub;
}

export interface HubAlertsProps extends RuleContext {
  readonly hubs: readonly MonitoredHub[];
  readonly choices: AlertChoices;
  readonly runbookUrl: string;
  /** Pushes that the tier has in a month. Undefined: not known, and nothing is said of them. */
  readonly monthlyPushes?: number;
}

/**
 * What hubs themselves count: refused credentials, a rule for each hub and push service, and the pace of pushes, one for
 * each hub. Metrics of hubs have no dimensions, and a rule has one hub.
 */
export function hubAlerts(scope: Construct, props: HubAlertsProps): void {
  for (const { purpose, hub } of props.hubs) {
    refusedCredentials(scope, props, purpose, hub);
    pushQuota(scope, props, purpose, hub);
  }
}

function refusedCredentials(
  scope: Construct,
  props: HubAlertsProps,
  purpose: string,
  hub: INotificationHub,
): void {
  const settings = settingsOf(props.choices, 'refusedCredentials');
  if (!settings) return;
  for (const platform of PLATFORMS) {
    if (hub.platforms && !hub.platforms[platform]) continue;
    const service = platform === 'apns' ? 'APNs' : 'FCM';
    metricRule(scope, `RefusedCredentials-${purpose}-${platform}`, props, {
      purpose: `${purpose}-${service.toLowerCase()}-credentials`,
      description: descriptionOf(
        {
          ...ALERTS.refusedCredentials,
          says: `${service}, hub ${purpose}: ${ALERTS.refusedCredentials.says}`,
        },
        props.runbookUrl,
      ),
      settings,
      metric: hub.metricInvalidCredentials(platform),
    });
  }
}

function pushQuota(scope: Construct, props: HubAlertsProps, purpose: string, hub: INotificationHub): void {
  const settings = settingsOf(props.choices, 'pushQuota');
  if (!settings || props.monthlyPushes === undefined) return;
  metricRule(scope, `PushQuota-${purpose}`, props, {
    purpose: `${purpose}-push-quota`,
    description: descriptionOf(ALERTS.pushQuota, props.runbookUrl),
    settings: {
      ...settings,
      threshold: dailyPushes(props.monthlyPushes, settings.threshold, props.hubs.length),
    },
    metric: hub.metricPushes(),
  });
}
