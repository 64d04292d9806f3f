import { readFileSync } from 'node:fs';
import type { TokenCredential } from '@azure/identity';
import { DEPLOYER, startLocalAzure, type LocalAzure } from '../../../local/azure';
import { ManualClock } from '../../../local/azure/core/clock';
import { ArmReader } from '../../../link/azure';
import { systemClock, type Clock } from '../../../link/clock';
import type { LinkExpectation } from '../../../link/expectation';
import { RestHubClient } from '../../../link/hub-client';
import type { Report } from '../../../link/report';
import { verifyLink, type VerifyOptions } from '../../../link/verify-link';
import { arm } from '../../../local/test/support/clients';
import { pkcs8, rsa, withoutArmour } from '../../support/keys';

export const MINUTE = 60_000;
const ACS_VERSION = '2025-05-01';
const HUBS_VERSION = '2023-10-01-preview';

export interface Principal {
  readonly objectId: string;
  readonly clientId: string;
}

/**
 * Local Azure on a clock that stands still, with a Communication Services resource linked to a hub, a device, and
 * the engine in front of it, speaking real HTTP.
 */
export class LinkedApp {
  readonly group: string;
  readonly acs: string;
  readonly hub: string;
  readonly otherHub: string;
  readonly rule: string;
  /** Time passes by sleeping. */
  readonly clock: Clock;

  private constructor(
    readonly azure: LocalAzure,
    readonly time: ManualClock,
  ) {
    this.group = `/subscriptions/${azure.endpoints.subscriptionId}/resourceGroups/rg-app`;
    this.acs = `${this.group}/providers/Microsoft.Communication/communicationServices/acs-app`;
    const namespace = `${this.group}/providers/Microsoft.NotificationHubs/namespaces/nhns-app`;
    this.hub = `${namespace}/notificationHubs/calling`;
    this.otherHub = `${namespace}/notificationHubs/other`;
    this.rule = `${this.hub}/authorizationRules/acs-send`;
    this.clock = { now: () => time.now(), sleep: (milliseconds) => time.advance(milliseconds) };
  }

  static async start(): Promise<LinkedApp> {
    const time = new ManualClock();
    const azure = await startLocalAzure({ clock: time });
    const app = new LinkedApp(azure, time);
    await app.deploy();
    return app;
  }

  get services(): LocalAzure['services'] {
    return this.azure.services;
  }

  close(): Promise<void> {
    return this.azure.close();
  }

  get expectation(): LinkExpectation {
    return {
      communicationServiceId: this.acs,
      notificationHubId: this.hub,
      ruleId: this.rule,
      key: 'primary',
      apns: { environment: 'production', bundleId: 'com.example.app' },
      fcmV1: { projectId: 'my-app-1234' },
    };
  }

  async put(id: string, version: string, body: unknown): Promise<void> {
    const { status, text } = await arm(this.azure, 'PUT', id, version, body);
    if (status > 201) throw new Error(`PUT ${id}: ${status} ${text}`);
  }

  async delete(id: string, version = HUBS_VERSION): Promise<void> {
    const { status, text } = await arm(this.azure, 'DELETE', id, version);
    if (status > 204) throw new Error(`DELETE ${id}: ${status} ${text}`);
  }

  async post(id: string, action: string, body?: unknown): Promise<any> {
    const version = /\/communicationServices\/[^/]+$/i.test(id) ? ACS_VERSION : HUBS_VERSION;
    const { status, text, json } = await arm(this.azure, 'POST', `${id}/${action}`, version, body);
    if (status > 201) throw new Error(`POST ${id}/${action}: ${status} ${text}`);
    return json;
  }

  putHub(id: string, properties: object = { ...apnsCredential(), ...fcmCredential() }): Promise<void> {
    return this.put(id, HUBS_VERSION, { location: 'westeurope', properties });
  }

  putRule(rights: string[], id = this.rule): Promise<void> {
    return this.put(id, HUBS_VERSION, { properties: { rights } });
  }

  async connectionString(rule = this.rule, key: 'primary' | 'secondary' = 'primary'): Promise<string> {
    return (await this.post(rule, 'listKeys'))[`${key}ConnectionString`];
  }

  async link(connectionString?: string, hub = this.hub): Promise<void> {
    await this.post(this.acs, 'linkNotificationHub', {
      resourceId: hub,
      connectionString: connectionString ?? (await this.connectionString()),
    });
  }

  /** A user with a phone calls out to one with a phone in the background. */
  async call(): Promise<(number | undefined)[]> {
    const { pushes } = await this.services.communication.placeCall({
      acsId: this.acs,
      from: '8:acs:caller',
      to: '8:acs:callee',
    });
    return pushes.map(({ status }) => status);
  }

  pass(milliseconds: number): Promise<void> {
    return this.time.advance(milliseconds);
  }

  reader(principal: Principal = DEPLOYER): ArmReader {
    const proxy = new URL(this.azure.endpoints.proxy);
    return new ArmReader({
      credential: this.credential(principal),
      clock: this.clock,
      ca: readFileSync(this.azure.endpoints.certificateFile, 'utf8'),
      proxy: { host: proxy.hostname, port: Number(proxy.port) },
    });
  }

  hubClient(): RestHubClient {
    const proxy = new URL(this.azure.endpoints.proxy);
    return new RestHubClient({
      // Signatures are judged by the machine's clock.
      clock: systemClock,
      ca: readFileSync(this.azure.endpoints.certificateFile, 'utf8'),
      proxy: { host: proxy.hostname, port: Number(proxy.port) },
    });
  }

  verify(
    options: VerifyOptions = {},
    expectation: Partial<LinkExpectation> = {},
    principal?: Principal,
  ): Promise<Report> {
    return verifyLink(
      { azure: this.reader(principal), hub: this.hubClient(), clock: this.clock },
      { ...this.expectation, ...expectation },
      options,
    );
  }

  /** A new token for each request, because the clock may have jumped by hours since the last. */
  private credential(principal: Principal): TokenCredential {
    return {
      getToken: async () => {
        const audience = 'https://management.azure.com';
        const { token } = await this.azure.entra.issueToken({ ...principal, audience });
        return { token, expiresOnTimestamp: Date.now() + 1_000 };
      },
    };
  }

  private async deploy(): Promise<void> {
    await this.put(this.group, '2024-03-01', { location: 'westeurope' });
    await this.put(this.acs, ACS_VERSION, { location: 'global', properties: { dataLocation: 'Europe' } });
    const namespace = this.hub.slice(0, this.hub.indexOf('/notificationHubs'));
    await this.put(namespace, HUBS_VERSION, { location: 'westeurope', sku: { name: 'Basic' } });
    await this.putHub(this.hub);
    await this.putHub(this.otherHub);
    await this.putRule(['Send']);
    await this.link();
    this.services.communication.registerDevice({
      acsId: this.acs,
      rawId: '8:acs:callee',
      platform: 'apns',
      handle: 'a'.repeat(64),
      // Longer than any test lasts: what happens when it ends is tested where it is meant.
      ttlSeconds: 180 * 86_400,
    });
  }
}

export function apnsCredential(over: Record<string, string> = {}): object {
  return {
    apnsCredential: {
      properties: {
        appName: 'com.example.app',
        appId: 'TEAM123456',
        keyId: 'ABC123DEFG',
        endpoint: 'https://api.push.apple.com:443/3/device',
        token: withoutArmour(pkcs8('P-256')),
        ...over,
      },
    },
  };
}

export function fcmCredential(over: Record<string, string> = {}): object {
  return {
    fcmV1Credential: {
      properties: {
        projectId: 'my-app-1234',
        clientEmail: 'push@my-app-1234.iam.gserviceaccount.com',
        privateKey: rsa(),
        ...over,
      },
    },
  };
}
