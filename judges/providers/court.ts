import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';
import { clientOptions, DEPLOYER, SUBSCRIPTION_ID, TENANT_ID } from '../../local/azure';
import {
  Deployment,
  synthesizedFile,
  terraformSettings,
  type StateResource,
} from '../../testing/local/deployment';
import { startLocalCloud, type LocalCloud } from '../../testing/local/local-cloud';
import { credentialVariables, makePushCredentials } from '../../testing/local/push-credentials';

export interface CourtOptions {
  readonly providers: 'real' | 'stand-in';
  /** Which azurerm the stack asks for: a constraint of Terraform. @default - as the library asks */
  readonly azurerm?: string;
  readonly signal: AbortSignal;
  /** Takes each line that cdktf and Terraform print. */
  readonly onLine?: (line: string) => void;
}

/** What the acts of a trial work with: local Azure, the stack in it, and a client that changes Azure by hand. */
export class Court {
  /** Asks Azure Resource Manager as a person in the portal would. */
  readonly client: ResourceManagementClient;
  private changes: Record<string, unknown> = {};
  private variables: Record<string, string> = {};

  private constructor(
    readonly cloud: LocalCloud,
    private readonly folder: string,
    private readonly base: Deployment,
  ) {
    const options = clientOptions(cloud.azure.endpoints);
    const credential = new ClientSecretCredential(
      TENANT_ID,
      DEPLOYER.clientId,
      DEPLOYER.clientSecret,
      options,
    );
    this.client = new ResourceManagementClient(credential, SUBSCRIPTION_ID, options);
  }

  static async open({ providers, azurerm, signal, onLine }: CourtOptions): Promise<Court> {
    const folder = mkdtempSync(join(tmpdir(), 'judge-'));
    try {
      const cloud = await startLocalCloud({ providers });
      const place = { stack: 'local', folder: join(folder, 'deployment') };
      const deployment = new Deployment({
        ...place,
        environment: {
          ...cloud.environmentFor(synthesizedFile(place)),
          ...(providers === 'real' && terraformSettings()),
          ...credentialVariables(await makePushCredentials()),
          ...(azurerm !== undefined && { AZURERM_VERSION: azurerm }),
          // What is proved here is what providers do; that a link works is proved by `npm start`.
          ACS_PUSH_VERIFY_LEVEL: 'config',
        },
        app: 'node scripts/synth.cjs judges/app.ts',
        direct: true,
        signal,
        onLine,
      });
      return new Court(cloud, folder, deployment);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The stack as it stands after what has been changed in it so far. */
  get deployment(): Deployment {
    return this.base.with({ ...this.variables, ENVIRONMENT_CHANGES: JSON.stringify(this.changes) });
  }

  /** Changes the stack from here on: properties of its environment, variables of Terraform. */
  change(changes: Record<string, unknown>, variables: Record<string, string> = {}): void {
    this.changes = { ...this.changes, ...changes };
    this.variables = { ...this.variables, ...variables };
  }

  async output(name: string): Promise<string> {
    const value = (await this.deployment.outputs())[name];
    if (typeof value === 'string') return value;
    throw new Error(`the stack has no output '${name}'`);
  }

  /** The one resource in state whose address looks so. @throws Error when there is none or more */
  async resource(address: RegExp): Promise<StateResource> {
    const { resources } = await this.deployment.showState();
    const found = resources.filter((each) => each.mode === 'managed' && address.test(each.address));
    if (found.length === 1) return found[0]!;
    throw new Error(`expected one resource of address ${address.source}, got ${found.length}`);
  }

  /** Stops everything that was started. */
  async close(): Promise<void> {
    await this.base.idle();
    await this.cloud.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
