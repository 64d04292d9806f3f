import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Endpoints } from '../api';
import { AccessToken } from '../control/access-token';
import type { Control } from '../control/control';
import { ControlServer } from '../control/server';
import { toolRoutes } from '../control/tool-routes';
import { version } from '../package.json';
import { Projector } from '../page/projector';
import { sectionsOf } from '../page/sections';
import { PageServer } from '../page/server';
import { requestFaultRoutes } from './core/faults/control-routes';
import { RequestFaults } from './core/faults/request-faults';
import type { Directory } from './core/access/directory';
import { Tokens } from './core/access/tokens';
import type { LocalAzureContext } from './core/context';
import { lockFolder } from './core/folder-lock';
import { ForwardClock } from './core/forward-clock';
import { CertificateAuthority } from './core/front/certificates';
import { deployerEnvironment, networkEnvironment } from './core/front/environment';
import { Front } from './core/front/front';
import { sameId } from './core/arm/resource-id';
import { ArmError, type HostService } from './core/http';
import { DEPLOYER, SUBSCRIPTION_ID, TENANT_ID } from './core/identity';
import { readSnapshot, snapshotSchema, type Snapshot } from './core/snapshot';
import { prepareKeptState } from './core/state';
import type { LocalAzureOptions } from './options';
import type { Services } from './services';
import type { Entra } from './services/entra/data-plane';
import type { Storage } from './services/storage/data-plane';
import { createWorld, reachability, type Base } from './world';

export interface LocalAzure {
  /** Environment variables for clients that deploy: proxy, CA, credentials of the deployer. */
  readonly environment: Readonly<Record<string, string>>;
  /** The part of `environment` that carries no credentials. */
  readonly networkEnvironment: Readonly<Record<string, string>>;
  readonly endpoints: Endpoints;
  readonly context: LocalAzureContext;
  readonly directory: Directory;
  readonly entra: Entra;
  /** The control API, in this process. */
  readonly control: Control;
  /** The services, for looking inside. */
  readonly services: Services;
  /** Blobs of the storage accounts, without tokens. */
  readonly storage: Storage;
  /** Orders faults for requests of any host, and tells which came. */
  readonly faults: RequestFaults;
  /** All that is kept, as one document. Storage is not to be had while it is taken: requests wait. */
  snapshot(): Promise<Snapshot>;
  /**
   * Ends what is going on, and starts again empty, or with what a snapshot holds: resources, principals, the activity
   * log, the inbox, devices, storage, Function Apps, faults on order and the clock. Addresses, certificates and tokens of
   * the deployer stay; `context`, `services` and their like are others afterwards.
   * @throws RangeError saying where the snapshot is wrong; everything is as it was then
   */
  reset(snapshot?: Snapshot): Promise<void>;
  /** Stops everything that was started; once closed it stays closed. */
  close(): Promise<void>;
}

/**
 * Starts local Azure in this process, on loopback only.
 * @throws Error naming port and option when a port is in use, or the process that has the folder; whatever was started before is stopped again.
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const folder = options.stateDir ? resolve(options.stateDir) : mkdtempSync(join(tmpdir(), 'local-azure-'));
  const undo: (() => void | Promise<void>)[] = [];
  undo.push(options.stateDir ? lockFolder(folder) : () => rmSync(folder, { recursive: true, force: true }));
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
  const clock = options.clock ?? new ForwardClock(options.clockSpeed);
  const certificates = await CertificateAuthority.open(join(folder, 'certificates'));
  const tokens = await Tokens.open(join(folder, 'token-key.json'), clock);
  if (options.snapshot) prepareKeptState(folder, readSnapshot(options.snapshot, snapshotSchema))();

  let replacing = false;
  const serviceFor = (host: string): HostService | undefined => {
    const { hosts, state } = world;
    const service = hosts.find((one) => one.answersFor(host));
    return (
      service && {
        answersFor: (other) => service.answersFor(other),
        bodyLimit: service.bodyLimit,
        handle: async (request) => {
          if (replacing)
            throw new ArmError(503, 'ServerBusy', 'local Azure is being emptied', { 'retry-after': '1' });
          const answer = await service.handle(request);
          state.settle();
          return answer;
        },
      }
    );
  };
  const ending = new AbortController();
  const faults: RequestFaults = new RequestFaults({
    clock,
    closing: ending.signal,
    dispatch: (request) => front.serve(request),
    log,
  });
  const front: Front = new Front({
    certificates,
    serviceFor,
    httpsPort: options.ports?.https,
    proxyPort: options.ports?.proxy,
    passThrough: options.passThrough,
    now: () => clock.now(),
    faults,
    log,
  });
  const control: Control = async (method, path, body) => {
    const current = world;
    const answer = await current.controlApi.control(method, path, body);
    current.state.settle();
    if (method.toUpperCase() !== 'GET') changed();
    return answer;
  };
  const token = new AccessToken();
  const projector: Projector = new Projector(
    sectionsOf({
      get about() {
        return {
          version,
          environment: options.environmentName,
          control: controlServer.url,
          seed: options.seed ?? 1,
        };
      },
      clock,
      get context() {
        return world.context;
      },
      get services() {
        return world.services;
      },
      plays: (type) => world.resourceTypes().some((one) => sameId(one.type, type)),
    }),
    log,
  );
  const changed = () => projector.changed();
  const controlServer: ControlServer = new ControlServer(
    {
      control,
      bodyLimit: (method, path) => world.controlApi.bodyLimit(method, path),
      needsToken: (method, path) => world.controlApi.needsToken(method, path),
    },
    token,
    new PageServer(projector),
  );
  const base: Base = {
    folder,
    options,
    clock,
    certificates,
    tokens,
    front,
    changed,
    log,
    controlRoutes: [
      ...requestFaultRoutes(faults),
      ...toolRoutes({
        clock,
        describe: () => ({
          seed: options.seed ?? 1,
          endpoints: azure.endpoints,
          environment: { ...azure.environment, ...options.environmentBeside?.() },
        }),
        snapshot: () => azure.snapshot(),
        reset: (snapshot) => azure.reset(snapshot),
      }),
    ],
  };
  let world = createWorld(base);
  undo.push(() => world.close());
  undo.push(() => front.close());
  await front.listen();
  undo.push(() => controlServer.close());
  await controlServer.listen(options.ports?.control);
  undo.push(() => {
    ending.abort();
    world.abort();
  });
  await world.start();

  /** One at a time, and none beside the closing. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(() => {
      if (ending.signal.aborted) throw new Error('local Azure is closed');
      return work();
    });
    turn = next.catch(() => undefined);
    return next;
  };
  undo.push(async () => void (await turn));
  const replace = async (snapshot: Snapshot | undefined) => {
    const put = prepareKeptState(folder, snapshot);
    replacing = true;
    world.abort();
    await world.close();
    put();
    faults.clear();
    clock.reset?.();
    world = createWorld(base);
    replacing = false;
    changed();
    await world.start();
  };
  const azure: LocalAzure = {
    environment: { ...deployerEnvironment(reachability(base)), ACS_PUSH_LOCAL_TOKEN: token.text },
    networkEnvironment: networkEnvironment(reachability(base)),
    endpoints: {
      proxy: front.proxyUrl,
      https: front.httpsUrl,
      control: controlServer.url,
      controlToken: token.text,
      page: `${controlServer.url}/#token=${token.text}`,
      certificateFile: certificates.certificateFile,
      certificateBundleFile: certificates.bundleFile,
      subscriptionId: SUBSCRIPTION_ID,
      tenantId: TENANT_ID,
    },
    get context() {
      return world.context;
    },
    get directory() {
      return world.directory;
    },
    get entra() {
      return world.services.entra;
    },
    get storage() {
      return world.services.storage;
    },
    get services() {
      return world.services;
    },
    control,
    snapshot: () => inTurn(() => world.snapshot()),
    reset: async (snapshot) => {
      const read = snapshot && readSnapshot(snapshot, snapshotSchema);
      await inTurn(() => replace(read));
    },
    faults,
    close,
  };
  return azure;
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

export type { LocalAzureOptions } from './options';
export type { Snapshot } from './core/snapshot';
export { DEPLOYER, SUBSCRIPTION_ID, TENANT_ID };
export type { LocalAzureContext } from './core/context';
export type { LocalServiceFactory } from './core/service';
export { clientOptions } from './core/front/client-options';
