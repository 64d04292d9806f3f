import type { Notification } from '../notification';
import type { HubMessage, HubPlatform } from '../ports';
import { audience, VOIP_TAG } from '../tags';
import type { Wording, Words } from '../words';
import { apnsAlert, apnsBackground, apnsHeaders, apnsVoip } from './apns';
import { browserHeaders, browserMessage, browserWithdrawal } from './browser';
import { fcmBackground, fcmMessage, type AndroidMessages } from './fcm';
import { fit, fitted } from './fit';
import { PAYLOAD_LIMIT } from './limits';
import { stopsRing } from './quiet';

/** Makes the hub messages of notifications. */
export class Renderer {
  constructor(
    private readonly wording: Wording,
    private readonly options: {
      /** The push services that the alert hub has credentials for. */
      readonly platforms: readonly HubPlatform[];
      /** Rings of Apple devices that have a VoIP token go through the VoIP hub. */
      readonly voip: boolean;
      /** @default 'data' */
      readonly androidMessages?: AndroidMessages;
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
    const phones = this.options.platforms.filter((platform) => platform !== 'browser');
    const voip = this.options.voip && phones.includes('apple');
    const ringsByVoip = voip && (notification.kind === 'ring' || notification.kind === 'ring-end');
    const byVoip = ringsByVoip ? notification : voip ? endReported(notification, now) : undefined;
    languages.forEach((language, i) => {
      const whom = audience(notification.recipient, i === 0 ? undefined : language, languages.slice(1));
      const words = this.wording.words(notification, language);
      for (const platform of phones) {
        messages.push({
          hub: 'alert',
          platform,
          key: `alert/${platform}/${language}`,
          tagExpression: ringsByVoip && platform === 'apple' ? `${whom} && !${VOIP_TAG}` : whom,
          headers: platform === 'apple' ? apnsHeaders(notification, words ? 'alert' : 'background') : {},
          ...(words
            ? this.shown(notification, platform, words, now)
            : { body: hidden(notification, platform, now), shortened: false }),
        });
      }
      const report = byVoip && this.wording.words(byVoip, language);
      if (report) {
        messages.push({
          hub: 'voip',
          platform: 'apple',
          key: `voip/apple/${language}`,
          tagExpression: whom,
          headers: apnsHeaders(byVoip, 'voip'),
          ...fit(report, PAYLOAD_LIMIT.apple, (w, shortened) => apnsVoip(byVoip, w, shortened)),
        });
      }
    });
    return this.options.platforms.includes('browser')
      ? [...messages, ...this.toBrowsers(notification, now)]
      : messages;
  }

  private shown(notification: Notification, platform: 'apple' | 'fcmv1', words: Words, now: number) {
    const { androidMessages = 'data' } = this.options;
    return fit(words, PAYLOAD_LIMIT[platform], (w, shortened) =>
      platform === 'apple'
        ? apnsAlert(notification, w, shortened)
        : fcmMessage(notification, w, shortened, now, androidMessages),
    );
  }

  /** Words in each language for withdrawals too: a browser has to show something at every push. */
  private toBrowsers(notification: Notification, now: number): HubMessage[] {
    const withdraws = !notification.template || notification.kind === 'ring-end';
    const worded = { ...notification, template: templateOf(notification) };
    const languages = this.wording.languages(worded);
    return languages.map((language, i) => {
      const late =
        notification.kind === 'ring'
          ? this.wording.words({ ...notification, template: 'ring-ended' }, language)?.body.text
          : undefined;
      return {
        hub: 'alert',
        platform: 'browser',
        key: `alert/browser/${language}`,
        tagExpression: audience(notification.recipient, i === 0 ? undefined : language, languages.slice(1)),
        headers: browserHeaders(notification, now),
        ...fit(this.wording.words(worded, language)!, PAYLOAD_LIMIT.browser, (w, shortened) =>
          withdraws
            ? browserWithdrawal(notification, w, shortened)
            : browserMessage(notification, w, shortened, late),
        ),
      };
    });
  }
}

/**
 * What devices that ring through the VoIP hub get of what takes a ring's place or takes it away, while they may ring: the
 * end of the ring, in the words of what they get it with.
 */
function endReported(notification: Notification, now: number): Notification | undefined {
  const { endsRing, ...rest } = notification;
  if (!endsRing || !stopsRing(notification, now)) return undefined;
  return { ...rest, template: templateOf(notification), ...endsRing };
}

/** The words of what has to show something, also where it has none for others. */
function templateOf({ template, withdrawalTemplate }: Notification) {
  return template ?? withdrawalTemplate ?? 'message-withdrawn';
}

function hidden(notification: Notification, platform: 'apple' | 'fcmv1', now: number): string {
  const body = platform === 'apple' ? apnsBackground(notification) : fcmBackground(notification, now);
  return fitted(body, PAYLOAD_LIMIT[platform]);
}
