import { clockText, countdownText } from '../terminal';

/**
 * `until 12:34:56: 9:05 left`, counting down. Both are by this machine's clock, which may be ahead of Azure's or behind.
 * @param until Azure's time, ISO 8601
 * @param time Azure's time now, likewise
 */
export function untilText(until: string, time: string): () => string {
  const end = Date.now() + Date.parse(until) - Date.parse(time);
  return () => `until ${clockText(end)}: ${countdownText(end - Date.now())} left`;
}
