import type { LocalAzureContext } from './context';
import type { HostService } from './http';
import type { ArmEndpoint, ArmOperation, ResourceType } from './arm/resource-type';

/** One of Azure's services as local Azure plays it: any of ARM types, ARM operations and hosts of its own. */
export interface LocalService {
  readonly resourceTypes?: readonly ResourceType[];
  readonly operations?: readonly ArmOperation[];
  readonly armEndpoints?: readonly ArmEndpoint[];
  readonly hostServices?: readonly HostService[];
  /** Called once, when local Azure listens and kept state was loaded. */
  start?(): void | Promise<void>;
  /** Called once when local Azure closes; the context's `closing` signal has fired by then. */
  close?(): void | Promise<void>;
}

export type LocalServiceFactory = (context: LocalAzureContext) => LocalService;
