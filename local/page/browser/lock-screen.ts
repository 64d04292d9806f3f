import { RINGING_SECONDS, type ShownCall, type ShownPush } from '../model';
import { readPush, type ReadPush } from './reading-pushes';

const RINGING_MS = RINGING_SECONDS * 1000;

/** One push on a screen, and what has become of it. */
export interface ScreenCard {
  readonly push: ShownPush;
  readonly read: ReadPush;
  /** The call that it rings for, where one is known. */
  readonly call?: ShownCall;
  /** `ringing`, `shown`, `gone` from the screen, or `hidden`: it never was on it. */
  readonly state: 'ringing' | 'shown' | 'gone' | 'hidden';
  /** Why it is gone: `answered`, `replaced`. */
  readonly because?: string;
}

/** What a device shows of its pushes, the newest first, at a time. @param now in milliseconds since the epoch */
export function cardsOf(
  pushes: readonly ShownPush[],
  calls: readonly ShownCall[],
  now: number,
): ScreenCard[] {
  const later = new Map<string, ReadPush>();
  return pushes.map((push) => {
    const read = readPush(push);
    if (read.form === 'unknown') return { push, read, state: 'hidden' };
    const successor = read.key === undefined ? undefined : later.get(read.key);
    if (read.key !== undefined && !successor) later.set(read.key, read);
    if (read.form === 'silent') return { push, read, state: 'hidden' };
    const ring = read.form === 'call' ? ringCard(push, read, calls, now) : undefined;
    // What became of the call says more than that something else came.
    if (ring?.call && ring.state === 'gone') return ring;
    if (successor)
      return { push, read, state: 'gone', because: takesAway(successor) ? 'withdrawn' : 'replaced' };
    if (read.form === 'withdrawn') return { push, read, state: 'gone', because: 'deleted' };
    return ring ?? { push, read, state: 'shown' };
  });
}

function takesAway(read: ReadPush): boolean {
  return (
    read.form === 'withdrawn' || read.form === 'call-ended' || (read.form === 'silent' && read.withdraws)
  );
}

function ringCard(push: ShownPush, read: ReadPush, calls: readonly ShownCall[], now: number): ScreenCard {
  const call = read.form === 'call' ? callOf(push, read.callee ?? push.rawId, calls) : undefined;
  if (call && call.state !== 'ringing') return { push, read, call, state: 'gone', because: call.state };
  const over = now - Date.parse(push.time) >= RINGING_MS;
  if (over && !call) return { push, read, state: 'gone', because: 'over' };
  return { push, read, call, state: 'ringing' };
}

/** The newest call to that user that had begun when the push came. */
function callOf(
  push: ShownPush,
  rawId: string | undefined,
  calls: readonly ShownCall[],
): ShownCall | undefined {
  const at = Date.parse(push.time);
  return calls
    .filter(({ startedAt, to, pushes }) => {
      const begun = Date.parse(startedAt);
      const rung =
        (rawId !== undefined && to.includes(rawId)) || pushes.some(({ handle }) => handle === push.handle);
      return rung && begun <= at && at - begun < RINGING_MS;
    })
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0];
}
