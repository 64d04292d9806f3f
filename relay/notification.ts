import type { Slot } from './ports';
import parameters from './templates/parameters.json';

/** What a user is to be told, before it takes the shape of a push service. */
export interface Notification {
  /** What must become this push once at most. Nothing: the event itself. */
  readonly slot?: Pick<Slot, 'key' | 'version' | 'day'>;
  /** `rawId` of the ACS identity whose devices are told. */
  readonly recipient: string;
  /**
   * `ring` must reach a sleeping device at once and is worth nothing later; `ring-end` stops one, as fast;
   * `message` is shown and waits; `background` is for the app alone and shows nothing.
   */
  readonly kind: 'ring' | 'ring-end' | 'message' | 'background';
  /** Takes the place of what is shown without a sound, and is no reason to light the screen. */
  readonly silent?: boolean;
  /** Names the words to show; their parameters fill the placeholders. None for `background`. */
  readonly template?: TemplateName;
  /**
   * For `background`: the words where something has to be shown all the same, by browsers at every push and by iOS at
   * every push to PushKit.
   */
  readonly withdrawalTemplate?: TemplateName;
  readonly parameters: Readonly<Record<string, string>>;
  /** When it is worth nothing any more, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** A later notification with the same id replaces this one on the device. At most 64 bytes. */
  readonly collapseId: string;
  /** Notifications with the same id are shown as one group. */
  readonly threadId: string;
  /** For the app, beside the words. */
  readonly data: Readonly<Record<string, string>>;
  /**
   * What takes the place of a ring, or takes away what is shown of it, stops it there; devices that ring through the VoIP
   * hub need this push of their own, until then, in milliseconds since the epoch.
   */
  readonly endsRing?: { readonly data: Readonly<Record<string, string>>; readonly expiresAt: number };
}

/** The end of the ring whose place a notification would take, for when the notification itself is not sent. */
export function ringEndOf({ endsRing, ...notification }: Notification): Notification | undefined {
  return endsRing && { ...notification, kind: 'ring-end', template: 'ring-ended', ...endsRing };
}

/**
 * The templates, with the parameters that each may use. `private` ones are what people wrote; they are left out
 * where message text is not to be pushed. `optional` ones are needed only where that event becomes a push.
 */
export const TEMPLATE_PARAMETERS: Readonly<
  Record<
    TemplateName,
    {
      readonly parameters: readonly string[];
      readonly private: readonly string[];
      readonly optional?: string;
    }
  >
> = parameters;

export type TemplateName = keyof typeof parameters;
