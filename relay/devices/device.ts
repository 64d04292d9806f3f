import type { BrowserPushChannel } from '@azure/notification-hubs/models';
import { isRecord, typeName } from '../envelope';
import { isRawId } from '../tags';
import { readLanguage } from './language';

/** What an app tells of a device, and reads back. */
export interface Device {
  readonly platform: 'apns' | 'fcmv1' | 'browser';
  /** APNs device token, FCM registration token, or the browser's push subscription. */
  readonly pushChannel: string | BrowserPushChannel;
  /** APNs only: the PushKit token, for rings. */
  readonly voipPushChannel?: string;
  /** `rawId` of the ACS identity that is signed in on the device. */
  readonly user: string;
  /** Further raw ids whose pushes the device gets, such as the user's phone number (`4:+15551234567`). */
  readonly alsoFor: readonly string[];
  /** Language, script and region by BCP 47, for the language of pushes. */
  readonly language?: string;
}

/** Letters, digits, `-` and `_`: nothing that means something in a path. */
const INSTALLATION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/;

const MAX_ALSO_FOR = 5;

/** Fields that are told of when they are left out: so many, of so many characters each. */
const MAX_IGNORED = 20;
const MAX_FIELD = 40;

const FIELDS = ['platform', 'pushChannel', 'voipPushChannel', 'user', 'alsoFor', 'language'];

export const INSTALLATION_ID_RULE = '8 to 128 letters, digits, - and _, such as a UUID';

export function isInstallationId(id: string): boolean {
  return INSTALLATION_ID.test(id);
}

/**
 * Reads the body of a PUT. What a device can do without refuses no registration: `ignored` names the fields that were
 * left out, because the relay does not know them or makes nothing of what they hold.
 *
 * @returns what is wrong with it, field by field, never its values
 */
export function readDevice(
  body: unknown,
): { device: Device; ignored: readonly string[] } | { problems: string[] } {
  if (!isRecord(body)) return { problems: [`body must be a JSON object, got ${typeName(body)}`] };
  const problems: string[] = [];
  const ignored = Object.keys(body).filter((field) => !FIELDS.includes(field));
  const platform = body['platform'];
  if (platform !== 'apns' && platform !== 'fcmv1' && platform !== 'browser') {
    problems.push(`'platform' must be apns, fcmv1 or browser`);
  }
  const pushChannel =
    platform === 'browser'
      ? readSubscription(body['pushChannel'], problems)
      : readToken('pushChannel', body['pushChannel'], platform === 'apns', problems);
  const voip = given(body['voipPushChannel']);
  const voipPushChannel = platform === 'apns' && isToken(voip, true) ? voip : undefined;
  if (voip !== undefined && voipPushChannel === undefined) ignored.push('voipPushChannel');
  const user = readRawId('user', body['user'], problems);
  const alsoFor = given(body['alsoFor']) ?? [];
  if (!Array.isArray(alsoFor) || alsoFor.length > MAX_ALSO_FOR) {
    problems.push(`'alsoFor' must be a list of at most ${MAX_ALSO_FOR} raw ids`);
  } else {
    for (const id of alsoFor) readRawId('alsoFor', id, problems);
  }
  const asked = given(body['language']);
  const language = readLanguage(asked);
  if (asked !== undefined && language === undefined) ignored.push('language');
  if (problems.length > 0) return { problems };
  return {
    device: {
      platform: platform as Device['platform'],
      pushChannel,
      voipPushChannel,
      user,
      alsoFor: [...new Set(alsoFor as string[])].filter((id) => id !== user),
      language,
    },
    ignored: ignored.slice(0, MAX_IGNORED).map((field) => field.slice(0, MAX_FIELD)),
  };
}

/** JSON of some apps has `null` for what is not there. */
function given(value: unknown): unknown {
  return value === null ? undefined : value;
}

function readRawId(field: string, value: unknown, problems: string[]): string {
  if (typeof value === 'string' && isRawId(value)) return value;
  problems.push(
    `'${field}' must be the raw id of an ACS identity, such as 8:acs:{resource}_{user}, of 1 to 512 characters`,
  );
  return '';
}

function readToken(field: string, value: unknown, hex: boolean, problems: string[]): string {
  if (isToken(value, hex)) return value;
  problems.push(
    `'${field}' must be ${hex ? 'the device token in hexadecimal digits' : 'the registration token'}`,
  );
  return '';
}

function isToken(value: unknown, hex: boolean): value is string {
  // APNs does not promise a length; FCM's tokens are around 160 characters.
  const pattern = hex ? /^[0-9a-fA-F]{32,400}$/ : /^[A-Za-z0-9_:-]{20,1000}$/;
  return typeof value === 'string' && pattern.test(value);
}

function readSubscription(value: unknown, problems: string[]): BrowserPushChannel {
  const { endpoint, p256dh, auth } = isRecord(value) ? value : {};
  const base64url = /^[A-Za-z0-9_=-]{16,200}$/;
  if (
    typeof endpoint === 'string' &&
    /^https:\/\/[!-~]{1,1000}$/.test(endpoint) &&
    typeof p256dh === 'string' &&
    base64url.test(p256dh) &&
    typeof auth === 'string' &&
    base64url.test(auth)
  ) {
    return { endpoint, p256dh, auth };
  }
  problems.push(`'pushChannel' must be the browser's subscription: endpoint, p256dh and auth`);
  return { endpoint: '', p256dh: '', auth: '' };
}
