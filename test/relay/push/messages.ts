import type { Notification } from '../../../relay/notification';
import { TEMPLATE_PARAMETERS, type TemplateName } from '../../../relay/notification';
import { Renderer } from '../../../relay/push/render';
import { Wording, type Template } from '../../../relay/words';

export const NOW = Date.parse('2026-01-01T00:00:00Z');

/** A chat message of Alice's, told to Bob. */
export const chat = (over: Partial<Notification> = {}): Notification => ({
  recipient: '8:acs:bob',
  kind: 'message',
  template: 'chat-message-received',
  parameters: { sender: 'Alice', text: 'See you at nine' },
  expiresAt: NOW + 60_000,
  collapseId: 'c'.repeat(32),
  threadId: 'thread',
  data: { event: 'ChatMessageReceived', threadId: 'thread', notificationId: 'c'.repeat(32) },
  ...over,
});

export const ring = (over: Partial<Notification> = {}): Notification =>
  chat({
    kind: 'ring',
    template: 'incoming-call',
    parameters: { caller: 'Alice' },
    threadId: 'calls',
    data: { event: 'IncomingCall', correlationId: 'k', notificationId: 'c'.repeat(32) },
    ...over,
  });

/** What stops that ring. */
export const ringEnd = (over: Partial<Notification> = {}): Notification =>
  ring({
    kind: 'ring-end',
    template: 'ring-ended',
    data: { event: 'RingEnded', reason: 'ended', notificationId: 'c'.repeat(32) },
    ...over,
  });

export const withdrawal = (over: Partial<Notification> = {}): Notification =>
  chat({
    kind: 'background',
    template: undefined,
    parameters: {},
    data: { event: 'ChatMessageDeleted', threadId: 'thread', notificationId: 'c'.repeat(32) },
    ...over,
  });

export interface Rendering {
  /** Fields of every template. */
  readonly template?: Partial<Template>;
  /** Languages besides English, in which each text ends with the language. */
  readonly languages?: readonly string[];
  readonly androidMessages?: 'data' | 'notification';
  readonly withMessageText?: boolean;
}

/** What a notification becomes for each platform, in one language each: parsed payloads and headers. */
export function rendered(notification: Notification, options: Rendering = {}) {
  const messages = allRendered(notification, options);
  const of = (platform: string) => {
    const { body, headers } = messages.find((one) => one.platform === platform)!;
    return { payload: JSON.parse(body), headers, bytes: Buffer.byteLength(body), body };
  };
  return { apple: of('apple'), fcm: of('fcmv1'), browser: of('browser') };
}

export function allRendered(notification: Notification, options: Rendering = {}) {
  const languages = ['en', ...(options.languages ?? [])];
  const templates = Object.fromEntries(
    Object.keys(TEMPLATE_PARAMETERS).map((name) => [
      name,
      Object.fromEntries(languages.map((language) => [language, templateOf(name, language, options)])),
    ]),
  ) as Record<TemplateName, Record<string, Template>>;
  const wording = new Wording(
    { defaultLanguage: 'en', languages, templates },
    options.withMessageText ?? true,
  );
  const { androidMessages } = options;
  const renderer = new Renderer(wording, {
    platforms: ['apple', 'fcmv1', 'browser'],
    voip: false,
    androidMessages,
  });
  return renderer.render(notification, NOW);
}

const WORDS: Readonly<Record<string, { title: string; body: string }>> = {
  'chat-message-received': { title: '{sender}', body: '{text}' },
  'incoming-call': { title: '{caller}', body: 'Incoming call' },
  'message-withdrawn': { title: 'Message deleted', body: 'This message was deleted' },
  'ring-ended': { title: '{caller}', body: 'Call over' },
  'ring-answered': { title: '{caller}', body: 'Call answered' },
};

function templateOf(name: string, language: string, { template }: Rendering): Template {
  const words = WORDS[name] ?? { title: name, body: name };
  const body = language === 'en' ? words.body : `${words.body} ${language}`;
  return { ...words, body, sound: 'default', androidChannel: 'messages', ...template };
}
