import { sha256Hex } from '../hash';
import type { Device } from './device';

/** What a push service knows a device by. One installation holds it at a time. */
export interface Handle {
  /** Names it in the registry. */
  readonly key: string;
  /** Names that an earlier version of the relay may have given it, before handles were normalised. */
  readonly formerKeys: readonly string[];
}

/**
 * The device with its handles as they are compared and written: APNs tokens are hexadecimal digits of either case,
 * endpoints are URLs. Tokens of FCM are taken as they are: their case matters.
 */
export function normalised(device: Device): Device {
  const { platform, pushChannel, voipPushChannel } = device;
  return {
    ...device,
    pushChannel:
      typeof pushChannel === 'string'
        ? normalise(platform, pushChannel)
        : { ...pushChannel, endpoint: normalise(platform, pushChannel.endpoint) },
    ...(voipPushChannel !== undefined && { voipPushChannel: normalise('voip', voipPushChannel) }),
  };
}

/** The handles of a device, of the alert hub first. */
export function handlesOf({ platform, pushChannel, voipPushChannel }: Device): Handle[] {
  const own = handle(platform, typeof pushChannel === 'string' ? pushChannel : pushChannel.endpoint);
  return voipPushChannel === undefined ? [own] : [own, handle('voip', voipPushChannel)];
}

/**
 * @param platform `voip` for the handle of an installation of the VoIP hub
 * @param channel as an app or a hub has it
 */
export function handle(platform: string, channel: string): Handle {
  const key = keyOf(platform, normalise(platform, channel));
  const former = [channel, ...(platform === 'apns' ? [channel.toUpperCase()] : [])].map((text) =>
    keyOf(platform, text),
  );
  return { key, formerKeys: [...new Set(former)].filter((one) => one !== key) };
}

function keyOf(platform: string, channel: string): string {
  return sha256Hex(`${platform}\n${channel}`);
}

function normalise(platform: string, channel: string): string {
  if (platform === 'apns' || platform === 'voip') return channel.toLowerCase();
  return platform === 'browser' && URL.canParse(channel) ? new URL(channel).href : channel;
}
