import type { Notification } from '../notification';

/** What the app finds beside the words: the id to show it under, and whether the words were shortened. */
export function dataOf({ collapseId, data }: Notification, shortened: boolean): Record<string, string> {
  return { ...data, notificationId: collapseId, ...(shortened && { shortened: '1' }) };
}

/** How long it is worth something yet, in whole seconds. */
export function secondsLeft({ expiresAt }: Notification, now: number): number {
  return Math.max(0, Math.ceil((expiresAt - now) / 1000));
}
