import type { RelayEvent } from '../envelope';
import type { Notification } from '../notification';
import { collapseId, optionalRawId, optionalText, requiredRawId, requiredText } from './fields';

/** How long a chat message is worth a push: as long as Event Grid tries to deliver its event. */
export const MESSAGE_MS = 24 * 60 * 60_000;

/** `Microsoft.Communication.ChatMessageReceived`: one event for each recipient, none of whom is the sender. */
export function chatMessageReceived(event: RelayEvent): Notification[] {
  const { data } = event;
  const recipient = requiredRawId(data, 'recipientCommunicationIdentifier');
  const sender = optionalRawId(data, 'senderCommunicationIdentifier') ?? '';
  const threadId = requiredText(data, 'threadId');
  const messageId = requiredText(data, 'messageId');
  if (recipient === sender) return [];
  return [
    {
      recipient,
      template: 'chat-message-received',
      parameters: {
        sender: optionalText(data, 'senderDisplayName') ?? '',
        text: optionalText(data, 'messageBody') ?? '',
      },
      urgency: 'message',
      expiresAt: event.time + MESSAGE_MS,
      collapseId: collapseId('chat', threadId, messageId),
      threadId,
      data: { event: 'ChatMessageReceived', threadId, messageId, sender },
    },
  ];
}
