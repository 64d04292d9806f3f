import { sha256Hex } from '../../hash';
import type { Notification } from '../../notification';
import type { CallRecord } from '../../ports';
import type { Asked } from '../../preferences/verdict';
import { collapseId } from '../decision';
import { callSlot } from './call-slot';
import { callerShown } from './caller';
import type { Called } from './participation';

/**
 * A call rings for 30 seconds, in milliseconds: a ring that is delivered later is worth nothing.
 * https://learn.microsoft.com/azure/communication-services/concepts/call-automation/incoming-call-notification
 */
export const RING_MS = 30_000;

/**
 * How long after the call began a device may still ring that nobody told to stop, in milliseconds. The push that made
 * it ring says nothing of an end, and Communication Services lets a call wait for its callee for two minutes (subcode
 * 10004); its end takes a while to be told.
 * https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
 */
const RINGING_MS = 150_000;

/** Why a ring ends; the app finds it in the push. */
export type RingEndReason = 'answered' | 'declined' | 'missed' | 'ended';

const THREAD = 'calls';

/** What preferences are asked of a ring. */
export function ringOf(callee: string): Asked {
  return { recipient: callee, kind: 'ring', template: 'incoming-call', threadId: THREAD };
}

export function ring(correlationId: string, call: CallRecord, called: Called): Notification {
  return {
    slot: callSlot(correlationId, call, called, 'ring'),
    ...ringOf(called.callee),
    expiresAt: called.at + RING_MS,
    // Without `incomingCallContext`: whoever holds that can answer the call.
    data: { event: 'IncomingCall', ...aboutRing(correlationId, called) },
    ...shownAs(correlationId, called),
  };
}

/** Withdraws a ring from the devices that may still ring; those on which it was answered get it too. */
export function ringEnd(
  correlationId: string,
  call: CallRecord,
  called: Called,
  reason: RingEndReason,
): Notification {
  return {
    slot: callSlot(correlationId, call, called, 'ringEnd'),
    recipient: called.callee,
    kind: 'ring-end',
    template: reason === 'answered' ? 'ring-answered' : 'ring-ended',
    ...endOfRing(correlationId, called, reason),
    ...shownAs(correlationId, called),
  };
}

/** The data of a ring's end, and until when they are of use. */
export function endOfRing(correlationId: string, called: Called, reason: RingEndReason) {
  return {
    expiresAt: called.at + RINGING_MS,
    data: { event: 'RingEnded', reason, ...aboutRing(correlationId, called) },
  };
}

/** What all that is said of a call has in common: each takes the place of the one before. */
export function shownAs(correlationId: string, { caller, callerName }: Called) {
  return {
    parameters: { caller: callerShown(callerName, caller) },
    collapseId: notificationId(correlationId),
    threadId: THREAD,
  };
}

export function notificationId(correlationId: string): string {
  return collapseId('call', correlationId);
}

function aboutRing(correlationId: string, { caller }: Called) {
  return {
    correlationId,
    caller,
    notificationId: notificationId(correlationId),
    callUuid: callUuid(correlationId),
  };
}

/** The call's id where the system wants a UUID (CallKit): the correlation id itself where it is one. */
function callUuid(correlationId: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(correlationId))
    return correlationId.toLowerCase();
  // Version 8: made of whatever the maker likes. RFC 9562, section 5.8.
  const hex = sha256Hex(correlationId);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
