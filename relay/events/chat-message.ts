import type { RelayEvent } from '../envelope';
import type { Notification } from '../notification';
import { maybeNumber, maybeRawId, maybeText, rawId, shape, text } from '../schema';
import { collapseId, MESSAGE_MS, type Decision } from './decision';
import { htmlText } from './html-text';
import { messageKind, type MessageKind } from './message-type';

/**
 * The events about one chat message, each sent once for each recipient, none of whom is the sender.
 * https://learn.microsoft.com/azure/event-grid/communication-services-chat-events
 */
const chatMessage = shape({
  recipient: rawId('recipientCommunicationIdentifier', 'recipientId', 'recipient'),
  sender: maybeRawId('senderCommunicationIdentifier', 'senderId'),
  senderName: maybeText('senderDisplayName'),
  threadId: text('threadId'),
  messageId: text('messageId'),
  body: maybeText('messageBody'),
  type: maybeText('type'),
  version: maybeNumber('version'),
  composeTime: maybeText('composeTime'),
});

/** The version of a message that is deleted, above all others. */
const DELETED = Number.MAX_SAFE_INTEGER;

/** `ChatMessageReceived`: shows the message. */
export function chatMessageReceived(event: RelayEvent): Decision {
  return decide(event, 'ChatMessageReceived', 'chat-message-received', 0);
}

/**
 * `ChatMessageEdited`: shows the new text in place of the old, silently. What was written so long ago that nothing of it
 * can be shown any more is left alone: its new text would pop up as if it were news.
 */
export function chatMessageEdited(event: RelayEvent): Decision {
  return decide(event, 'ChatMessageEdited', 'chat-message-edited', 1);
}

/** `ChatMessageDeleted`: has the app take the notification away. */
export function chatMessageDeleted(event: RelayEvent): Decision {
  return decide(event, 'ChatMessageDeleted', undefined, DELETED);
}

function decide(
  event: RelayEvent,
  name: string,
  template: 'chat-message-received' | 'chat-message-edited' | undefined,
  leastVersion: number,
): Decision {
  const message = chatMessage(event.data);
  const { recipient, threadId, messageId, sender = '' } = message;
  if (recipient === sender) return { notifications: [], because: 'own' };
  const kind = messageKind(message.type);
  if (kind === 'control') return { notifications: [], because: 'control-message' };
  const id = collapseId('chat', threadId, messageId);
  const composed = message.composeTime ? Date.parse(message.composeTime) : Number.NaN;
  const edit = template === 'chat-message-edited';
  if (edit && event.time - composed > MESSAGE_MS) return { notifications: [], because: 'edit-of-old' };
  const slot = {
    key: `chat\n${recipient}\n${threadId}\n${messageId}`,
    // A deletion is final, whatever number it carries.
    version: template ? Math.max(leastVersion, Math.min(message.version ?? 0, DELETED - 1)) : leastVersion,
    // The same day for all events about the message, unless it was written long before this one.
    day: event.time - composed < 2 * MESSAGE_MS ? composed : event.time,
  };
  const notification: Notification = {
    slot,
    recipient,
    kind: template ? 'message' : 'background',
    silent: edit,
    template,
    withdrawalTemplate: template ? undefined : 'message-withdrawn',
    parameters: {
      sender: message.senderName ?? '',
      text: template ? words(kind, message.body ?? '') : '',
    },
    expiresAt: event.time + MESSAGE_MS,
    collapseId: id,
    threadId,
    data: { event: name, threadId, messageId, sender, notificationId: id },
  };
  return { notifications: [notification] };
}

/** What people wrote; nothing of what only programs read. */
function words(kind: MessageKind, body: string): string {
  if (kind === 'text') return body;
  return kind === 'html' ? htmlText(body) : '';
}
