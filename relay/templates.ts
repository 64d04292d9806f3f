import chatMessageReceived from './templates/chat-message-received/en.json';
import incomingCall from './templates/incoming-call/en.json';
import type { Notification, TemplateName } from './notification';

/** Text with `{parameter}` placeholders; a fallback is shown when its text comes out empty. */
interface Template {
  readonly title: string;
  readonly titleFallback?: string;
  readonly body: string;
  readonly bodyFallback?: string;
}

const TEMPLATES: Readonly<Record<TemplateName, Template>> = {
  'incoming-call': incomingCall,
  'chat-message-received': chatMessageReceived,
};

/** The words of a notification. */
export function words(notification: Notification): { title: string; body: string } {
  const template = TEMPLATES[notification.template];
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => notification.parameters[name] ?? '').trim();
  return {
    title: fill(template.title) || (template.titleFallback ?? ''),
    body: fill(template.body) || (template.bodyFallback ?? ''),
  };
}
