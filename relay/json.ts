import { TransientError } from './errors';

/** @throws TransientError when the text is not a JSON object */
export function readJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new TransientError('an answer was not a JSON object');
}
