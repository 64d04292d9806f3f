import type { TemplateName } from '../notification';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** Hours of the user's own clock, wherever the relay runs and whether it is summer or winter there. */
export interface QuietHours {
  /** Of the IANA time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
  /** `22:00`, the first quiet minute. */
  readonly from: string;
  /** `07:00`, the first minute that is not quiet any more; before `from` it is the next day's. `24:00` ends a day. */
  readonly to: string;
  /** The days on which quiet hours begin; what begins on Friday evening goes on into Saturday. Default every day. */
  readonly days?: readonly Weekday[];
  /** Kinds of pushes that come as at any other time. */
  readonly except?: readonly TemplateName[];
}

const DAY = 24 * 60;

/** Clocks by time zone: to make one takes far longer than to ask it. There are some 600 zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const MAX_CLOCKS = 1_000;

/**
 * Whether that time lies in the quiet hours. What counts is what a clock on the wall shows: an hour that a change to
 * summer time leaves out is not missed, and one that comes twice in autumn is quiet twice.
 *
 * @param now milliseconds since the epoch
 */
export function isQuiet({ timeZone, from, to, days = WEEKDAYS }: QuietHours, now: number): boolean {
  const { day, minute } = onTheWall(timeZone, now);
  const begin = minuteOfDay(from) ?? 0;
  const end = minuteOfDay(to, true) ?? 0;
  const beganOn = (index: number) => days.includes(WEEKDAYS[(index + 7) % 7]!);
  if (begin < end) return minute >= begin && minute < end && beganOn(day);
  return (minute >= begin && beganOn(day)) || (minute < end && beganOn(day - 1));
}

/** Whether the name is one that Node's own copy of the time zone database knows. */
export function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are taken by Intl too, but know of no summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return false;
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Minutes since midnight of `HH:MM`, or nothing when it is none; `24:00` alone is the end of a day. */
export function minuteOfDay(time: string, end = false): number | undefined {
  if (end && time === '24:00') return DAY;
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** What clock and calendar on the wall show; Monday is day 0. */
function onTheWall(timeZone: string, now: number): { day: number; minute: number } {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: WEEKDAYS.indexOf(parts['weekday']!.toLowerCase() as Weekday),
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
  };
}

/** @throws RangeError when there is no such time zone */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    // Names are taken in any letter case, and so there are more spellings than anybody should keep.
    if (clocks.size >= MAX_CLOCKS) clocks.clear();
    clocks.set(timeZone, clock);
  }
  return clock;
}
