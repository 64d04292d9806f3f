import type { RelayEvent } from '../envelope';
import { maybeList, maybeRawId, maybeText, rawId, shape, text, within } from '../schema';
import { collapseId, MESSAGE_MS, type Decision } from './decision';

/** https://learn.microsoft.com/azure/event-grid/communication-services-chat-events */
const chatThread = shape({
  recipient: rawId('recipientCommunicationIdentifier', 'recipientId'),
  creator: maybeRawId('createdByCommunicationIdentifier', 'createdBy'),
  threadId: text('threadId'),
  topic: within('properties', maybeText('topic')),
  participants: maybeList('participants', {
    rawId: maybeRawId('participantCommunicationIdentifier'),
    name: maybeText('displayName'),
  }),
});

/** `ChatThreadCreatedWithUser`: tells those who were added to a new thread, not the one who made it. */
export function chatThreadCreatedWithUser(event: RelayEvent): Decision {
  const thread = chatThread(event.data);
  const { recipient, threadId, creator = '' } = thread;
  if (recipient === creator) return { notifications: [], because: 'own' };
  const named = thread.participants.find(({ rawId, name }) => rawId === creator && name);
  return {
    notifications: [
      {
        recipient,
        kind: 'message',
        template: 'chat-thread-created-with-user',
        parameters: { creator: named?.name ?? '', topic: thread.topic ?? '' },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: collapseId('thread', threadId),
        threadId,
        data: { event: 'ChatThreadCreatedWithUser', threadId, creator },
      },
    ],
  };
}
