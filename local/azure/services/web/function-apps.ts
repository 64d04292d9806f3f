import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalAzureContext } from '../../core/context';
import type { Directory } from '../../core/access/directory';
import { deploymentStorageOf, siteUpdateStrategyOf } from './app-config';
import { FunctionAppInstance, FunctionAppInstances, type SiteUpdateStrategy } from './instances';
import { below, unpack } from './package';
import { DEPLOYMENT_STATUS, secretsOf, type Deployment } from './site-secrets';
import type { FunctionHost, RunningFunctionApp } from '../../../functions/function-host';
import type { Rbac } from '../../core/access/rbac';
import type { ResourceIdentity } from '../../core/arm/resource-identity';
import { STORAGE_ACCOUNT_TYPE, type Storage } from '../storage/data-plane';
import type { StoredResource } from '../../core/store';
import type { Tokens } from '../../core/access/tokens';

export const SITE_TYPE = 'Microsoft.Web/sites';
/** What Azure takes to show a function once the host has loaded it, in its own milliseconds. */
const INDEXING_MS = 1000;
/** The name under which Flex Consumption keeps the package in the app's container. */
const PACKAGE_BLOB = 'released-package.zip';
const BLOB_WRITE = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write';

interface IndexedFunctions {
  readonly functions: RunningFunctionApp['functions'];
  readonly indexedAt: number;
}

export interface FunctionAppsOptions {
  readonly context: LocalAzureContext;
  readonly host: FunctionHost;
  /** Where packages are unpacked. */
  readonly folder: string;
  readonly tokens: Tokens;
  readonly directory: Directory;
  readonly rbac: Rbac;
  readonly storage: Storage;
  /** How the apps' processes reach local Azure. */
  networkEnvironment(): Readonly<Record<string, string>>;
}

/** The Function Apps that have code: publishing, starting, stopping, and what they have loaded. */
export class FunctionApps {
  private readonly instances: FunctionAppInstances;
  /** What Azure shows of each app; it goes on showing it while the app restarts. */
  private readonly indexed = new Map<string, IndexedFunctions>();

  constructor(private readonly options: FunctionAppsOptions) {
    this.instances = new FunctionAppInstances(options.context, ({ siteId, packageFolder }) =>
      this.cleanUp(siteId, packageFolder),
    );
  }

  byName(name: string): StoredResource | undefined {
    return this.options.context.store
      .list({ type: SITE_TYPE })
      .find((site) => site.name.toLowerCase() === name.toLowerCase());
  }

  /** Takes a package; what becomes of it is told by the site's deployment. */
  publish(site: StoredResource, zip: Buffer): Deployment {
    const { context } = this.options;
    const id = randomUUID();
    const deployment: Deployment = {
      id,
      status: DEPLOYMENT_STATUS.deploying,
      statusText: '',
      receivedTime: new Date(context.clock.now()).toISOString(),
    };
    secretsOf(site).deployment = deployment;
    context.store.put(site);
    const settle = (status: Deployment['status'], text: string) => {
      const endTime = new Date(context.clock.now()).toISOString();
      Object.assign(deployment, { status, statusText: text, endTime });
      const kept = context.store.get(site.id);
      if (kept) context.store.put(kept);
    };
    const strategy = siteUpdateStrategyOf(site);
    void this.instances.inTurn(site.id, async () => {
      try {
        await this.release(site, zip);
        unpack(zip, this.folderOf(join(site.name, id)));
        await this.replace(site.id, strategy, join(site.name, id));
        settle(DEPLOYMENT_STATUS.success, '');
      } catch (error) {
        context.log(`deployment of ${site.name} failed: ${(error as Error).message}`);
        settle(DEPLOYMENT_STATUS.failed, (error as Error).message);
      }
    });
    return deployment;
  }

  /** Starts the apps that had code before local Azure was stopped. */
  async resume(): Promise<void> {
    for (const site of this.options.context.store.list({ type: SITE_TYPE })) this.restart(site);
    await this.instances.settled();
  }

  /**
   * Runs the app with its settings as they are now, if it has code.
   *
   * @param before the site as it was: a change of its strategy is made by the strategy that it had (same page as
   * {@link SiteUpdateStrategy})
   */
  restart(site: StoredResource, before = site): void {
    if (!secretsOf(site).packageFolder) return;
    const strategy = siteUpdateStrategyOf(before);
    void this.instances.inTurn(site.id, () =>
      this.instances.update(site.id, strategy, () => this.start(site.id)),
    );
  }

  async removed(site: StoredResource): Promise<void> {
    await this.instances.inTurn(site.id, () => this.instances.stop(site.id));
    this.indexed.delete(site.id.toLowerCase());
    rmSync(this.folderOf(site.name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.instances.close();
  }

  /** Has the running app do something; undefined when it has no code. */
  use<T>(site: StoredResource, work: (app: RunningFunctionApp) => Promise<T>): Promise<T | undefined> {
    return this.instances.use(site.id, work);
  }

  /** The functions that Azure shows by now. */
  functions(siteId: string): RunningFunctionApp['functions'] {
    const app = this.indexed.get(siteId.toLowerCase());
    return app && app.indexedAt <= this.options.context.clock.now() ? app.functions : [];
  }

  /** @param resourceId `{site}/functions/{name}` */
  functionExists(resourceId: string): boolean {
    return this.functionOf(resourceId) !== undefined;
  }

  /** The webhook by which Event Grid calls a function, with its key. */
  functionUrl(resourceId: string): string | undefined {
    const found = this.functionOf(resourceId);
    if (!found) return undefined;
    const query = new URLSearchParams({ functionName: found.name, code: secretsOf(found.site).eventGridKey });
    return `https://${found.site.name}.azurewebsites.net/runtime/webhooks/eventgrid?${query.toString()}`;
  }

  private functionOf(resourceId: string): { site: StoredResource; name: string } | undefined {
    const [, siteId, name] = /^(.+)\/functions\/([^/]+)$/i.exec(resourceId) ?? [];
    const site = siteId ? this.options.context.store.get(siteId) : undefined;
    if (!site) return undefined;
    const found = this.functions(site.id).find((f) => f.name.toLowerCase() === name!.toLowerCase());
    return found && { site, name: found.name };
  }

  /** Runs another package; when it does not start, the one before goes on. */
  private async replace(siteId: string, strategy: SiteUpdateStrategy, packageFolder: string): Promise<void> {
    const { store } = this.options.context;
    const before = store.get(siteId) && secretsOf(store.get(siteId)!).packageFolder;
    const use = (folder: string | undefined) => {
      const site = store.get(siteId);
      if (site) secretsOf(site).packageFolder = folder;
    };
    use(packageFolder);
    try {
      await this.instances.update(siteId, strategy, () => this.start(siteId));
      if (before) this.cleanUp(siteId, before);
    } catch (error) {
      use(before);
      this.cleanUp(siteId, packageFolder);
      if (strategy === 'Recreate') await this.instances.update(siteId, strategy, () => this.start(siteId));
      throw error;
    }
  }

  /** Removes a package that its app does not use any more. */
  private cleanUp(siteId: string, packageFolder: string): void {
    const site = this.options.context.store.get(siteId);
    if (site && secretsOf(site).packageFolder === packageFolder) return;
    if (this.instances.run(packageFolder)) return;
    rmSync(this.folderOf(packageFolder), { recursive: true, force: true });
  }

  /** @throws Error for a path out of the folder of all packages, which only what was loaded can name */
  private folderOf(path: string): string {
    const folder = below(this.options.folder, path);
    if (folder === undefined) throw new Error(`the package '${path}' is outside of ${this.options.folder}`);
    return folder;
  }

  private async start(siteId: string): Promise<FunctionAppInstance | undefined> {
    const { context, host } = this.options;
    const site = context.store.get(siteId);
    const { appSettings = {}, packageFolder } = site ? secretsOf(site) : {};
    if (!site || !packageFolder || context.closing.aborted) return undefined;
    const app = await host.start({
      siteId: site.id,
      folder: this.folderOf(packageFolder),
      settings: appSettings,
      identity: this.identityOf(site),
      environment: this.options.networkEnvironment(),
      log: (line) => context.log(`${site.name}: ${line}`),
    });
    const key = siteId.toLowerCase();
    const known = this.indexed.get(key);
    const unchanged = known && JSON.stringify(known.functions) === JSON.stringify(app.functions);
    if (!unchanged) {
      this.indexed.set(key, { functions: app.functions, indexedAt: context.clock.now() + INDEXING_MS });
    }
    return new FunctionAppInstance(site.id, app, packageFolder);
  }

  private identityOf(site: StoredResource) {
    const identity = site.identity as ResourceIdentity | undefined;
    if (!identity || identity.type === 'None') return undefined;
    return {
      token: async (resource: string, clientId: string | undefined) => {
        const principal = this.principalOf(site, clientId);
        if (!principal) throw new Error(`${site.name} has no identity with client id ${clientId}`);
        const { token, expiresIn } = await this.options.tokens.issue({
          ...principal,
          audience: resource,
          claims: { xms_mirid: site.id },
        });
        return { accessToken: token, expiresOn: Math.floor(Date.now() / 1000) + expiresIn };
      },
    };
  }

  private principalOf(site: StoredResource, clientId: string | undefined) {
    const identity = site.identity as ResourceIdentity | undefined;
    if (clientId === undefined) return this.options.directory.get(identity?.principalId ?? '');
    const assigned = Object.values(identity?.userAssignedIdentities ?? {});
    const found = assigned.find((user) => user.clientId?.toLowerCase() === clientId.toLowerCase());
    return found && this.options.directory.get(found.principalId ?? '');
  }

  /** Puts the package into the container that the app is configured with, by the identity it is to use there. */
  private async release(site: StoredResource, zip: Buffer): Promise<void> {
    const { context, rbac, storage } = this.options;
    const target = deploymentStorageOf(site);
    if (!target) return;
    const [, name, container] =
      /^https:\/\/([a-z0-9]+)\.blob\.core\.windows\.net\/([^/]+)/.exec(target.value) ?? [];
    const account = context.store
      .list({ type: STORAGE_ACCOUNT_TYPE })
      .find((candidate) => candidate.name === name);
    if (!account || !container) throw new Error(`the deployment storage ${target.value} was not found`);
    if (target.identityId !== undefined) {
      const principalId = this.deploymentPrincipal(site, target.identityId);
      const scope = `${account.id}/blobServices/default/containers/${container}`;
      if (!principalId || !rbac.allowsDataAction(principalId, BLOB_WRITE, scope)) {
        throw new Error(
          `the identity of ${site.name} may not write to ${target.value}; assign it 'Storage Blob Data Owner'`,
        );
      }
    }
    await storage.writeBlob(account.id, container, PACKAGE_BLOB, zip);
  }

  private deploymentPrincipal(site: StoredResource, identityId: string): string | undefined {
    if (identityId === '') return (site.identity as ResourceIdentity | undefined)?.principalId;
    const identity = this.options.context.store.get(identityId);
    return identity && String(identity.properties.principalId);
  }
}
