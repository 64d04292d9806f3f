import { createControl, type ControlApi } from '../control/control';
import { LocalFunctionHost } from '../functions';
import { Directory } from './core/access/directory';
import { Rbac } from './core/access/rbac';
import type { Tokens } from './core/access/tokens';
import { Arm } from './core/arm/arm';
import { Registrations } from './core/arm/registrations';
import type { ResourceType } from './core/arm/resource-type';
import type { Clock } from './core/clock';
import type { ActivityLogEntry, DeliveredPush, LocalAzureContext } from './core/context';
import { coreControlRoutes } from './core/control';
import type { ControlRoute } from './core/control-route';
import { faultRoutes } from './core/fault-switch';
import type { CertificateAuthority } from './core/front/certificates';
import { networkEnvironment, type Reachability } from './core/front/environment';
import type { Front } from './core/front/front';
import { Outgoing } from './core/front/outgoing';
import type { HostService } from './core/http';
import { Metrics } from './core/metrics';
import type { LocalService, ServiceParts } from './core/service';
import type { Snapshot } from './core/snapshot';
import { KeptState } from './core/state';
import { ResourceStore } from './core/store';
import type { LocalAzureOptions } from './options';
import { createServices, type Services } from './services';

/** What stays when local Azure is emptied. */
export interface Base {
  readonly folder: string;
  readonly options: LocalAzureOptions;
  readonly clock: Clock;
  readonly certificates: CertificateAuthority;
  readonly tokens: Tokens;
  readonly front: Front;
  /** The part of the control API that is none of a service's. */
  readonly controlRoutes: readonly ControlRoute[];
  /** Told when something is there to be seen that was not there before, or no longer. */
  changed(): void;
  log(message: string): void;
}

/** All that is gone when local Azure is emptied: one subscription, from its start, empty or with what is kept, to its end. */
export interface World {
  readonly hosts: readonly HostService[];
  readonly context: LocalAzureContext;
  readonly directory: Directory;
  readonly services: Services;
  readonly controlApi: ControlApi;
  readonly state: KeptState;
  /** Those that are played. */
  resourceTypes(): readonly ResourceType[];
  snapshot(): Promise<Snapshot>;
  /** Once everything listens. */
  start(): Promise<void>;
  /** Ends what waits. */
  abort(): void;
  close(): Promise<void>;
}

/** How clients reach local Azure, once its front listens. */
export function reachability({ front, certificates }: Pick<Base, 'front' | 'certificates'>): Reachability {
  return {
    proxyUrl: front.proxyUrl,
    certificateFile: certificates.certificateFile,
    bundleFile: certificates.bundleFile,
  };
}

/** @throws Error naming the file, when what is kept cannot be read */
export function createWorld(base: Base): World {
  const { folder, options, clock, certificates, tokens, front, changed, log } = base;
  const directory = new Directory();
  const store = new ResourceStore();
  const activityLog: ActivityLogEntry[] = [];
  const inbox: DeliveredPush[] = [];

  const kept = { clock, store, directory, activityLog, inbox };
  const state = new KeptState(folder, kept, options.stateDir !== undefined);
  state.load();
  store.onChange(changed);

  const abort = new AbortController();
  const hosts: HostService[] = [];
  const outgoing = new Outgoing(front, {
    certificateAuthority: certificates.certificatePem,
    passThrough: options.passThrough ?? false,
    closing: abort.signal,
  });
  const context: LocalAzureContext = {
    clock,
    store,
    activityLog,
    inbox,
    closing: abort.signal,
    fetch: (request) => outgoing.fetch(request),
    putMessage: (message) => services.storage.putMessage(message),
    writeBlob: (account, container, name, content) =>
      services.storage.writeBlob(account, container, name, content),
    changed,
    log,
  };

  const rbac = new Rbac(store);
  const registrations: Registrations = new Registrations(
    store,
    clock,
    () => arm.resourceTypes().map(({ type }) => type.split('/')[0]!),
    options.registeredProviders,
  );
  const arm: Arm = new Arm(context, tokens, rbac, directory, registrations, { strict: options.strict });
  const parts: ServiceParts = {
    context,
    tokens,
    rbac,
    directory,
    metrics: new Metrics(clock, store),
    registrations,
    folder,
    seed: options.seed ?? 1,
    resourceTypes: () => arm.resourceTypes(),
    networkEnvironment: () => networkEnvironment(reachability(base)),
  };
  const services = createServices(parts, options.functionHost ?? new LocalFunctionHost(), options.behaviour);
  const all: LocalService[] = [
    { hostServices: [arm], controlRoutes: coreControlRoutes(context) },
    ...services.all,
    ...(options.services ?? []).map((create) => create(parts)),
  ];
  const controlApi = createControl([
    ...all.flatMap(({ controlRoutes = [] }) => controlRoutes),
    ...faultRoutes(all.flatMap(({ faults }) => faults ?? [])),
    ...base.controlRoutes,
  ]);
  for (const service of all) {
    arm.register(service);
    hosts.push(...(service.hostServices ?? []));
  }

  return {
    hosts,
    context,
    directory,
    services,
    controlApi,
    state,
    resourceTypes: () => arm.resourceTypes(),
    snapshot: async () => {
      for (const service of all) await service.settle?.();
      return state.snapshot();
    },
    start: async () => {
      for (const service of all) await service.start?.();
    },
    abort: () => abort.abort(),
    close: async () => {
      try {
        for (const service of [...all].reverse()) await service.close?.();
      } finally {
        state.close();
      }
    },
  };
}
