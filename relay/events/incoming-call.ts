import type { RelayEvent } from '../envelope';
import type { Notification } from '../notification';
import { collapseId, optionalRawId, optionalText, requiredRawId, requiredText } from './fields';

/** A call rings for 30 seconds. https://learn.microsoft.com/azure/communication-services/concepts/call-automation/incoming-call-notification */
export const RING_MS = 30_000;

/** `Microsoft.Communication.IncomingCall`: rings the one who is called. */
export function incomingCall(event: RelayEvent): Notification[] {
  const { data } = event;
  const recipient = requiredRawId(data, 'toCommunicationIdentifier');
  const caller = optionalRawId(data, 'fromCommunicationIdentifier') ?? '';
  // `incomingCallContext` stays here: whoever holds it can answer the call.
  const correlationId = requiredText(data, 'correlationId');
  if (recipient === caller) return [];
  return [
    {
      recipient,
      template: 'incoming-call',
      parameters: { caller: optionalText(data, 'callerDisplayName') ?? '' },
      urgency: 'ring',
      expiresAt: event.time + RING_MS,
      collapseId: collapseId('call', correlationId),
      threadId: 'calls',
      data: { event: 'IncomingCall', correlationId, caller },
    },
  ];
}
