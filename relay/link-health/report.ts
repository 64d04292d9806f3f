import type { TokenCredential } from '@azure/core-auth';
import { id as HUB } from '../../link/checks/hub';
import { id as LINKED_HUB } from '../../link/checks/linked-hub';
import type { LinkExpectation } from '../../link/expectation';
import { hubHealth, linkHealth, type Health } from '../../link/health';
import { HEALTH_METRICS } from '../contract';
import type { Transport } from '../http';
import type { Clock, Log } from '../ports';
import type { LinkHealthSettings } from '../settings';
import { ArmReader } from './arm-reader';
import { CustomMetrics } from './custom-metrics';

/** Looks at the link and at the relay's own hubs, and reports as metrics whether anything is wrong. */
export class LinkHealthReport {
  private readonly azure: ArmReader;
  private readonly metrics: CustomMetrics;
  /** When the link was last seen as it should be, milliseconds since the epoch. */
  private linkHealthyAt: number | undefined;

  constructor(
    private readonly settings: LinkHealthSettings,
    credential: TokenCredential,
    transport: Transport,
    private readonly clock: Clock,
  ) {
    this.azure = new ArmReader(credential, transport, clock);
    this.metrics = new CustomMetrics(settings.resourceId, settings.region, credential, transport);
  }

  /**
   * Takes one look at each hub and publishes it; a value that could not be published is logged. Of what could not even
   * be read, there is nothing to publish.
   *
   * @throws AzureError of kind `credentials` when the app has no identity to look with
   */
  async report(log: Log): Promise<void> {
    const link = await linkHealth(this.azure, this.link(), this.clock);
    if (link.healthy === 1 && !link.unread.includes(LINKED_HUB)) this.linkHealthyAt = this.clock.now();
    await this.publish(log, 'link', link, LINKED_HUB);
    const hubs = await this.relayHubs();
    if (hubs) await this.publish(log, 'relayHubs', hubs, HUB);
  }

  /** @param first the check without whose answer nothing is known */
  private async publish(
    log: Log,
    which: keyof typeof HEALTH_METRICS,
    { healthy, failed, unread, remedy }: Health,
    first: string,
  ): Promise<void> {
    const metric = HEALTH_METRICS[which];
    const message = NAMES[which];
    if (healthy === 1 && unread.includes(first)) {
      log.write('warn', `${message} not known`, { unread });
      return;
    }
    log.write(healthy === 1 ? 'info' : 'error', message, { healthy, failed, unread, remedy });
    try {
      await this.metrics.publish(metric, healthy, this.azure.azureNow() ?? this.clock.now());
    } catch (error) {
      log.write('error', `${message} not published`, { detail: (error as Error).message });
    }
  }

  /** The worst of them; undefined when the relay sends through none. */
  private async relayHubs(): Promise<Health | undefined> {
    let worst: Health | undefined;
    for (const ruleId of this.settings.relayRuleIds) {
      const notificationHubId = ruleId.slice(0, ruleId.toLowerCase().lastIndexOf('/authorizationrules/'));
      const health = await hubHealth(this.azure, { notificationHubId, ruleId }, this.clock);
      if (!worst || health.healthy < worst.healthy) worst = health;
    }
    return worst;
  }

  private link(): LinkExpectation {
    const { communicationServiceId, hubId: notificationHubId, ruleId } = this.settings;
    return {
      communicationServiceId,
      notificationHubId,
      ruleId,
      // The identity cannot read the activity log: the link was made, at the latest, when it was seen to be right.
      ...(this.linkHealthyAt === undefined ? {} : { record: { linkedAt: this.linkHealthyAt } }),
    };
  }
}

/** What the log calls each. */
const NAMES = { link: 'link health', relayHubs: 'relay hub health' } as const;
