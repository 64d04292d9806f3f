import type { Directory } from './access/directory';
import type { Rbac } from './access/rbac';
import type { Tokens } from './access/tokens';
import type { Registrations } from './arm/registrations';
import type { ArmOperation, ResourceType } from './arm/resource-type';
import type { LocalAzureContext } from './context';
import type { ControlRoute } from './control-route';
import type { FaultSwitch } from './fault-switch';
import type { HostService } from './http';
import type { Metrics } from './metrics';

/** What services are made of. */
export interface ServiceParts {
  readonly context: LocalAzureContext;
  readonly tokens: Tokens;
  readonly rbac: Rbac;
  readonly directory: Directory;
  readonly metrics: Metrics;
  readonly registrations: Registrations;
  /** Folder for what a service keeps beside the store. */
  readonly folder: string;
  /** Of everything random. */
  readonly seed: number;
  /** All resource types that are registered by now. */
  resourceTypes(): readonly ResourceType[];
  /** Environment variables by which processes that a service starts reach local Azure. */
  networkEnvironment(): Readonly<Record<string, string>>;
}

/** What a service keeps and does by way of ARM. */
export interface ResourceProvider {
  readonly resourceTypes?: readonly ResourceType[];
  readonly operations?: readonly ArmOperation[];
}

/** One of Azure's services as local Azure plays it: any of ARM types, ARM operations and hosts of its own. */
export interface LocalService extends ResourceProvider {
  readonly hostServices?: readonly HostService[];
  /** Its part of the control API. */
  readonly controlRoutes?: readonly ControlRoute[];
  /** Its part of what `POST /faults` breaks. */
  readonly faults?: FaultSwitch;
  /** Called once, when local Azure listens and kept state was loaded. */
  start?(): void | Promise<void>;
  /** Called before its files are read for a snapshot: what it keeps has to be in them. */
  settle?(): void | Promise<void>;
  /** Called once when local Azure closes; the context's `closing` signal has fired by then. */
  close?(): void | Promise<void>;
}

export type LocalServiceFactory = (parts: ServiceParts) => LocalService;
