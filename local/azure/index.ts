import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalFunctionHost } from '../functions';
import { Arm } from './core/arm/arm';
import { Azurite } from './services/storage/azurite';
import { CallAutomation } from './services/communication/call-automation';
import { CertificateAuthority } from './core/front/certificates';
import { ClientAssertions } from './services/entra/client-assertions';
import { ScaledClock, type Clock } from './core/clock';
import type { ActivityLogEntry, DeliveredPush, LocalAzureContext } from './core/context';
import { ControlServer } from '../control/server';
import { routed } from '../control/routed';
import { faultRoutes } from './core/faults/control-routes';
import { RequestFaults } from './core/faults/request-faults';
import { CustomMetrics } from './services/monitor/custom-metrics';
import { Directory } from './core/access/directory';
import { Entra } from './services/entra/entra';
import { deployerEnvironment, networkEnvironment } from './core/front/environment';
import { Front } from './core/front/front';
import { FunctionAppSites } from './services/web/sites';
import { FunctionApps } from './services/web/function-apps';
import type { FunctionHost } from '../functions/function-host';
import type { HostService } from './core/http';
import { DEPLOYER, SUBSCRIPTION_ID, TENANT_ID } from './core/identity';
import { KeyVaultSecrets } from './services/key-vault/secrets';
import { Outgoing } from './core/front/outgoing';
import { Rbac } from './core/access/rbac';
import { authorizationProvider } from './services/authorization/resource-types';
import { insightsProvider } from './services/monitor/resource-types';
import { keyVaultProvider } from './services/key-vault/resource-types';
import { managedIdentityProvider } from './services/managed-identity/resource-types';
import { operationalInsightsProvider } from './services/log-analytics/resource-types';
import { privateEndpointsProvider } from './services/network/private-endpoints';
import { resourcesProvider } from './services/resources/resource-types';
import { accountKeys, storageProvider } from './services/storage/resource-types';
import { webProvider } from './services/web/resource-types';
import { Scm } from './services/web/scm';
import type { LocalService, LocalServiceFactory } from './core/service';
import { createServices, type Services, type ServicesOptions } from './services';
import { KeptState } from './core/state';
import { Storage } from './services/storage/data-plane';
import { ResourceStore } from './core/store';
import { Tokens } from './core/access/tokens';

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
  /** How Communication, Notification Hubs, Event Grid and Monitor behave where Azure leaves it open. */
  readonly behaviour?: Partial<ServicesOptions>;
  /** Services of a caller's own, one factory each. */
  readonly services?: readonly LocalServiceFactory[];
  /** Runs the code of Function Apps; default a process for each. */
  readonly functionHost?: FunctionHost;
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
  /** Communication, Notification Hubs, Event Grid and Monitor, for looking inside. */
  readonly services: Services;
  /** Blobs of the storage accounts, without tokens. */
  readonly storage: Storage;
  /** Orders faults for requests of any host, and tells which came. */
  readonly faults: RequestFaults;
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
  const faults: RequestFaults = new RequestFaults({
    clock,
    closing: abort.signal,
    dispatch: (request) => front.serve(request),
    log,
  });
  const front: Front = new Front({
    certificates,
    hosts,
    httpsPort: options.ports?.https,
    proxyPort: options.ports?.proxy,
    passThrough: options.passThrough,
    now: () => clock.now(),
    faults,
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
    putMessage: (message) => storage.putMessage(message),
    writeBlob: (account, container, name, content) => storage.writeBlob(account, container, name, content),
    log,
  };

  const reachability = () => ({
    proxyUrl: front.proxyUrl,
    certificateFile: certificates.certificateFile,
    bundleFile: certificates.bundleFile,
  });
  const rbac = new Rbac(store);
  const entra = new Entra(tokens, directory, new ClientAssertions((request) => outgoing.fetch(request)));
  const azurite = new Azurite(join(folder, 'azurite'), () => accountKeys(context), log);
  const storage = new Storage(store, azurite, tokens, rbac);
  const apps = new FunctionApps({
    context,
    host: options.functionHost ?? new LocalFunctionHost(),
    folder: join(folder, 'sites'),
    tokens,
    directory,
    rbac,
    storage,
    networkEnvironment: () => networkEnvironment(reachability()),
  });
  const arm = new Arm(context, tokens, rbac, directory);
  const services = createServices(context, {
    functionExists: (id) => apps.functionExists(id),
    functionUrl: (id) => apps.functionUrl(id),
    ...options.behaviour,
  });
  const control = new ControlServer(routed(services.control, faultRoutes(faults)));
  const all: LocalService[] = [
    {
      hostServices: [
        entra,
        arm,
        storage,
        new Scm(apps, tokens, rbac),
        new FunctionAppSites(apps),
        new KeyVaultSecrets(context, tokens, rbac),
        new CustomMetrics(context, tokens, rbac),
        new CallAutomation(context, services.communication, tokens, rbac),
      ],
    },
    resourcesProvider(context, () => arm.resourceTypes()),
    managedIdentityProvider(directory),
    authorizationProvider(context, directory),
    storageProvider(context, azurite),
    webProvider(context, apps),
    operationalInsightsProvider(),
    insightsProvider(context),
    keyVaultProvider(context),
    privateEndpointsProvider(context),
    services,
    ...(options.services ?? []).map((create) => create(context)),
  ];
  for (const service of all) {
    arm.register(service);
    hosts.push(...(service.hostServices ?? []));
  }
  undo.push(async () => {
    for (const service of [...all].reverse()) await service.close?.();
  });
  undo.push(() => front.close());
  await front.listen();
  undo.push(() => control.close());
  await control.listen(options.ports?.control);
  undo.push(() => abort.abort());
  for (const service of all) await service.start?.();

  return {
    environment: deployerEnvironment(reachability()),
    networkEnvironment: networkEnvironment(reachability()),
    endpoints: {
      proxy: front.proxyUrl,
      https: front.httpsUrl,
      control: control.url,
      certificateFile: certificates.certificateFile,
      certificateBundleFile: certificates.bundleFile,
      subscriptionId: SUBSCRIPTION_ID,
      tenantId: TENANT_ID,
    },
    context,
    directory,
    entra,
    storage,
    services,
    faults,
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
