import type { Notification } from '../notification';

/** What the app finds beside the words; it says when they were shortened. */
export function dataOf({ data }: Notification, shortened: boolean): Record<string, string> {
  return shortened ? { ...data, shortened: '1' } : data;
}
