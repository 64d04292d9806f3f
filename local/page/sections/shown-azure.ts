import type { Clock } from '../../azure/core/clock';
import type { LocalAzureContext } from '../../azure/core/context';
import type { Services } from '../../azure/services';
import { REMEMBERED } from '../../azure/services/communication/newest';
import type { About } from '../model';

/** The local Azure that the page shows; after a reset its context and services are others. */
export interface ShownAzure {
  readonly about: About;
  readonly clock: Clock;
  readonly context: LocalAzureContext;
  readonly services: Pick<Services, 'communication' | 'eventGrid' | 'hubs' | 'pushServices'>;
  /** Whether a type is played, or kept as a plain document. */
  plays(type: string): boolean;
}

/** The newest entries of a section that grows as long as local Azure runs, the newest first. */
export function newest<T>(entries: readonly T[]): T[] {
  return entries.slice(-REMEMBERED).reverse();
}
