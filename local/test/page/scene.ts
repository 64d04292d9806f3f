import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { startLocalAzure, type LocalAzure, type LocalAzureOptions } from '../../azure';
import { ManualClock } from '../../azure/core/clock';
import { launchChromium, openTab } from '../support/chromium';
import { arm } from '../support/clients';
import {
  ACS_ID,
  apnsCredential,
  fcmCredential,
  GROUP,
  HUB_ID,
  NAMESPACE_ID,
  PREVIEW,
  SITE_ID,
  TOPIC_ID,
} from '../support/harness';

export const RULE_ID = `${HUB_ID}/authorizationRules/calls`;
export const RELAY_HUB_ID = `${NAMESPACE_ID}/notificationHubs/relay`;
const SUBSCRIPTION_ID = `${TOPIC_ID}/eventSubscriptions/messages`;

/** Long enough to be looked at, in milliseconds. */
export const WINDOW_MS = 300_000;

export const BOB = '8:acs:bob';
export const PHONE = 'bob-iphone-0123456789abcdef';
const ANDROID = 'bob-android:0123456789abcdef';

/** A local Azure whose clock stands still, and the browser that looks at its page. */
export class Scene {
  readonly clock = new ManualClock();
  /** What the relay's function answers. */
  functionAnswers = 200;
  azure!: LocalAzure;
  private browser!: Browser;
  private readonly relay: Server;

  constructor() {
    this.relay = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(this.functionAnswers).end());
    });
  }

  async start(): Promise<void> {
    const project = join(__dirname, '../../..');
    execFileSync(process.execPath, [join(project, 'scripts/build-page.mjs')], { cwd: project });
    await new Promise<void>((resolve) => this.relay.listen(0, '127.0.0.1', resolve));
    await this.startAzure();
    this.browser = await launchChromium();
  }

  async startAzure(options: LocalAzureOptions = {}): Promise<void> {
    const url = `http://127.0.0.1:${(this.relay.address() as AddressInfo).port}`;
    this.azure = await startLocalAzure({
      clock: this.clock,
      behaviour: {
        linkPropagation: [WINDOW_MS, WINDOW_MS],
        functions: { functionExists: () => true, functionUrl: () => url },
      },
      ...options,
    });
  }

  contexts(): BrowserContext[] {
    return this.browser.contexts();
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.azure?.close();
    await new Promise((resolve) => this.relay.close(resolve));
  }

  /** @param fragment in place of the one with the token */
  async open({ fragment, ...options }: BrowserContextOptions & { fragment?: string } = {}): Promise<Page> {
    const page = await openTab(this.browser, options);
    const { page: withToken, control } = this.azure.endpoints;
    await page.goto(fragment === undefined ? withToken : `${control}/${fragment}`);
    await page.getByText('Live', { exact: true }).waitFor();
    return page;
  }

  /** Communication Services, two hubs, and events that go to a relay. */
  async deploy(): Promise<void> {
    await this.put(GROUP, '2023-07-01', { location: 'westeurope' });
    await this.put(ACS_ID, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
    await this.put(NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    const properties = { ...apnsCredential(), ...fcmCredential() };
    await this.put(HUB_ID, PREVIEW, { location: 'westeurope', properties });
    await this.put(RELAY_HUB_ID, PREVIEW, { location: 'westeurope', properties });
    await this.put(RULE_ID, PREVIEW, { properties: { rights: ['Send'] } });
    await this.put(TOPIC_ID, '2022-06-15', {
      location: 'global',
      properties: { source: ACS_ID, topicType: 'Microsoft.Communication.CommunicationServices' },
    });
    await this.put(SUBSCRIPTION_ID, '2022-06-15', {
      properties: {
        destination: {
          endpointType: 'AzureFunction',
          properties: { resourceId: `${SITE_ID}/functions/messages` },
        },
        retryPolicy: { maxDeliveryAttempts: 2, eventTimeToLiveInMinutes: 60 },
      },
    });
  }

  async link(): Promise<void> {
    const keys = await arm(this.azure, 'POST', `${RULE_ID}/listKeys`, PREVIEW);
    await this.put(
      `${ACS_ID}/linkNotificationHub`,
      '2025-05-01',
      {
        resourceId: HUB_ID,
        connectionString: keys.json.primaryConnectionString,
      },
      'POST',
    );
  }

  /** @param of what tells that user's handles from Bob's */
  async registerPhones(rawId = BOB, of = ''): Promise<void> {
    const register = (platform: string, handle: string) =>
      this.ask('POST', '/devices', { acsId: ACS_ID, rawId, platform, handle });
    await register('apns', `${PHONE}${of}`);
    await register('fcmv1', `${ANDROID}${of}`);
  }

  /** A push as some sender or other sends it through the relay's hub; nothing holds its payload together. */
  deliver(push: {
    service?: 'apns' | 'fcmv1' | 'browser';
    handle?: string;
    headers?: object;
    payload: unknown;
  }): void {
    this.azure.context.inbox.push({
      time: new Date(this.clock.now()).toISOString(),
      service: push.service ?? 'apns',
      hubId: RELAY_HUB_ID,
      handle: push.handle ?? PHONE,
      headers: { ...push.headers },
      payload: push.payload,
    });
    this.azure.context.changed();
  }

  /** By the control API. @throws Error with what it answered when it refused */
  async ask<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.azure.control(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body as T;
  }

  private async put(id: string, version: string, body: unknown, method = 'PUT'): Promise<void> {
    const { status, text } = await arm(this.azure, method, id, version, body);
    if (status >= 300) throw new Error(`${method} ${id}: ${status} ${text}`);
  }
}

export { ACS_ID, HUB_ID };
