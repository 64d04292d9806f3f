import { id as LINKED_HUB } from '../../link/checks/linked-hub';
import type { LinkExpectation } from '../../link/expectation';
import { linkHealth } from '../../link/health';
import { LINK_HEALTH_METRIC } from '../contract';
import type { Transport } from '../http';
import type { TokenSource } from '../identity';
import type { Clock, Log } from '../ports';
import type { LinkHealthSettings } from '../settings';
import { ArmReader } from './arm-reader';
import { CustomMetrics } from './custom-metrics';

/** Looks at the link of the Communication Services resource and reports as a metric whether anything is wrong. */
export class LinkHealthReport {
  private readonly azure: ArmReader;
  private readonly metrics: CustomMetrics;
  /** Since when every look saw the link as it should be, milliseconds since the epoch. */
  private healthySince: number | undefined;

  constructor(
    private readonly settings: LinkHealthSettings,
    identity: TokenSource,
    transport: Transport,
    private readonly clock: Clock,
  ) {
    this.azure = new ArmReader(identity, transport, clock);
    this.metrics = new CustomMetrics(settings.resourceId, settings.region, identity, transport);
  }

  /**
   * Takes one look and publishes it; a value that could not be published is logged. When not even the link could be
   * read, there is nothing to publish.
   *
   * @throws AzureError of kind `credentials` when the app has no identity to look with
   */
  async report(log: Log): Promise<void> {
    const { healthy, failed, unread, remedy } = await linkHealth(this.azure, this.expectation(), this.clock);
    if (healthy === 1 && unread.includes(LINKED_HUB)) {
      log.write('warn', 'link health not known', { unread });
      return;
    }
    if (healthy === 0) this.healthySince = undefined;
    else this.healthySince ??= this.clock.now();
    log.write(healthy === 1 ? 'info' : 'error', 'link health', { healthy, failed, unread, remedy });
    try {
      await this.metrics.publish(LINK_HEALTH_METRIC, healthy, this.azure.azureNow() ?? this.clock.now());
    } catch (error) {
      log.write('error', 'link health not published', { detail: (error as Error).message });
    }
  }

  private expectation(): LinkExpectation {
    const { communicationServiceId, hubId: notificationHubId, ruleId } = this.settings;
    return {
      communicationServiceId,
      notificationHubId,
      ruleId,
      // The identity cannot read the activity log: the link is taken to be no younger than when it was first seen.
      ...(this.healthySince === undefined ? {} : { record: { linkedAt: this.healthySince } }),
    };
  }
}
