import type { Result } from '../result';

export function textOf(result: Result): string {
  return JSON.stringify(result, null, 1);
}
