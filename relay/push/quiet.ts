import type { Notification } from '../notification';

/** Whether it stops what may ring on a device at this time: silently or not, that is to be at once. */
export function stopsRing({ kind, endsRing }: Notification, now: number): boolean {
  return kind === 'ring-end' || (endsRing !== undefined && endsRing.expiresAt > now);
}

/** What replaces silently, or takes a ring's place, is there to be seen by who looks: no sound, no lit screen. */
export function isQuiet({ kind, silent }: Notification): boolean {
  return silent === true || kind === 'ring-end';
}
