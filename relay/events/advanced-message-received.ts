import type { RelayEvent } from '../envelope';
import { maybeText, shape, text, within } from '../schema';
import { collapseId, MESSAGE_MS, type Decision } from './decision';
import { e164 } from './e164';

/** https://learn.microsoft.com/azure/event-grid/communication-services-advanced-messaging-events */
const message = shape({
  messageId: maybeText('messageId'),
  type: maybeText('messageType'),
  channel: maybeText('channelType', 'channelKind'),
  from: text('from'),
  to: text('to'),
  content: maybeText('content'),
  caption: within('media', maybeText('caption')),
  button: within('button', maybeText('text')),
  buttonReply: within('interactive', within('buttonReply', maybeText('title'))),
  listReply: within('interactive', within('listReply', maybeText('title'))),
});

/**
 * `AdvancedMessageReceived`, of WhatsApp and the like: tells whoever registered for the channel that it came to. A
 * channel is no identity and has no raw id; its devices carry `0:` and the channel's id, a form that is the relay's own.
 */
export function advancedMessageReceived(event: RelayEvent): Decision {
  const { type, channel = '', from, to, ...data } = message(event.data);
  // A thumb under a message of the business is no message.
  if (type === 'reaction') return { notifications: [], because: 'control-message' };
  const { messageId = event.id } = data;
  const id = collapseId('advanced', messageId);
  return {
    notifications: [
      {
        recipient: `0:${to}`,
        kind: 'message',
        template: 'advanced-message-received',
        parameters: {
          from: e164(from),
          channel,
          text: data.content ?? data.caption ?? data.button ?? data.buttonReply ?? data.listReply ?? '',
        },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: id,
        threadId: `advanced:${to}:${from}`,
        data: {
          event: 'AdvancedMessageReceived',
          messageId,
          sender: e164(from),
          channelId: to,
          // Not `channel`: that is Android's, of the template, among the data that an app shows by.
          channelKind: channel,
          notificationId: id,
        },
      },
    ],
  };
}
