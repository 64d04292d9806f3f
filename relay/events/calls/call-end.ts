import type { CallFact } from '../../ports';

/**
 * What the codes of an ended call say of those who were called:
 * `declined`, all of them or the one that there was; `unanswered`, the call was never set up; `answered`, by another
 * device; `ordinary`, somebody was there to end it; `unknown`, it broke off before or after the answer, or no code came.
 */
export type CallEnding = 'declined' | 'unanswered' | 'answered' | 'ordinary' | 'unknown';

/**
 * Codes that are the same whatever their subcode.
 * https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
 */
const CODES: Readonly<Record<number, CallEnding>> = {
  0: 'ordinary',
  408: 'unanswered',
  480: 'unanswered',
  486: 'unanswered',
  487: 'unanswered',
  603: 'declined',
};

/** Subcodes that say more than their code; source as above. */
const SUBCODES: Readonly<Record<number, CallEnding>> = {
  /** With code 0. */
  5003: 'declined',
  /** With code 487. */
  10_003: 'answered',
  10_024: 'declined',
};

export function callEnding({ code, subCode }: NonNullable<CallFact['ended']>): CallEnding {
  if (code === undefined) return 'unknown';
  return (subCode === undefined ? undefined : SUBCODES[subCode]) ?? CODES[code] ?? 'unknown';
}
