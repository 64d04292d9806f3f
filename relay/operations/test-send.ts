import { sendNotification } from '@azure/notification-hubs/api';
import { isInstallationId } from '../devices/device';
import { PermanentError } from '../errors';
import { RING_MS } from '../events/calls';
import { collapseId } from '../events/decision';
import { Hub, notificationOf } from '../hub';
import { REQUEST_TIMEOUT_MS } from '../http';
import type { Notification } from '../notification';
import type { HubMessage, HubPlatform } from '../ports';
import { apnsAlert, apnsHeaders } from '../push/apns';
import { browserHeaders, browserMessage } from '../push/browser';
import { fcmMessage } from '../push/fcm';
import { SendKey } from '../send-key';
import { readHubRule } from '../settings';
import { userTag } from '../tags';
import type { Words } from '../words';
import type { Connection } from './connection';

export interface TestSendOptions {
  /** ARM id of a rule with the right Send; whoever runs it needs the right to list its keys. */
  readonly ruleId: string;
  /** All devices of an ACS identity, or one device. */
  readonly to: { readonly user: string } | { readonly installationId: string };
  readonly title: string;
  readonly body: string;
  /** @default apple and fcmv1 */
  readonly platforms?: readonly HubPlatform[];
}

/** What became of the push on one device. */
export interface DeviceOutcome {
  readonly platform: HubPlatform;
  /** Beginning of the handle; the whole of it would let others push to the device. */
  readonly handle: string;
  /** In the words of the hub. */
  readonly outcome: string;
  readonly delivered: boolean;
}

export interface TestSendReport {
  /** At most ten devices for each platform: a hub tests no more. */
  readonly devices: readonly DeviceOutcome[];
  /** Hub's tracking id for each platform. */
  readonly trackingIds: Readonly<Partial<Record<HubPlatform, string>>>;
}

/**
 * Sends a test push and says what became of it, device by device. The hub waits for the push services here, which it
 * does for test sends alone.
 *
 * @throws SettingsError when the rule's id is none
 * @throws PermanentError when user or installation id is none, or the hub refuses
 * @throws TransientError when the hub cannot be asked
 */
export async function testSend(options: TestSendOptions, connection: Connection): Promise<TestSendReport> {
  const { transport, clock, tokens } = connection;
  const rule = readHubRule(options.ruleId);
  const hub = new Hub(rule, new SendKey(rule, tokens, transport, clock), transport, clock);
  const devices: DeviceOutcome[] = [];
  const trackingIds: Partial<Record<HubPlatform, string>> = {};
  for (const platform of options.platforms ?? (['apple', 'fcmv1'] as const)) {
    const message = messageFor(platform, options, clock.now());
    const answer = await hub.use((context) =>
      sendNotification(context, notificationOf(message), {
        tagExpression: message.tagExpression,
        enableTestSend: true,
        requestOptions: { timeout: 4 * REQUEST_TIMEOUT_MS },
      }),
    );
    if (answer.trackingId) trackingIds[platform] = answer.trackingId;
    for (const result of answer.results) {
      devices.push({
        platform,
        handle: `${result.pnsHandle.slice(0, 8)}…`,
        outcome: result.outcome,
        delivered: /success/i.test(result.outcome),
      });
    }
  }
  return { devices, trackingIds };
}

function messageFor(platform: HubPlatform, { to, title, body }: TestSendOptions, now: number): HubMessage {
  const words: Words = {
    title: { text: title },
    body: { text: body },
    template: { title, body, sound: 'default' },
  };
  const id = collapseId('test', String(now));
  const notification: Notification = {
    recipient: '',
    kind: 'message',
    parameters: {},
    expiresAt: now + RING_MS,
    collapseId: id,
    threadId: 'test',
    data: { event: 'TestSend', notificationId: id },
  };
  return {
    hub: 'alert',
    platform,
    key: 'test',
    tagExpression: 'user' in to ? userTag(to.user) : installationTag(to.installationId),
    headers:
      platform === 'apple'
        ? apnsHeaders(notification, 'alert')
        : platform === 'browser'
          ? browserHeaders(notification, now)
          : {},
    body:
      platform === 'apple'
        ? apnsAlert(notification, words, false)
        : platform === 'fcmv1'
          ? // Shown by Android itself: a test is to be seen whatever the app does with data.
            fcmMessage(notification, words, false, now, 'notification')
          : browserMessage(notification, words, false),
    shortened: false,
  };
}

/** Every installation carries this tag of the hub's own making. Any other id than a device's could reach others. */
function installationTag(installationId: string): string {
  if (isInstallationId(installationId)) return `$InstallationId:{${installationId}}`;
  throw new PermanentError('no-recipient', `installation id expected, got '${installationId}'`);
}
