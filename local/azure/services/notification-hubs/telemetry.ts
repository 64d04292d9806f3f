import { asObject } from '../../core/arm/resource-id';
import { randomUUID } from 'node:crypto';
import { iso, type Clock } from '../../core/clock';
import type { HubBehaviour } from './behaviour';
import type { PushOutcome, PushServiceName } from '../../../push-services/push-services';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import { escapeXml } from '../../core/xml';

/** How many of a hub's messages are remembered; Azure does not tell for how long it remembers them. */
const KEPT_MESSAGES = 1000;

/** First version of both the send and the question that tells of errors (get-notification-message-telemetry). */
const ERROR_DETAILS_SINCE = '2016-07';

/** Names that `@azure/notification-hubs` 2.1 reads; the documentation's list ends before FCM v1 and browsers. */
const COUNTS_OF: Readonly<Record<PushServiceName, string>> = {
  apns: 'ApnsOutcomeCounts',
  fcmv1: 'FcmV1OutcomeCounts',
  browser: 'BrowserOutcomeCounts',
};

/**
 * Names of the outcomes (rest/api/notificationhubs/get-notification-message-telemetry, "Outcomes"). Which of them a push
 * service's answer comes to is not written there.
 */
const OUTCOME_NAME: Readonly<Record<PushOutcome, string>> = {
  success: 'Success',
  badchannel: 'BadChannel',
  expiredchannel: 'ExpiredChannel',
  wrongchannel: 'WrongToken',
  invalidcredentials: 'InvalidCredentials',
  invalidnotificationsize: 'InvalidNotificationSize',
  invalidnotificationformat: 'UnknownError',
  throttled: 'Throttled',
  pnserror: 'PnsUnreachable',
};

/** What became of the pushes of one message. */
export class MessageTelemetry {
  readonly id = randomUUID();
  private readonly counts = new Map<PushServiceName, Map<PushOutcome, number>>();
  private pending = 0;
  private ended?: number;

  /**
   * @param platforms formats of the devices that the message was meant for: `apple`, `fcmv1template`, …
   * @param ready when the telemetry is whole, unless a push is still being tried
   */
  constructor(
    private readonly clock: Clock,
    private readonly message: { body: string; platforms: readonly string[]; apiVersion: string },
    private readonly ready: number,
    private readonly enqueued = clock.now(),
  ) {}

  begin(): void {
    this.pending += 1;
  }

  end(service: PushServiceName, outcome: PushOutcome): void {
    const counts = this.counts.get(service) ?? new Map<PushOutcome, number>();
    this.counts.set(service, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    this.pending -= 1;
    this.ended = this.clock.now();
  }

  /** The NotificationDetails document; undefined while there is none. */
  document(host: string, hubName: string, apiVersion: string): string | undefined {
    const now = this.clock.now();
    if (now < this.enqueued + (this.ready - this.enqueued) / 2) return undefined;
    const started = now >= this.ready;
    const state = started ? this.state() : 'Enqueued';
    const location = `sb://${host}/${hubName}/messages/${this.id}?api-version=${apiVersion}`;
    const done = started && this.pending === 0;
    return (
      '<NotificationDetails xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" ' +
      'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">' +
      element('NotificationId', this.id) +
      element('Location', location) +
      element('State', state) +
      element('EnqueueTime', iso(this.enqueued)) +
      (started ? element('StartTime', iso(this.enqueued)) : '') +
      (done ? element('EndTime', iso(this.ended ?? this.enqueued)) : '') +
      element('NotificationBody', this.message.body) +
      element('TargetPlatforms', this.message.platforms.join(',')) +
      (started ? this.outcomes() : '') +
      (done && this.hasErrorDetails(apiVersion)
        ? element('PnsErrorDetailsUri', `https://local.blob.core.windows.net/pnserrors/${this.id}`)
        : '') +
      '</NotificationDetails>'
    );
  }

  private state(): string {
    if (this.pending > 0) return 'Processing';
    const outcomes = [...this.counts.values()].flatMap((counts) => [...counts.keys()]);
    if (outcomes.length === 0) return 'NoTargetFound';
    return outcomes.every((outcome) => outcome === 'pnserror') ? 'Abandoned' : 'Completed';
  }

  private outcomes(): string {
    return [...this.counts]
      .map(([service, counts]) => {
        const items = [...counts].map(
          ([outcome, count]) =>
            `<Outcome>${element('Name', OUTCOME_NAME[outcome])}${element('Count', String(count))}</Outcome>`,
        );
        return `<${COUNTS_OF[service]}>${items.join('')}</${COUNTS_OF[service]}>`;
      })
      .join('');
  }

  private hasErrorDetails(apiVersion: string): boolean {
    const failed = [...this.counts.values()].some((counts) =>
      [...counts.keys()].some((outcome) => outcome !== 'success'),
    );
    return failed && apiVersion >= ERROR_DETAILS_SINCE && this.message.apiVersion >= ERROR_DETAILS_SINCE;
  }
}

/** The newest messages of each hub. A hub made anew knows none of the former one's; nor does a restart. */
export class HubTelemetry {
  private readonly hubs = new WeakMap<object, Map<string, MessageTelemetry>>();

  constructor(
    private readonly clock: Clock,
    private readonly behaviour: () => HubBehaviour,
    private readonly random: Random,
  ) {}

  begin(
    hub: StoredResource,
    message: { body: string; platforms: readonly string[]; apiVersion: string },
  ): MessageTelemetry {
    const [least, most] = this.behaviour().telemetrySeconds;
    const ready = this.clock.now() + (least + this.random() * (most - least)) * 1000;
    const begun = new MessageTelemetry(this.clock, message, ready);
    const messages = this.hubs.get(lifeOf(hub)) ?? new Map<string, MessageTelemetry>();
    this.hubs.set(lifeOf(hub), messages.set(begun.id, begun));
    if (messages.size > KEPT_MESSAGES) messages.delete(messages.keys().next().value!);
    return begun;
  }

  find(hub: StoredResource, id: string): MessageTelemetry | undefined {
    return this.hubs.get(lifeOf(hub))?.get(id.toLowerCase());
  }
}

/** Installations are handed on from PUT to PUT, and begin anew with a hub made anew. */
function lifeOf(hub: StoredResource): object {
  return hub.secrets?.installations as object;
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** Only the Standard tier tells of single messages (notification hubs FAQ). */
export function tellsMessages(namespace: StoredResource | undefined): boolean {
  return asObject(namespace?.sku).name === 'Standard';
}
