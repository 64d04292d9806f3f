/** What a user is to be told, before it takes the shape of a push service. */
export interface Notification {
  /** `rawId` of the ACS identity whose devices are told. */
  readonly recipient: string;
  /** Names the text to show; its parameters fill the text's placeholders. */
  readonly template: TemplateName;
  readonly parameters: Readonly<Record<string, string>>;
  /** `ring` must reach a sleeping device at once and is worth nothing later; `message` waits. */
  readonly urgency: 'ring' | 'message';
  /** When it is worth nothing any more, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** A later notification with the same id replaces this one on the device. At most 64 bytes. */
  readonly collapseId: string;
  /** Notifications with the same id are shown as one group. */
  readonly threadId: string;
  /** For the app, beside the text. */
  readonly data: Readonly<Record<string, string>>;
}

export type TemplateName = 'incoming-call' | 'chat-message-received';
