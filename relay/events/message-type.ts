/**
 * What a chat message's `type` says of its body: words, words with formatting, nothing that is text (`wordless`: a
 * picture, a file, a card, whatever is not known here), or that nobody wrote it (`control`).
 */
export type MessageKind = 'text' | 'html' | 'wordless' | 'control';

/**
 * Types whose body is what people wrote, in lower case. `text` and `html` are those of the service:
 * https://learn.microsoft.com/javascript/api/@azure/communication-chat/chatmessagetype;
 * events have them as `Text` and, of people in Teams, as `RichText/Html`:
 * https://learn.microsoft.com/azure/event-grid/communication-services-chat-events.
 */
const WRITTEN: Readonly<Record<string, 'text' | 'html'>> = {
  text: 'text',
  html: 'html',
  richtext: 'html',
  'richtext/html': 'html',
};

/**
 * Types that nobody wrote. `topicUpdated`, `participantAdded` and `participantRemoved` are the service's own names for
 * what events call `ThreadActivity/…`; `Control/…` is what typing is told by; the rest is how the service behind both
 * tells of calls and of their recordings. Those of Teams are documented nowhere: read in programs that read its chats.
 */
const CONTROL =
  /^(?:(?:topicupdated|participantadded|participantremoved|messagedelete|richtext\/media_call(?:recording|transcript))$|(?:threadactivity|event|control)\/)/;

/** @param type `data.type` of an event; events without one are of the time when all were text */
export function messageKind(type = 'text'): MessageKind {
  const name = type.toLowerCase();
  if (CONTROL.test(name)) return 'control';
  return Object.hasOwn(WRITTEN, name) ? WRITTEN[name]! : 'wordless';
}
