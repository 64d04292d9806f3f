import type { Spread } from '../statistics';
import type { Name } from './contenders';

/** What a run kept. */
export interface Result {
  readonly run: {
    readonly node: string;
    readonly cores: number;
    readonly load: { before: number; after: number };
  };
  /** Processor time in seconds, and the most memory in megabytes. */
  readonly figures: Readonly<Partial<Record<Name, { readonly seconds: Spread; readonly megabytes: number }>>>;
}
