import type { Notification } from '../notification';

/** What replaces silently, or takes a ring's place, is there to be seen by who looks: no sound, no lit screen. */
export function isQuiet({ kind, silent }: Notification): boolean {
  return silent === true || kind === 'ring-end';
}
