import { sendNotification } from '@azure/notification-hubs/api';
import { isInstallationId } from '../devices/device';
import { PermanentError } from '../errors';
import { RING_MS } from '../events/calls';
import { collapseId } from '../events/decision';
import { Hub, notificationOf } from '../hub';
import { REQUEST_TIMEOUT_MS } from '../http';
import type { Notification } from '../notification';
import type { HubMessage, HubPlatform, HubReceipt } from '../ports';
import { apnsAlert, apnsHeaders } from '../push/apns';
import { browserHeaders, browserMessage } from '../push/browser';
import { fcmMessage } from '../push/fcm';
import { SendKey } from '../send-key';
import { readHubRule } from '../settings';
import { userTag } from '../tags';
import type { Words } from '../words';
import type { Connection } from './connection';

/** ARM ids of rules with the right Send; whoever sends needs the right to list their keys. */
export interface SendRules {
  readonly alert: string;
  /** Of the hub for VoIP, where there is one. */
  readonly voip?: string;
}

export interface TestPushOptions {
  /** All devices of an ACS identity, or one device. */
  readonly to: { readonly user: string } | { readonly installationId: string };
  readonly title: string;
  readonly body: string;
  /** @default apple and fcmv1 */
  readonly platforms?: readonly HubPlatform[];
}

/** What became of the push on one device. */
export interface DeviceOutcome {
  readonly hub: HubMessage['hub'];
  readonly platform: HubPlatform;
  /** Beginning of the handle; the whole of it would let others push to the device. */
  readonly handle: string;
  /** In the words of the hub. */
  readonly outcome: string;
  readonly delivered: boolean;
}

export interface TestSendReport {
  /** At most ten devices for each message: a hub tests no more. */
  readonly devices: readonly DeviceOutcome[];
  /** What the hubs answered, for each message. */
  readonly messages: readonly ({ readonly key: string } & HubReceipt)[];
}

/**
 * Sends messages as test pushes and says what became of them, device by device. The hub waits for the push services
 * here, which it does for test sends alone.
 *
 * @throws SettingsError when a rule's id is none
 * @throws PermanentError when the hub refuses
 * @throws TransientError when the hub cannot be asked
 */
export async function testSend(
  messages: readonly HubMessage[],
  rules: SendRules,
  connection: Connection,
): Promise<TestSendReport> {
  const { transport, clock, credential } = connection;
  const hubOf = (ruleId: string) => {
    const rule = readHubRule(ruleId);
    return new Hub(rule, new SendKey(rule, credential, transport, clock), transport, clock);
  };
  const hubs = { alert: hubOf(rules.alert), voip: rules.voip === undefined ? undefined : hubOf(rules.voip) };
  const devices: DeviceOutcome[] = [];
  const receipts: ({ key: string } & HubReceipt)[] = [];
  for (const message of messages) {
    const { hub, platform, key, tagExpression } = message;
    const answer = await hubs[hub]!.use((context) =>
      sendNotification(context, notificationOf(message), {
        tagExpression,
        enableTestSend: true,
        requestOptions: { timeout: 4 * REQUEST_TIMEOUT_MS },
      }),
    );
    receipts.push({ key, trackingId: answer.trackingId, notificationId: answer.notificationId });
    for (const result of answer.results) {
      devices.push({
        hub,
        platform,
        handle: `${result.pnsHandle.slice(0, 8)}…`,
        outcome: result.outcome,
        delivered: /success/i.test(result.outcome),
      });
    }
  }
  return { devices, messages: receipts };
}

/**
 * A push that says what one likes, in the shape of the relay's messages, one for each platform.
 *
 * @throws PermanentError when user or installation id is none
 */
export function testPush(options: TestPushOptions, now: number): HubMessage[] {
  const { platforms = ['apple', 'fcmv1'] } = options;
  return platforms.map((platform) => messageFor(platform, options, now));
}

function messageFor(platform: HubPlatform, { to, title, body }: TestPushOptions, now: number): HubMessage {
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
    key: `test/${platform}`,
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
