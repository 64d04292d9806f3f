import { Construct } from 'constructs';
import { defineRole, type CustomRoleProps } from '../authorization/custom-role';
import { grantRole, type Grant } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import { healthMetric } from '../monitoring/health-metric';
import type { Metric, MetricOptions } from '../monitoring/metric';
import type { IStorageAccount } from '../storage/storage-account-interface';
import { DEAD_LETTER_CONTAINER } from '../storage/dead-letter-container';
import { functionAppMetric, type FunctionAppMetric } from './function-app-metrics';

export type CustomRoleName = Pick<CustomRoleProps, 'resourceGroupId' | 'roleName'>;

/** Rights on a relay, and what it counts. */
export abstract class RelayCapabilities extends Construct {
  abstract readonly functionAppId: string;
  abstract readonly storage: IStorageAccount;
  /** Where the role for replaying is defined, and under which name, unique in the tenant. */
  protected abstract readonly replayRole: CustomRoleName;
  private replayRoleDefinitionId?: string;

  /** Lets a principal list and read the dead letters, with what people wrote: `acs-push replay --list` and `--show`. */
  grantReadDeadLetters(grantee: IGrantable): Grant {
    return this.storage.grantRead(grantee, DEAD_LETTER_CONTAINER);
  }

  /**
   * Lets a principal deliver dead letters again (`acs-push replay`): it may write into their container, and list the
   * keys of the Function App's host, **with which it can deliver any event to the relay**.
   */
  grantReplay(grantee: IGrantable): Grant {
    this.replayRoleDefinitionId ??= defineRole(this, 'ReplayRoleDefinition', {
      ...this.replayRole,
      description: 'Delivers events to the functions of one Function App.',
      actions: ['Microsoft.Web/sites/read', 'Microsoft.Web/sites/host/listkeys/action'],
    });
    const role = { scope: this.functionAppId, roleDefinitionId: this.replayRoleDefinitionId };
    return this.storage
      .grantWrite(grantee, DEAD_LETTER_CONTAINER)
      .combine(grantRole(this, 'Replay', grantee, role));
  }

  /** A metric of its Function App by its name in the REST API. */
  metric(name: FunctionAppMetric, options?: MetricOptions): Metric {
    return functionAppMetric(this.functionAppId, name, options);
  }

  /** Executions of its functions on instances that start when needed; see `metric` for those always ready. */
  metricExecutions(options?: MetricOptions): Metric {
    return this.metric('OnDemandFunctionExecutionCount', options);
  }

  /** Instances that run. */
  metricInstances(options?: MetricOptions): Metric {
    return this.metric('InstanceCount', options);
  }

  /** 1, or 0 when a check of the link fails; reported every five minutes, and only with `linkHealth`. */
  metricLinkHealth(): Metric {
    return healthMetric(this.functionAppId, 'link');
  }

  /** The same of its own hubs. */
  metricHubHealth(): Metric {
    return healthMetric(this.functionAppId, 'relayHubs');
  }
}
