import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readLink } from '../../link/read-link';
import type { StoredResource } from '../../local/azure/core/store';
import { Deployment, synthesizedFile } from '../../testing/local/deployment';
import { startLocalCloud, type LocalCloud } from '../../testing/local/local-cloud';
import { credentialVariables, makePushCredentials } from '../../testing/local/push-credentials';
import { ForwardClock } from '../../local/azure/core/forward-clock';
import { InstalledPackage, synthesize } from './installed';

/** Long enough for a busy machine; nothing is asserted about time. */
export const TIMEOUT_MS = 900_000;

/** A stack of a project that has the package installed. */
export interface PackagedStack {
  readonly stack: string;
  /** Folder of the project. */
  readonly project: string;
  /** Variables beside those of every stack. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Local Azure, and stacks written with the package as it is packed and installed, deployed into it. */
export class PackageBench {
  /** What became of each stack that `deployAll` was given. */
  private readonly deployed = new Map<string, Promise<Deployment>>();

  private readonly synthesized = new Map<string, Promise<void>>();

  private constructor(
    readonly folder: string,
    readonly installed: InstalledPackage,
    readonly cloud: LocalCloud,
    /** Local Azure's. */
    readonly clock: ForwardClock,
    /** Local Azure's, and those that hold the credentials of push services. */
    readonly variables: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<PackageBench> {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    const installed = InstalledPackage.in(join(folder, 'projects'));
    const clock = new ForwardClock();
    const cloud = await startLocalCloud({ providers: 'stand-in', clock });
    const credentials = credentialVariables(await makePushCredentials());
    return new PackageBench(folder, installed, cloud, clock, { ...cloud.environment, ...credentials });
  }

  async close(): Promise<void> {
    await this.settled();
    await this.cloud.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Two lanes at a time, each list of stacks after the one before it; a list's stacks one after the other. */
  deployAll(lists: readonly (readonly PackagedStack[])[]): void {
    const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
    lists.forEach((stacks, at) => {
      for (const one of stacks) {
        const deploying = lanes[at % lanes.length]!.then(() => this.deploy(one));
        this.deployed.set(one.stack, deploying);
        lanes[at % lanes.length] = deploying.catch(() => undefined);
      }
    });
  }

  /** A stack of `deployAll`, once it is deployed. @throws DeploymentError */
  async whenDeployed(stack: string): Promise<Deployment> {
    const deploying = this.deployed.get(stack);
    if (!deploying) throw new Error(`${stack} is not among ${[...this.deployed.keys()].join(', ')}`);
    return deploying;
  }

  /** When no stack of `deployAll` is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.deployed.values());
  }

  /** Synthesized, with its whole project, and initialized, so that it can be planned. */
  async prepared(one: PackagedStack): Promise<Deployment> {
    const deployment = this.deploymentOf(one);
    const synthesis =
      this.synthesized.get(one.project) ??
      synthesize(one.project, deployment.output, {
        ...this.variables,
        ...one.environment,
        ACS_PUSH_STATE_DIR: this.stateFolder,
      });
    this.synthesized.set(one.project, synthesis);
    await synthesis;
    await deployment.terraform(['init', '-input=false', '-no-color']);
    return deployment;
  }

  /** Where stacks keep their state that ask for it in ACS_PUSH_STATE_DIR. */
  get stateFolder(): string {
    return join(this.folder, 'state');
  }

  deploymentOf({ stack, project, environment }: PackagedStack): Deployment {
    const folder = join(this.folder, 'deployments', basename(project));
    return new Deployment({
      stack,
      project,
      folder,
      environment: {
        ...this.variables,
        ...this.cloud.environmentFor(synthesizedFile({ folder, stack })),
        ...environment,
        ACS_PUSH_STATE_DIR: this.stateFolder,
      },
    });
  }

  /** Initialized, planned, applied and planned again: the second plan changes nothing. */
  private async deploy(one: PackagedStack): Promise<Deployment> {
    const deployment = await this.prepared(one);
    await deployment.apply(await deployment.plan());
    expect((await deployment.plan()).text).toContain('No changes.');
    return deployment;
  }

  /** What local Azure has of that type in a resource group. */
  inGroup(group: string, type: string): StoredResource[] {
    return this.cloud.azure.context.store.list({ type }).filter(({ id }) => id.includes(`/${group}/`));
  }

  only(group: string, type: string): StoredResource {
    const found = this.inGroup(group, type);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  /** Which hub the group's Communication Services resource is linked to, as Azure says. */
  async linkedHub(group: string): Promise<string | undefined> {
    const service = this.only(group, 'Microsoft.Communication/communicationServices');
    return (await readLink(this.cloud.reader, service.id))?.notificationHubId;
  }
}
