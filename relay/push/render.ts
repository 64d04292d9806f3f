import type { Notification, TemplateName } from '../notification';
import type { HubMessage, HubPlatform } from '../ports';
import { audience, VOIP_TAG } from '../tags';
import type { Wording } from '../words';
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
  render(notification: Notification, now: number, position = 0): HubMessage[] {
    const messages: HubMessage[] = [];
    const languages = this.wording.languages(notification);
    languages.forEach((language, i) => {
      const whom = audience(notification.recipient, i === 0 ? undefined : language, languages.slice(1));
      for (const platform of this.options.platforms) {
        messages.push(this.message(notification, platform, language, whom, now, position));
      }
      if (this.options.voip && notification.kind === 'ring' && this.options.platforms.includes('apple')) {
        messages.push(this.voip(notification, language, whom, position));
      }
    });
    return messages;
  }

  private message(
    notification: Notification,
    platform: HubPlatform,
    language: string,
    whom: string,
    now: number,
    position: number,
  ): HubMessage {
    const ringsElsewhere = this.options.voip && platform === 'apple' && notification.kind === 'ring';
    const about = {
      hub: 'alert',
      platform,
      key: `${position}/alert/${platform}/${language}`,
      tagExpression: ringsElsewhere ? `${whom} && !${VOIP_TAG}` : whom,
    } as const;
    const { template } = notification;
    if (!template) {
      const body =
        platform === 'apple'
          ? apnsBackground(notification)
          : platform === 'fcmv1'
            ? fcmBackground(notification, now)
            : browserBackground(notification);
      const headers = platform === 'apple' ? apnsHeaders(notification, 'background') : NO_HEADERS;
      return { ...about, headers, body, shortened: false };
    }
    const words = this.wording.words({ ...notification, template }, language);
    const payload = fit(words, PAYLOAD_LIMIT[platform], (w, shortened) =>
      platform === 'apple'
        ? apnsAlert(notification, w, shortened)
        : platform === 'fcmv1'
          ? fcmMessage(notification, w, shortened, now)
          : browserMessage(notification, w, shortened),
    );
    const headers = platform === 'apple' ? apnsHeaders(notification, 'alert') : NO_HEADERS;
    return { ...about, headers, ...payload };
  }

  private voip(notification: Notification, language: string, whom: string, position: number): HubMessage {
    const template = notification.template as TemplateName;
    const words = this.wording.words({ ...notification, template }, language);
    const payload = fit(words, PAYLOAD_LIMIT.apple, (w, shortened) => apnsVoip(notification, w, shortened));
    return {
      hub: 'voip',
      platform: 'apple',
      key: `${position}/voip/apple/${language}`,
      tagExpression: whom,
      headers: apnsHeaders(notification, 'voip'),
      ...payload,
    };
  }
}
