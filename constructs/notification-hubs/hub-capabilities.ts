import { Construct } from 'constructs';
import type { PushPlatform } from '../../link/push-platform';
import {
  credentialRefused,
  INCOMING,
  outcomeMetric,
  outcomeMetricOfAll,
  PUSHES,
  REFUSED,
  REQUESTS,
  type PushOutcome,
} from '../../link/metrics';
import type { Grant } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import type { Metric, MetricOptions } from '../monitoring/metric';
import { grantCredentials, grantKeys, grantPolicy, grantReadNamespace } from './hub-grants';
import { hubMetric } from './hub-metrics';
import type {
  HubGrant,
  HubGrantOptions,
  HubVerifyGrantOptions,
  IHubPolicy,
  INotificationHub,
} from './notification-hub-interface';

/** What every hub can do, made here or adopted: give rights and name its metrics. */
export abstract class HubCapabilities extends Construct implements INotificationHub {
  abstract readonly notificationHubId: string;
  abstract readonly notificationHubName: string;
  abstract readonly namespaceName: string;
  abstract addSendOnlyPolicy(id: string, name?: string): IHubPolicy;
  abstract addListenOnlyPolicy(id: string, name?: string): IHubPolicy;

  get serviceBusEndpoint(): string {
    return `https://${this.namespaceName}.servicebus.windows.net`;
  }

  grantSend(grantee: IGrantable, options: HubGrantOptions = {}): HubGrant {
    return grantPolicy(this, 'Send', grantee, options);
  }

  grantListen(grantee: IGrantable, options: HubGrantOptions = {}): HubGrant {
    return grantPolicy(this, 'Listen', grantee, options);
  }

  grantVerify(
    grantee: IGrantable,
    policy: IHubPolicy,
    { credentials = true, keyRoleDefinitionId }: HubVerifyGrantOptions = {},
  ): Grant {
    return grantReadNamespace(this, grantee).combine(
      grantKeys(this, policy, grantee, { keyRoleDefinitionId }),
      ...(credentials ? [grantCredentials(this, grantee)] : []),
    );
  }

  metric(name: string, options?: MetricOptions): Metric {
    return hubMetric(this.notificationHubId, name, options);
  }

  metricIncoming(options?: MetricOptions): Metric {
    return this.metric(INCOMING, options);
  }

  metricRequests(options?: MetricOptions): Metric {
    return this.metric(REQUESTS, options);
  }

  metricFailedRequests(options?: MetricOptions): Metric {
    return this.metric(REFUSED, options);
  }

  metricPushes(options?: MetricOptions): Metric {
    return this.metric(PUSHES, options);
  }

  metricOutgoingSuccess(platform?: PushPlatform, options?: MetricOptions): Metric {
    return platform
      ? this.metricOutgoing(platform, 'success', options)
      : this.metric(outcomeMetricOfAll('success'), options);
  }

  metricOutgoing(platform: PushPlatform, outcome: PushOutcome, options?: MetricOptions): Metric {
    return this.metric(outcomeMetric(platform, outcome), options);
  }

  metricOutgoingErrors(options?: MetricOptions): Metric {
    return this.metric(outcomeMetricOfAll('pnserror'), options);
  }

  metricBadOrExpiredChannels(options?: MetricOptions): Metric {
    return this.metric(outcomeMetricOfAll('badorexpiredchannel'), options);
  }

  metricInvalidCredentials(platform: PushPlatform, options?: MetricOptions): Metric {
    return this.metric(credentialRefused(platform), options);
  }
}
