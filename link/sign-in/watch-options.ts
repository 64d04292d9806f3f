import type { TransportOptions } from '../transport-options';

export interface WatchOptions extends TransportOptions {
  /** How long a service may take for an answer, in milliseconds. @default 8000 */
  readonly answerWithin?: number;
}
