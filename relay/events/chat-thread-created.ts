import type { RelayEvent } from '../envelope';
import { isRecord } from '../envelope';
import { maybeRawId, maybeText, rawId, shape, text, within, type Field } from '../schema';
import { collapseId, MESSAGE_MS, type Decision } from './decision';

/** Who takes part, with their names; entries of another shape are passed over. */
const participants: Field<{ rawId: string; name: string }[]> = (data, problems) => {
  const list = data['participants'];
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).flatMap((entry) => {
    const id = maybeRawId('participantCommunicationIdentifier')(entry, problems);
    const name = maybeText('displayName')(entry, problems);
    return id && name ? [{ rawId: id, name }] : [];
  });
};

/** https://learn.microsoft.com/azure/event-grid/communication-services-chat-events */
const chatThread = shape({
  recipient: rawId('recipientCommunicationIdentifier', 'recipientId'),
  creator: maybeRawId('createdByCommunicationIdentifier', 'createdBy'),
  threadId: text('threadId'),
  topic: within('properties', maybeText('topic')),
  participants,
});

/** `ChatThreadCreatedWithUser`: tells those who were added to a new thread, not the one who made it. */
export function chatThreadCreatedWithUser(event: RelayEvent): Decision {
  const thread = chatThread(event.data);
  const { recipient, threadId, creator = '' } = thread;
  if (recipient === creator) return { notifications: [], because: 'own' };
  const creatorName = thread.participants.find((participant) => participant.rawId === creator)?.name ?? '';
  return {
    notifications: [
      {
        recipient,
        kind: 'message',
        template: 'chat-thread-created-with-user',
        parameters: { creator: creatorName, topic: thread.topic ?? '' },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: collapseId('thread', threadId),
        threadId,
        data: { event: 'ChatThreadCreatedWithUser', threadId, creator },
      },
    ],
  };
}
