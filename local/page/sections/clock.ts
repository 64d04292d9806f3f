import { iso, type Clock } from '../../azure/core/clock';
import type { ShownClock } from '../model';
import type { Reader } from '../projector';

/** By how much a reader's reckoning may be off, in milliseconds of the machine's time. */
const TOLERANCE_MS = 500;

/** Shown again when it is not what a reader reckons. */
export function clockSection(clock: Clock): Reader<ShownClock> {
  const speed = clock.stands ? 0 : clock.speed;
  return {
    read: () => ({ now: iso(clock.now()), speed, canAdvance: clock.advance !== undefined }),
    holds(shown, now, milliseconds) {
      const reckoned = Date.parse(shown.now) + milliseconds * speed;
      return Math.abs(Date.parse(now.now) - reckoned) <= TOLERANCE_MS * speed;
    },
  };
}
