import type { RelayEvent } from '../envelope';
import type { Notification } from '../notification';
import { chatMessageReceived } from './chat-message-received';
import { incomingCall } from './incoming-call';

/**
 * Decides who is to be told what. An empty answer means nobody.
 *
 * @throws PermanentError when the event's data lacks what its notification needs
 */
export type EventHandler = (event: RelayEvent) => Notification[];

const HANDLERS: ReadonlyMap<string, EventHandler> = new Map([
  ['Microsoft.Communication.IncomingCall', incomingCall],
  ['Microsoft.Communication.ChatMessageReceived', chatMessageReceived],
]);

/** The handler for an event type, or nothing when no push is made of it. */
export function handlerFor(type: string): EventHandler | undefined {
  return HANDLERS.get(type);
}
