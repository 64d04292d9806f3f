import type { RelayEvent } from '../envelope';
import { maybeRawId, maybeText, rawId, shape, text, within } from '../schema';
import { collapseId, MESSAGE_MS, type Decision } from './decision';

/** https://learn.microsoft.com/azure/event-grid/communication-services-chat-events */
const added = shape({
  recipient: rawId('recipientCommunicationIdentifier', 'recipientId'),
  by: maybeRawId('addedByCommunicationIdentifier', 'addedBy'),
  threadId: text('threadId'),
  participant: within('participantAdded', maybeRawId('participantCommunicationIdentifier', 'participantId')),
  name: within('participantAdded', maybeText('displayName')),
});

/**
 * `ChatParticipantAddedToThreadWithUser`: tells those in a thread that somebody joined them, and who joined that they
 * are in it; not who added them.
 */
export function chatParticipantAddedToThreadWithUser(event: RelayEvent): Decision {
  const { recipient, by = '', threadId, participant = '', name = '' } = added(event.data);
  if (recipient === by) return { notifications: [], because: 'own' };
  const oneself = recipient === participant;
  const id = collapseId('participant', threadId, participant);
  return {
    notifications: [
      {
        recipient,
        kind: 'message',
        template: oneself ? 'chat-user-added-to-thread' : 'chat-participant-added-to-thread-with-user',
        parameters: { participant: name },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: id,
        threadId,
        data: {
          event: 'ChatParticipantAddedToThreadWithUser',
          threadId,
          participant,
          addedBy: by,
          notificationId: id,
        },
      },
    ],
  };
}
