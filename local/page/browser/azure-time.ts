import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ShownClock } from '../model';

/** Azure's clock as it was told, and when: from there the page counts on by itself. */
export interface TellingClock {
  readonly clock: ShownClock;
  /** By `performance.now()`. */
  readonly at: number;
  /** Whether it goes on: not while nothing comes from local Azure. */
  readonly goesOn: boolean;
}

export const AzureClock = createContext<TellingClock | undefined>(undefined);

/** Azure's time in milliseconds since the epoch, again every second; 0 before it is known. */
export function useAzureNow(): number {
  const telling = useContext(AzureClock);
  const [, tick] = useState(0);
  const speed = telling?.goesOn ? telling.clock.speed : 0;
  useEffect(() => {
    if (speed === 0) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 1000 / Math.min(4, Math.max(1, speed)));
    return () => clearInterval(timer);
  }, [speed]);
  if (!telling) return 0;
  return Date.parse(telling.clock.now) + (performance.now() - telling.at) * speed;
}

/** `12:31:07`, in UTC as Azure's logs have it. */
export function timeOfDay(time: number | string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(11, 19);
}

/** `4:05`, `1 h 20 min`, `3 days`; 0:00 when it is over. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago` */
export function ago(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}
