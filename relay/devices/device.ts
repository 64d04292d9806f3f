import type { BrowserPushChannel } from '@azure/notification-hubs/models';
import { isRecord, typeName } from '../envelope';
import { isRawId } from '../tags';
import { readSubscription } from './subscription';

/** What an app tells of a device, and reads back. */
export interface Device {
  readonly platform: 'apns' | 'fcmv1' | 'browser';
  /** APNs device token, FCM registration token, or the browser's push subscription, its keys in base64url. */
  readonly pushChannel: string | BrowserPushChannel;
  /** APNs only: the PushKit token, for rings. */
  readonly voipPushChannel?: string;
  /** `rawId` of the ACS identity that is signed in on the device. */
  readonly user: string;
  /** Further raw ids whose pushes the device gets, such as the user's phone number (`4:+15551234567`). */
  readonly alsoFor: readonly string[];
  /** BCP 47, for the language of pushes. */
  readonly language?: string;
}

/** Letters, digits, `-` and `_`: nothing that means something in a path. */
const INSTALLATION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/;

const MAX_ALSO_FOR = 5;

export const INSTALLATION_ID_RULE = '8 to 128 letters, digits, - and _, such as a UUID';

export function isInstallationId(id: string): boolean {
  return INSTALLATION_ID.test(id);
}

/** Reads the body of a PUT; gives what is wrong with it, field by field, never its values. */
export function readDevice(body: unknown): { device: Device } | { problems: string[] } {
  if (!isRecord(body)) return { problems: [`body must be a JSON object, got ${typeName(body)}`] };
  const problems: string[] = [];
  const known = ['platform', 'pushChannel', 'voipPushChannel', 'user', 'alsoFor', 'language'];
  for (const field of Object.keys(body)) {
    if (!known.includes(field))
      problems.push(`unknown field '${field.slice(0, 40)}', expected some of ${known.join(', ')}`);
  }
  const platform = body['platform'];
  if (platform !== 'apns' && platform !== 'fcmv1' && platform !== 'browser') {
    problems.push(`'platform' must be apns, fcmv1 or browser`);
  }
  const pushChannel =
    platform === 'browser'
      ? readChannel(body['pushChannel'], problems)
      : readToken('pushChannel', body['pushChannel'], platform === 'apns', problems);
  let voipPushChannel: string | undefined;
  if (body['voipPushChannel'] !== undefined) {
    if (platform !== 'apns') problems.push(`'voipPushChannel' is for apns alone`);
    else voipPushChannel = readToken('voipPushChannel', body['voipPushChannel'], true, problems);
  }
  const user = readRawId('user', body['user'], problems);
  const { alsoFor = [] } = body;
  if (!Array.isArray(alsoFor) || alsoFor.length > MAX_ALSO_FOR) {
    problems.push(`'alsoFor' must be a list of at most ${MAX_ALSO_FOR} raw ids`);
  } else {
    for (const id of alsoFor) readRawId('alsoFor', id, problems);
  }
  const language = body['language'];
  if (
    language !== undefined &&
    !(typeof language === 'string' && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(language))
  ) {
    problems.push(`'language' must be a BCP 47 language tag such as de or pt-BR`);
  }
  if (problems.length > 0) return { problems };
  return {
    device: {
      platform: platform as Device['platform'],
      pushChannel,
      voipPushChannel,
      user,
      alsoFor: [...new Set(alsoFor as string[])].filter((id) => id !== user),
      language: language as string | undefined,
    },
  };
}

function readRawId(field: string, value: unknown, problems: string[]): string {
  if (typeof value === 'string' && isRawId(value)) return value;
  problems.push(`'${field}' must be the raw id of an ACS identity, such as 8:acs:{resource}_{user}`);
  return '';
}

function readToken(field: string, value: unknown, hex: boolean, problems: string[]): string {
  const expected = hex ? 'the device token in hexadecimal digits' : 'the registration token';
  // APNs does not promise a length; FCM's tokens are around 160 characters.
  const pattern = hex ? /^[0-9a-fA-F]{32,400}$/ : /^[A-Za-z0-9_:-]{20,1000}$/;
  if (typeof value === 'string' && pattern.test(value)) return value;
  problems.push(`'${field}' must be ${expected}`);
  return '';
}

function readChannel(value: unknown, problems: string[]): BrowserPushChannel {
  const read = readSubscription(value);
  if (!('problem' in read)) return read;
  problems.push(`'pushChannel' ${read.problem}`);
  return { endpoint: '', p256dh: '', auth: '' };
}
