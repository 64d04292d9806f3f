import type { Notification } from '../../notification';
import type { CallRecord } from '../../ports';
import type { Called } from './participation';

/**
 * All that one who was called is told of a call shares a slot and counts up: a ring, its end, that the call was missed,
 * that it was not after all. So what comes late does not come after what took its place: no device rings on for a call
 * that is over.
 */
export const CALL_VERSION = {
  /** Somebody can be called again into the same call. */
  ring: ({ at }: Called) => 2 * at,
  ringEnd: ({ at }: Called) => 2 * at + 1,
  missed: () => Number.MAX_SAFE_INTEGER - 1,
  withdrawn: () => Number.MAX_SAFE_INTEGER,
} as const;

export function callSlot(
  correlationId: string,
  call: CallRecord,
  called: Called,
  what: keyof typeof CALL_VERSION,
): NonNullable<Notification['slot']> {
  const { callee } = called;
  return {
    key: `call\n${correlationId}\n${callee}`,
    version: CALL_VERSION[what](called),
    // One day for all of them: when the call rang first.
    day: Math.min(...call.called.filter((one) => one.callee === callee).map(({ at }) => at)),
  };
}
