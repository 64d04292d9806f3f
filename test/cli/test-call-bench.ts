import { progressTo } from '../support/progress-told';
import type { TokenCredential } from '@azure/identity';
import { CallAutomation } from '../../cli/call-automation';
import { testCallBy } from '../../cli/commands/test-call';
import { verifyBy } from '../../cli/commands/verify';
import type { Io } from '../../cli/io';
import { redact } from '../../cli/redact';
import { runCommand } from '../../cli/run';
import type { CallPlacer, TestCallReport } from '../../link';
import { clientOptions, DEPLOYER } from '../../local/azure';
import { LinkedApp, type Principal } from '../link/support/linked-app';
import { arm } from '../../local/test/support/clients';
import { ids, type Outcome } from './support';

export const CALLBACK = 'https://nobody.example/calls';

export interface Setting {
  readonly principal?: Principal;
  readonly calls?: CallPlacer;
  readonly io?: Partial<Io>;
}

export interface Told {
  readonly code: number;
  readonly err: string;
  readonly report: TestCallReport;
}

/** The command in this process, in front of a linked app whose users can be called by the real SDK. */
export class TestCallBench {
  private users = 0;

  private constructor(
    readonly app: LinkedApp,
    /** The resource's part of the raw ids of its users. */
    private readonly owner: string,
  ) {}

  static async start(): Promise<TestCallBench> {
    const app = await LinkedApp.start();
    const { json } = await arm(app.azure, 'GET', app.acs, '2025-05-01');
    return new TestCallBench(app, json.properties.immutableResourceId);
  }

  close(): Promise<void> {
    return this.app.close();
  }

  newUser(): string {
    return `8:acs:${this.owner}_${String(++this.users).padStart(8, '0')}-user`;
  }

  /** A device of a new user, or of a given one; answers both. */
  registered(platform: 'apns' | 'fcmv1' = 'apns', { ttlSeconds, rawId = this.newUser() }: Registration = {}) {
    const handle = `${platform}-of-${rawId.slice(-13)}`;
    this.app.services.communication.registerDevice({
      acsId: this.app.acs,
      rawId,
      platform,
      handle,
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    });
    return { rawId, handle };
  }

  /** How often a device was rung, or all of them; a push that takes a ring away is none. */
  rung(handle?: string): number {
    return this.app.azure.context.inbox.filter(
      (push) =>
        (handle === undefined || push.handle === handle) &&
        !JSON.stringify(push.payload).includes('stopRinging'),
    ).length;
  }

  placer(principal: Principal = DEPLOYER): CallPlacer {
    const { azure } = this.app;
    const credential: TokenCredential = {
      getToken: async () => {
        const audience = 'https://communication.azure.com';
        const { token } = await azure.entra.issueToken({ ...principal, audience });
        return { token, expiresOnTimestamp: Date.now() + 1_000 };
      },
    };
    return new CallAutomation(credential, clientOptions(azure.endpoints));
  }

  /** A placer that does something more once a call was placed. */
  placerThat(then: () => Promise<void>): CallPlacer {
    return {
      place: async (order) => {
        const ringing = await this.placer().place(order);
        await then();
        return ringing;
      },
    };
  }

  run(words: readonly string[], setting: Setting = {}): Promise<Outcome> {
    return this.command(['test-call', ...words], setting);
  }

  /** `acs-push verify` of the app's link by a call to that user. */
  verify(user: string, options: readonly string[] = [], setting: Setting = {}): Promise<Outcome> {
    const words = ['verify', ...ids(this.app), '--level', 'live', '--call', user, '--callback', CALLBACK];
    return this.command([...words, ...options], setting);
  }

  private async command(
    words: readonly string[],
    { principal, calls = this.placer(principal), io = {} }: Setting,
  ): Promise<Outcome> {
    const { app } = this;
    let out = '';
    let err = '';
    const code = await runCommand([testCallBy(() => calls), verifyBy(() => calls)], words, {
      out: (text) => (out += redact(text)),
      err: (text) => (err += redact(text)),
      environment: process.env,
      folder: process.cwd(),
      progress: progressTo((text) => (err += redact(text))),
      signal: new AbortController().signal,
      connect: () => ({ azure: app.reader(principal), hub: app.hubClient(), clock: app.clock }),
      ...io,
    });
    return { code, out, err };
  }

  async call(user: string, options: readonly string[] = [], setting: Setting = {}): Promise<Told> {
    const words = ['--communication-service', this.app.acs, '--user', user, '--callback', CALLBACK, '--json'];
    const { code, out, err } = await this.run([...words, ...options], setting);
    return { code, err, report: JSON.parse(out) as TestCallReport };
  }

  /** Somebody else who signs in, with built-in roles on scopes. */
  withRoles(...roles: readonly (readonly [roleId: string, scope: string])[]): Principal {
    const principal = this.app.azure.directory.addServicePrincipal('somebody', 'secret');
    for (const [roleId, scope] of roles) {
      this.app.azure.context.store.put({
        id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${principal.objectId}`,
        name: principal.objectId,
        type: 'Microsoft.Authorization/roleAssignments',
        properties: {
          principalId: principal.objectId,
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
          scope,
        },
      });
    }
    return principal;
  }
}

interface Registration {
  readonly ttlSeconds?: number;
  readonly rawId?: string;
}
