import type { FunctionHost } from '../functions/function-host';
import type { RegisteredProviders } from './core/arm/registrations';
import type { Clock } from './core/clock';
import type { LocalServiceFactory } from './core/service';
import type { Snapshot } from './core/snapshot';
import type { ServicesBehaviour } from './services';

export interface LocalAzureOptions {
  /** Folder that keeps everything over a restart; without it a temporary one is removed at close. */
  readonly stateDir?: string;
  /** What it starts with, in place of whatever the folder holds. @default - what the folder holds */
  readonly snapshot?: Snapshot;
  /** How many times faster than the machine's clock Azure's runs; default 1. */
  readonly clockSpeed?: number;
  /** A clock in place of the machine's; `clockSpeed` is not read then. */
  readonly clock?: Clock;
  /** Ports of the https server, the CONNECT proxy and the control API; default any free ones. */
  readonly ports?: { readonly https?: number; readonly proxy?: number; readonly control?: number };
  /** Lets hosts that local Azure does not answer for through to the network; default they are refused. */
  readonly passThrough?: boolean;
  /** Of everything random here; default 1. */
  readonly seed?: number;
  /** Refuses resource types that are not played, which are kept as plain documents otherwise; default false. */
  readonly strict?: boolean;
  /**
   * Resource providers that the subscription is registered for from its start: all, or those of these namespaces, such as
   * `Microsoft.Communication`. Requests for others are refused (409) until somebody registers them.
   * @default 'all'
   */
  readonly registeredProviders?: RegisteredProviders;
  /** How services behave where Azure leaves it open. */
  readonly behaviour?: ServicesBehaviour;
  /** Services of a caller's own, one factory each. */
  readonly services?: readonly LocalServiceFactory[];
  /** Runs the code of Function Apps; default a process for each. */
  readonly functionHost?: FunctionHost;
  /** Variables that `GET /environment` of the control API tells beside local Azure's own. */
  readonly environmentBeside?: () => Readonly<Record<string, string>>;
  /** Of the stack that is deployed here, as commands of whoever deploys it name it: the page tells them so. */
  readonly environmentName?: string;
  /** Takes what happens, a line each. */
  readonly log?: (message: string) => void;
}
