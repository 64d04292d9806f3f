import type { RelayEvent } from '../../envelope';
import type { Notification } from '../../notification';
import type { CallRecord } from '../../ports';
import { MESSAGE_MS } from '../decision';
import { callSlot } from './call-slot';
import type { Called } from './participation';
import { endOfRing, notificationId, shownAs } from './ring';

/** Says that somebody missed a call; it takes the ring's place on the device, and ends it where it does not. */
export function missedCall(
  event: RelayEvent,
  correlationId: string,
  call: CallRecord,
  called: Called,
): Notification {
  return {
    slot: callSlot(correlationId, call, called, 'missed'),
    recipient: called.callee,
    kind: 'message',
    template: 'missed-call',
    expiresAt: event.time + MESSAGE_MS,
    data: {
      event: 'MissedCall',
      correlationId,
      caller: called.caller,
      notificationId: notificationId(correlationId),
    },
    ...shownAs(correlationId, called),
    ...(called.rang && { endsRing: endOfRing(correlationId, called, 'missed') }),
  };
}

/**
 * Takes back that a call was missed: it is known only now that it was answered. It may come before what it takes back,
 * and then in its stead: so it ends the ring too.
 */
export function missedCallWithdrawn(
  event: RelayEvent,
  correlationId: string,
  call: CallRecord,
  called: Called,
): Notification {
  return {
    slot: callSlot(correlationId, call, called, 'withdrawn'),
    recipient: called.callee,
    kind: 'background',
    withdrawalTemplate: 'ring-answered',
    ...shownAs(correlationId, called),
    expiresAt: event.time + MESSAGE_MS,
    data: { event: 'MissedCallWithdrawn', correlationId, notificationId: notificationId(correlationId) },
    ...(called.rang && { endsRing: endOfRing(correlationId, called, 'answered') }),
  };
}
