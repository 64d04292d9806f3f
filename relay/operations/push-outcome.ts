import { RestError } from '@azure/core-rest-pipeline';
import { getNotificationOutcomeDetails } from '@azure/notification-hubs/api';
import type { NotificationDetails, NotificationOutcome } from '@azure/notification-hubs/models';
import { TransientError } from '../errors';
import { Hub, NotFound } from '../hub';
import { SendKey } from '../send-key';
import { readHubRule } from '../settings';
import type { Connection } from './connection';

/** What a hub tells of one push. */
export interface PushOutcomeReport {
  readonly notificationId: string;
  /** The hub that knows it. */
  readonly hub: string;
  /** `Enqueued`, `Processing`, `Completed`, `NoTargetFound`, `Abandoned`, … in the words of the hub. */
  readonly state: string;
  /** ISO 8601. */
  readonly enqueuedAt?: string;
  readonly endedAt?: string;
  /** Devices by push service and outcome: `{ apns: { Success: 2, BadChannel: 1 } }`. */
  readonly counts: Readonly<Partial<Record<PushServiceName, Readonly<Record<string, number>>>>>;
}

export type PushServiceName = 'apns' | 'fcmv1' | 'browser';

export type PushOutcome =
  | { readonly kind: 'told'; readonly report: PushOutcomeReport }
  /** Nothing is known of it: not yet, not any more, or not at all. */
  | { readonly kind: 'unknown' }
  /** The hub tells nothing of single pushes: its namespace is not of the tier Standard. */
  | { readonly kind: 'not-told' };

/** States in which a push is still under way. */
const UNDER_WAY: readonly string[] = ['Enqueued', 'DetailedStateAvailable', 'Processing', 'Unknown'];

/**
 * Asks hubs what became of a push. No page says which right that takes; Manage is enough in any case.
 *
 * @param notificationId as the relay's log line has it, or a test send
 * @param ruleIds a rule of each hub that may have sent it; whoever asks needs the right to list their keys
 * @throws SettingsError when a rule's id is none
 * @throws TransientError when a hub cannot be asked
 * https://learn.microsoft.com/rest/api/notificationhubs/get-notification-message-telemetry
 */
export async function outcomeOf(
  notificationId: string,
  ruleIds: readonly string[],
  connection: Connection,
): Promise<PushOutcome> {
  const { transport, clock, credential } = connection;
  let refusals = 0;
  for (const ruleId of ruleIds) {
    const rule = readHubRule(ruleId);
    const hub = new Hub(rule, new SendKey(rule, credential, transport, clock), transport, clock);
    try {
      const details = await hub.use((context) => getNotificationOutcomeDetails(context, notificationId));
      return { kind: 'told', report: reportOf(notificationId, rule.hub, details) };
    } catch (error) {
      if (error instanceof NotFound) continue;
      if (!isForbidden(error)) throw error;
      refusals++;
    }
  }
  return refusals > 0 ? { kind: 'not-told' } : { kind: 'unknown' };
}

/** Whether nothing more is to come. */
export function isOver({ state }: PushOutcomeReport): boolean {
  return !UNDER_WAY.includes(state);
}

/** Without the push itself, which the hub gives back too: it holds what people wrote. */
function reportOf(
  notificationId: string,
  hub: string,
  { state = 'Unknown', enqueueTime, endTime, ...details }: NotificationDetails,
): PushOutcomeReport {
  const counts = Object.entries({
    apns: details.apnsOutcomeCounts,
    fcmv1: details.fcmV1OutcomeCounts,
    browser: details.browserOutcomeCounts,
  }).flatMap(([service, outcomes]) => (outcomes ? [[service, countsOf(outcomes)] as const] : []));
  return {
    notificationId,
    hub,
    state,
    ...(enqueueTime && { enqueuedAt: enqueueTime.toISOString() }),
    ...(endTime && { endedAt: endTime.toISOString() }),
    counts: Object.fromEntries(counts),
  };
}

function countsOf(outcomes: readonly NotificationOutcome[]): Record<string, number> {
  return Object.fromEntries(outcomes.map(({ state, count }) => [state, count]));
}

function isForbidden(error: unknown): boolean {
  return (
    error instanceof TransientError && error.cause instanceof RestError && error.cause.statusCode === 403
  );
}
