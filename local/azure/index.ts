import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createControl, type Control } from '../control/control';
import { ControlServer } from '../control/server';
import { LocalFunctionHost } from '../functions';
import type { FunctionHost } from '../functions/function-host';
import { Directory } from './core/access/directory';
import { Rbac } from './core/access/rbac';
import { Tokens } from './core/access/tokens';
import { Arm } from './core/arm/arm';
import { ScaledClock, type Clock } from './core/clock';
import type { ActivityLogEntry, DeliveredPush, LocalAzureContext } from './core/context';
import { coreControlRoutes } from './core/control';
import { faultRoutes } from './core/fault-switch';
import { CertificateAuthority } from './core/front/certificates';
import { deployerEnvironment, networkEnvironment } from './core/front/environment';
import { Front } from './core/front/front';
import { Outgoing } from './core/front/outgoing';
import type { HostService } from './core/http';
import { DEPLOYER, SUBSCRIPTION_ID, TENANT_ID } from './core/identity';
import { Metrics } from './core/metrics';
import type { LocalService, LocalServiceFactory, ServiceParts } from './core/service';
import { KeptState } from './core/state';
import { ResourceStore } from './core/store';
import { createServices, type Services, type ServicesBehaviour } from './services';
import type { Entra } from './services/entra/data-plane';
import type { Storage } from './services/storage/data-plane';

export interface LocalAzureOptions {
  /** Folder that keeps everything over a restart; without it a temporary one is removed at close. */
  readonly stateDir?: string;
  /** How many times faster than the machine's clock Azure's runs; default 1. */
  readonly clockSpeed?: number;
  /** A clock in place of the scaled one; `clockSpeed` is not read then. */
  readonly clock?: Clock;
  /** Ports of the https server, the CONNECT proxy and the control API; default any free ones. */
  readonly ports?: { readonly https?: number; readonly proxy?: number; readonly control?: number };
  /** Lets hosts that local Azure does not answer for through to the network; default they are refused. */
  readonly passThrough?: boolean;
  /** Of everything random here; default 1. */
  readonly seed?: number;
  /** How services behave where Azure leaves it open. */
  readonly behaviour?: ServicesBehaviour;
  /** Services of a caller's own, one factory each. */
  readonly services?: readonly LocalServiceFactory[];
  /** Runs the code of Function Apps; default a process for each. */
  readonly functionHost?: FunctionHost;
  /** Refuses resource types that are not played, as Azure refuses unknown ones; default they are kept as plain documents. */
  readonly strict?: boolean;
  /** Takes what happens, a line each. */
  readonly log?: (message: string) => void;
}

export interface LocalAzure {
  /** Environment variables for clients that deploy: proxy, CA, credentials of the deployer. */
  readonly environment: Readonly<Record<string, string>>;
  /** The part of `environment` that carries no credentials. */
  readonly networkEnvironment: Readonly<Record<string, string>>;
  readonly endpoints: {
    /** `http://127.0.0.1:{port}`, the CONNECT proxy. */
    readonly proxy: string;
    /** `https://127.0.0.1:{port}`, for clients that send Azure's host names by themselves. */
    readonly https: string;
    /** `http://127.0.0.1:{port}`, the control API. */
    readonly control: string;
    readonly certificateFile: string;
    readonly certificateBundleFile: string;
    readonly subscriptionId: string;
    readonly tenantId: string;
  };
  readonly context: LocalAzureContext;
  readonly directory: Directory;
  readonly entra: Entra;
  /** The control API, in this process. */
  readonly control: Control;
  /** The services, for looking inside. */
  readonly services: Services;
  /** Blobs of the storage accounts, without tokens. */
  readonly storage: Storage;
  /** Stops everything that was started; once closed it stays closed. */
  close(): Promise<void>;
}

/**
 * Starts local Azure in this process, on loopback only.
 * @throws Error naming port and option when a port is in use; whatever was started before is stopped again.
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const folder = options.stateDir ? resolve(options.stateDir) : mkdtempSync(join(tmpdir(), 'local-azure-'));
  mkdirSync(folder, { recursive: true });
  const undo: (() => void | Promise<void>)[] = [];
  if (!options.stateDir) undo.push(() => rmSync(folder, { recursive: true, force: true }));
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= unwind(undo));
  try {
    return await start(folder, options, undo, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  folder: string,
  options: LocalAzureOptions,
  undo: (() => void | Promise<void>)[],
  close: () => Promise<void>,
): Promise<LocalAzure> {
  const log = options.log ?? (() => undefined);
  const clock = options.clock ?? new ScaledClock(options.clockSpeed);
  const certificates = await CertificateAuthority.open(join(folder, 'certificates'));
  const tokens = await Tokens.open(join(folder, 'token-key.json'), clock);
  const directory = new Directory();
  const store = new ResourceStore();
  const activityLog: ActivityLogEntry[] = [];
  const inbox: DeliveredPush[] = [];

  const state = new KeptState(folder, { store, directory, activityLog, inbox });
  state.load();
  undo.push(() => state.save());

  const abort = new AbortController();
  const hosts: HostService[] = [];
  const front = new Front({
    certificates,
    hosts,
    httpsPort: options.ports?.https,
    proxyPort: options.ports?.proxy,
    passThrough: options.passThrough,
    now: () => clock.now(),
    log,
  });
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
    log,
  };

  const reachability = () => ({
    proxyUrl: front.proxyUrl,
    certificateFile: certificates.certificateFile,
    bundleFile: certificates.bundleFile,
  });
  const rbac = new Rbac(store);
  const arm = new Arm(context, tokens, rbac, directory, { strict: options.strict });
  const parts: ServiceParts = {
    context,
    tokens,
    rbac,
    directory,
    metrics: new Metrics(clock, store),
    folder,
    seed: options.seed ?? 1,
    resourceTypes: () => arm.resourceTypes(),
    networkEnvironment: () => networkEnvironment(reachability()),
  };
  const services = createServices(parts, options.functionHost ?? new LocalFunctionHost(), options.behaviour);
  const all: LocalService[] = [
    { hostServices: [arm], controlRoutes: coreControlRoutes(context) },
    ...services.all,
    ...(options.services ?? []).map((create) => create(parts)),
  ];
  const control = createControl([
    ...all.flatMap(({ controlRoutes = [] }) => controlRoutes),
    ...faultRoutes(all.flatMap(({ faults }) => faults ?? [])),
  ]);
  const controlServer = new ControlServer(control);
  for (const service of all) {
    arm.register(service);
    hosts.push(...(service.hostServices ?? []));
  }
  undo.push(async () => {
    for (const service of [...all].reverse()) await service.close?.();
  });
  undo.push(() => front.close());
  await front.listen();
  undo.push(() => controlServer.close());
  await controlServer.listen(options.ports?.control);
  undo.push(() => abort.abort());
  for (const service of all) await service.start?.();

  return {
    environment: deployerEnvironment(reachability()),
    networkEnvironment: networkEnvironment(reachability()),
    endpoints: {
      proxy: front.proxyUrl,
      https: front.httpsUrl,
      control: controlServer.url,
      certificateFile: certificates.certificateFile,
      certificateBundleFile: certificates.bundleFile,
      subscriptionId: SUBSCRIPTION_ID,
      tenantId: TENANT_ID,
    },
    context,
    directory,
    entra: services.entra,
    storage: services.storage,
    control,
    services,
    close,
  };
}

/** Undoes in reverse; what fails is reported once all the rest has been undone. */
async function unwind(undo: (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'local Azure did not close cleanly');
}

export { DEPLOYER, SUBSCRIPTION_ID, TENANT_ID };
export type { LocalAzureContext } from './core/context';
export type { LocalServiceFactory } from './core/service';
export { clientOptions } from './core/front/client-options';
