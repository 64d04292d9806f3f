import type { Notification } from '../notification';
import type { HubMessage, HubPlatform } from '../ports';
import { audience, VOIP_TAG } from '../tags';
import type { Wording, Words } from '../words';
import { apnsAlert, apnsBackground, apnsHeaders, apnsVoip } from './apns';
import { browserBackground, browserMessage } from './browser';
import { fcmBackground, fcmMessage } from './fcm';
import { fit } from './fit';
import { PAYLOAD_LIMIT } from './limits';

const NO_HEADERS = {};

/** Makes the hub messages of notifications. */
export class Renderer {
  constructor(
    private readonly wording: Wording,
    private readonly options: {
      /** The push services that the alert hub has credentials for. */
      readonly platforms: readonly HubPlatform[];
      /** Rings of Apple devices that have a VoIP token go through the VoIP hub. */
      readonly voip: boolean;
    },
  ) {}

  /**
   * One message for each hub, platform and language.
   *
   * @throws PermanentError when the recipient has no tag or a payload cannot be made small enough
   */
  render(notification: Notification, now: number): HubMessage[] {
    const messages: HubMessage[] = [];
    const languages = this.wording.languages(notification);
    const { platforms } = this.options;
    const voip = this.options.voip && platforms.includes('apple');
    const ringsByVoip = voip && (notification.kind === 'ring' || notification.kind === 'ring-end');
    const byVoip = ringsByVoip ? notification : voip ? endOfRing(notification, now) : undefined;
    languages.forEach((language, i) => {
      const whom = audience(notification.recipient, i === 0 ? undefined : language, languages.slice(1));
      const words = this.wording.words(notification, language);
      for (const platform of platforms) {
        messages.push({
          hub: 'alert',
          platform,
          key: `alert/${platform}/${language}`,
          tagExpression: ringsByVoip && platform === 'apple' ? `${whom} && !${VOIP_TAG}` : whom,
          headers:
            platform === 'apple' ? apnsHeaders(notification, words ? 'alert' : 'background') : NO_HEADERS,
          ...(words
            ? shown(notification, platform, words, now)
            : { body: hidden(notification, platform, now), shortened: false }),
        });
      }
      if (byVoip && words) {
        messages.push({
          hub: 'voip',
          platform: 'apple',
          key: `voip/apple/${language}`,
          tagExpression: whom,
          headers: apnsHeaders(byVoip, 'voip'),
          ...fit(words, PAYLOAD_LIMIT.apple, (w, shortened) => apnsVoip(byVoip, w, shortened)),
        });
      }
    });
    return messages;
  }
}

/** What devices that ring through the VoIP hub get of a message that takes a ring's place, while they may ring. */
function endOfRing({ endsRing, ...notification }: Notification, now: number): Notification | undefined {
  return endsRing && endsRing.expiresAt > now ? { ...notification, ...endsRing } : undefined;
}

function shown(notification: Notification, platform: HubPlatform, words: Words, now: number) {
  return fit(words, PAYLOAD_LIMIT[platform], (w, shortened) => {
    if (platform === 'apple') return apnsAlert(notification, w, shortened);
    if (platform === 'fcmv1') return fcmMessage(notification, w, shortened, now);
    return browserMessage(notification, w, shortened);
  });
}

function hidden(notification: Notification, platform: HubPlatform, now: number): string {
  if (platform === 'apple') return apnsBackground(notification);
  if (platform === 'fcmv1') return fcmBackground(notification, now);
  return browserBackground(notification);
}
