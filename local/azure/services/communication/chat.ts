import { iso } from '../../core/clock';
import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import { identifier } from './identifiers';
import type { LinkedHub } from './linked-hub';
import { Newest } from './newest';
import type { ChatMessageRequest, KnownMessage, Raise, SentMessage, SentPush } from './requests';

const STATES = { Received: 'sent', Edited: 'edited', Deleted: 'deleted' } as const;

/** Messages of chat threads. */
export class Chat {
  private readonly messages = new Newest<KnownMessage>();

  constructor(
    private readonly context: LocalAzureContext,
    private readonly hub: LinkedHub,
    private readonly raise: Raise,
  ) {}

  /** The newest, the oldest of them first. Forgotten at a restart. */
  known(): readonly KnownMessage[] {
    return this.messages.all();
  }

  /** Tells every other participant, and raises an event per recipient and one per thread. */
  async tell(
    resource: StoredResource,
    message: ChatMessageRequest,
    what: 'Received' | 'Edited' | 'Deleted',
  ): Promise<SentMessage> {
    const threadId = message.threadId ?? `19:${randomUUID().replaceAll('-', '')}@thread.v2`;
    const now = this.context.clock.now();
    const messageId = message.messageId ?? `${Math.floor(now)}${Math.floor(Math.random() * 1000)}`;
    const recipients = [...new Set(message.to)].filter((rawId) => rawId !== message.from);
    const common = {
      threadId,
      messageId,
      transactionId: randomUUID(),
      senderCommunicationIdentifier: identifier(message.from),
      senderDisplayName: message.senderDisplayName ?? '',
      composeTime: iso(now),
      type: 'Text',
      version: Math.floor(now),
      ...(what === 'Deleted' ? { deleteTime: iso(now) } : { messageBody: message.text }),
      ...(what === 'Edited' ? { editTime: iso(now) } : {}),
      metadata: message.metadata ?? {},
    };
    const key = `${resource.id}/${messageId}`.toLowerCase();
    const sentAt = this.messages.get(key)?.sentAt ?? now;
    this.messages.set(key, {
      ...message,
      acsId: resource.id,
      threadId,
      messageId,
      sentAt,
      state: STATES[what],
    });
    this.context.changed();
    const subject = `thread/${threadId}/sender/${message.from}`;
    this.raise(resource.id, `ChatMessage${what}InThread`, subject, common);
    const sends: Promise<SentPush[]>[] = [];
    for (const recipient of recipients) {
      this.raise(resource.id, `ChatMessage${what}`, `${subject}/recipient/${recipient}`, {
        ...common,
        recipientCommunicationIdentifier: identifier(recipient),
      });
      sends.push(
        this.hub.pushTo(resource, recipient, {
          kind: `chatMessage${what}`,
          title: message.senderDisplayName || message.from,
          body: what === 'Deleted' ? '' : message.text,
          data: { threadId, messageId, senderId: message.from, recipientId: recipient },
          ringing: false,
        }),
      );
    }
    return { threadId, messageId, pushes: (await Promise.all(sends)).flat() };
  }
}
