import type {
  app as functionApp,
  EventGridFunctionOptions,
  HttpFunctionOptions,
  TimerFunctionOptions,
} from '@azure/functions';
import { RELAY_PARTS, type RelayFunction, type RelayPart } from './contract';

/** What the relay uses of the Functions programming model; every function has to be one of the contract's. */
export interface PartOfApp {
  readonly hook: typeof functionApp.hook;
  eventGrid(name: RelayFunction, options: EventGridFunctionOptions): void;
  http(name: RelayFunction, options: HttpFunctionOptions): void;
  timer(name: RelayFunction, options: TimerFunctionOptions): void;
}

/** @param part of whose functions the app takes no others; undefined when it takes all */
export function partOf(app: typeof functionApp, part: RelayPart | undefined): PartOfApp {
  const has = (name: RelayFunction) =>
    part === undefined || (RELAY_PARTS[part] as readonly RelayFunction[]).includes(name);
  return {
    hook: app.hook,
    eventGrid: (name, options) => {
      if (has(name)) app.eventGrid(name, options);
    },
    http: (name, options) => {
      if (has(name)) app.http(name, options);
    },
    timer: (name, options) => {
      if (has(name)) app.timer(name, options);
    },
  };
}
