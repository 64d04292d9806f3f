import { Construct } from 'constructs';
import { COMMUNICATION_SERVICE_TYPE } from '../../link/resource-id';
import { grantRole, type Grant, type GrantOptions } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import { Metric, type MetricOptions } from '../monitoring/metric';
import type { CommunicationApi } from './communication-service-interface';

/** What every Communication Services resource can do, made here or adopted: give rights and name its metrics. */
export abstract class ServiceCapabilities extends Construct {
  abstract readonly communicationServiceId: string;

  /** Lets a principal read the resource in ARM, by the role Reader: neither keys nor data. */
  grantRead(grantee: IGrantable, options?: GrantOptions): Grant {
    return this.grant('Read', 'Reader', grantee, options);
  }

  /**
   * Lets a principal do everything with the resource and its data plane (calls, chat, tokens), by the role
   * Communication and Email Service Owner: no narrower role is known.
   */
  grantFullAccess(grantee: IGrantable, options?: GrantOptions): Grant {
    return this.grant('FullAccess', 'Communication and Email Service Owner', grantee, options);
  }

  /** A metric by its name in the REST API. */
  metric(name: string, options: MetricOptions = {}): Metric {
    return new Metric({
      resourceId: this.communicationServiceId,
      namespace: COMMUNICATION_SERVICE_TYPE,
      name,
      aggregation: 'Count',
      unit: 'Count',
    }).with(options);
  }

  /** Requests to one of its APIs; by the dimensions `Operation`, `StatusCode` and `StatusCodeClass`. */
  metricApiRequests(api: CommunicationApi, options?: MetricOptions): Metric {
    return this.metric(`APIRequest${api}`, options);
  }

  private grant(
    right: string,
    roleDefinitionName: string,
    grantee: IGrantable,
    options?: GrantOptions,
  ): Grant {
    return grantRole(
      this,
      right,
      grantee,
      { scope: this.communicationServiceId, roleDefinitionName },
      options,
    );
  }
}
