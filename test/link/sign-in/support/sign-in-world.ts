import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { startLocalAzure, TENANT_ID, type LocalAzure } from '../../../../local/azure';
import type { Principal } from '../../../../local/azure/core/access/directory';
import { IdentityEndpoint } from '../../../../local/functions/identity-endpoint';
import { credentialFrom } from '../../../../link/credential';
import type { SignInOptions } from '../../../../link/sign-in';
import { ensureAssets } from '../../../support/assets';
import { CONNECTION, Endpoints } from './endpoints';

export const SECRET = 'secret-of-the-application';
export const CERTIFICATES = join(__dirname, '..', 'certificates');
export const PFX_PASSWORD = 'of-the-tests';

/** Variables that decide how somebody signs in; those of the machine that runs the tests must not. */
const DECIDING = /^(ARM_|AZURE_|ACTIONS_ID_|SYSTEM_|IDENTITY_|MSI_)/;

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Local Azure with an application that has every kind of credential, two managed identities, and a pretend `az`. */
export class SignInWorld {
  private readonly saved = { ...process.env };

  private constructor(
    readonly azure: LocalAzure,
    readonly endpoints: Endpoints,
    readonly folder: string,
    readonly application: Principal,
    readonly identities: readonly [Principal, Principal],
    private readonly appService: { environment: Record<string, string>; stop(): Promise<void> },
  ) {}

  static async start(): Promise<SignInWorld> {
    const azure = await startLocalAzure();
    const endpoints = await Endpoints.start(azure);
    const trusted = ['token', 'github', `connection:${CONNECTION}`].map((subject) => ({
      issuer: endpoints.url,
      subject,
      audience: 'api://AzureADTokenExchange',
    }));
    const application = azure.directory.addServicePrincipal('deployer of the tests', {
      clientSecret: SECRET,
      certificates: [readFileSync(join(CERTIFICATES, 'app.crt'), 'utf8')],
      federatedCredentials: trusted,
    });
    const identities = ['aaaaaaaa', 'bbbbbbbb'].map((start) =>
      azure.directory.add({
        objectId: `${start}-0000-4000-8000-000000000000`,
        clientId: `${start}-0000-4000-8000-000000000001`,
        kind: 'managedIdentity',
        displayName: start,
      }),
    ) as [Principal, Principal];
    const endpoint = new IdentityEndpoint({
      token: async (resource, clientId) => {
        const identity = clientId ? azure.directory.byClientId(clientId) : identities[0];
        if (!identity) throw new Error(`no identity ${clientId}`);
        const audience = resource.replace(/\/+$/, '');
        const { token, expiresIn } = await azure.entra.issueToken({ ...identity, audience });
        return { accessToken: token, expiresOn: Math.floor(Date.now() / 1000) + expiresIn };
      },
    });
    const appService = { environment: await endpoint.start(), stop: () => endpoint.stop() };
    const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
    const world = new SignInWorld(azure, endpoints, folder, application, identities, appService);
    world.set({});
    return world;
  }

  async close(): Promise<void> {
    for (const name of Object.keys(process.env)) if (!(name in this.saved)) delete process.env[name];
    Object.assign(process.env, this.saved);
    rmSync(this.folder, { recursive: true, force: true });
    await this.appService.stop();
    await this.endpoints.close();
    await this.azure.close();
  }

  /** App Service's way to a managed identity. */
  get identityEndpoint(): Record<string, string> {
    return this.appService.environment;
  }

  /** The application, without anything to prove it by. */
  get ids(): Record<string, string> {
    return { ARM_TENANT_ID: TENANT_ID, ARM_CLIENT_ID: this.application.clientId };
  }

  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /**
   * An `az` on PATH: the real one cannot be had here. It writes down what it was called with, and says what it is told to.
   */
  az(script: string): Record<string, string> {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'az'), `#!/bin/sh\necho "$@" >> ${join(this.folder, 'az.log')}\n${script}\n`);
    chmodSync(join(bin, 'az'), 0o755);
    return { PATH: `${bin}:${this.saved.PATH}` };
  }

  /** An `az` that somebody has logged in to. */
  async loggedIn(): Promise<Record<string, string>> {
    const { token } = await this.azure.entra.issueUserToken('alice', 'https://management.azure.com');
    const answer = {
      accessToken: token,
      expires_on: Math.floor(Date.now() / 1000) + 3600,
      expiresOn: '2100-01-01 00:00:00.000000',
      tokenType: 'Bearer',
    };
    return this.az(`cat ${this.file('az.json', JSON.stringify(answer))}`);
  }

  azCalls(): string[] {
    return readFileSync(join(this.folder, 'az.log'), 'utf8').trim().split('\n');
  }

  /** Makes the process's environment this and nothing else that decides; the SDK reads some of it by itself. */
  set(environment: Record<string, string>): NodeJS.ProcessEnv {
    for (const name of Object.keys(process.env)) if (DECIDING.test(name)) delete process.env[name];
    const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = this.azure.networkEnvironment;
    const network = { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy };
    Object.assign(process.env, network, { PATH: join(this.folder, 'empty') }, environment);
    return process.env;
  }

  /** The command as it is shipped: in one file, which starts at once. */
  private get program(): string {
    ensureAssets();
    return join(__dirname, '../../../../dist/cli/acs-push.cjs');
  }

  /** The command as a process of its own, in that environment and nothing else. */
  run(words: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
    const child = spawn(process.execPath, [this.program, ...words], {
      env: { PATH: join(this.folder, 'empty'), ...this.azure.networkEnvironment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  }

  /** Who the token is for that this environment brings, and by which way. @throws AzureError */
  async signIn(environment: Record<string, string>, options: SignInOptions = {}) {
    const ca = readFileSync(this.azure.endpoints.certificateFile, 'utf8');
    const credential = credentialFrom(this.set(environment), { ca, ...options });
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const claims = decodeJwt(token) as { appid: string; name?: string; aud: string };
    return { who: claims.name ?? claims.appid, way: credential.way, audience: claims.aud };
  }
}
