import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/core-auth';
import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { calculateJwkThumbprint, importJWK, SignJWT, type JWK } from 'jose';
import {
  createClientContext,
  createOrUpdateInstallation,
  deleteInstallation,
  type NotificationHubsClientContext,
} from '@azure/notification-hubs/api';
import type { BrowserPushChannel, Installation } from '@azure/notification-hubs/models';
import {
  clientOptions,
  DEPLOYER,
  startLocalAzure,
  SUBSCRIPTION_ID,
  TENANT_ID,
  type LocalAzure,
  type LocalServiceFactory,
} from '../../local/azure';
import type { Clock } from '../../local/azure/core/clock';
import type { DeliveredPush } from '../../local/azure/core/context';
import type { FunctionAppStart, RunningFunctionApp } from '../../local/functions/function-host';
import type { Services } from '../../local/azure/services';
import { LocalFunctionHost } from '../../local/functions';
import { RELAY_EVENT_TYPES } from '../../relay/contract';
import { Transport } from '../../relay/http';
import { systemClock } from '../../relay/ports';
import type { StorageAccount } from '../../relay/storage/account';
import { storageAccount } from '../../relay/storage/account';
import { Table } from '../../relay/storage/table';
import { arm, send, tokenOf } from '../../local/test/support/clients';
import { relayPackage } from '../support/assets';
import { pkcs8, rsa, vapidKeys, withoutArmour } from '../support/keys';

export const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-relay`;
const PROVIDERS = `${GROUP}/providers`;
export const ACS = `${PROVIDERS}/Microsoft.Communication/communicationServices/acs-relay`;
export const HUB = `${PROVIDERS}/Microsoft.NotificationHubs/namespaces/ntfns-relay/notificationHubs/relay`;
export const VOIP_HUB = `${PROVIDERS}/Microsoft.NotificationHubs/namespaces/ntfns-relay/notificationHubs/voip`;
export const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/strelaytest`;
export const ACCOUNT_NAME = 'strelaytest';
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-relay`;
export const SITE = `${PROVIDERS}/Microsoft.Web/sites/func-relay`;
const PLAN = `${PROVIDERS}/Microsoft.Web/serverFarms/asp-relay`;
const SCM = 'https://func-relay.scm.azurewebsites.net';
const TOPIC = `${PROVIDERS}/Microsoft.EventGrid/systemTopics/evgt-relay`;
export const AUDIENCE = 'api://relay-devices';
const TABLE_CONTRIBUTOR = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';
const BLOB_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const KEY_READER = '7c2f0a4e-0000-4000-8000-000000000001';

export interface LocalRelayOptions {
  readonly clockSpeed?: number;
  /** A clock of Azure's in place of that. */
  readonly clock?: Clock;
  readonly seed?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder of templates in place of the relay's own. */
  readonly templates?: string;
  /** Events in one delivery; default 1. */
  readonly batch?: number;
  /** @default 'EventGridSchema' */
  readonly schema?: 'EventGridSchema' | 'CloudEventSchemaV1_0';
  /** Services beside local Azure's own. */
  readonly services?: readonly LocalServiceFactory[];
  /** Without, the function is not started. @default true */
  readonly start?: boolean;
  /** How new code comes to it. @default 'Recreate', as in Azure */
  readonly siteUpdateStrategy?: 'Recreate' | 'RollingUpdate';
  /** Called when it was ended in the middle of whatever it did, before anything else becomes of it. */
  readonly ended?: () => Promise<void>;
}

/**
 * The relay in local Azure: the published package in the local function host, with hubs, storage, identity, roles and
 * Event Grid as a deployment sets them up.
 */
export class LocalRelay {
  azure!: LocalAzure;
  app: RunningFunctionApp | undefined;
  readonly lines: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'local-relay-'));
  private readonly functionHost = new LocalFunctionHost();
  private starts = 0;
  private started: () => void = () => undefined;
  private transport: Transport | undefined;
  private clientId = '';
  private objectId = '';

  constructor(private readonly options: LocalRelayOptions = {}) {}

  async start(): Promise<void> {
    this.azure = await startLocalAzure({
      clockSpeed: this.options.clockSpeed,
      clock: this.options.clock,
      stateDir: join(this.folder, 'azure'),
      seed: this.options.seed,
      services: this.options.services,
      functionHost: { start: (app) => this.host(app) },
    });
    await this.deploy();
    if (this.options.start === false) return;
    await this.startFunction();
    await this.subscribe();
  }

  async close(): Promise<void> {
    await this.app?.stop();
    this.transport?.close();
    await this.azure?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get services(): Services {
    return this.azure.services;
  }

  get inbox(): DeliveredPush[] {
    return this.azure.context.inbox;
  }

  /** Starts the function's process, published once before; `over` changes settings for this start. */
  async startFunction(over: Readonly<Record<string, string>> = {}): Promise<void> {
    const started = new Promise<void>((resolve) => (this.started = resolve));
    const settings = { ...this.settings(), ...over, START: String(++this.starts) };
    await this.put(SITE, '2023-12-01', {
      kind: 'functionapp,linux',
      location: 'westeurope',
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
      properties: {
        serverFarmId: PLAN,
        functionAppConfig: {
          deployment: {
            storage: {
              type: 'blobContainer',
              value: `https://${ACCOUNT_NAME}.blob.core.windows.net/releases`,
              authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: IDENTITY },
            },
          },
          runtime: { name: 'node', version: '24' },
          siteUpdateStrategy: { type: this.options.siteUpdateStrategy ?? 'Recreate' },
        },
        siteConfig: { appSettings: Object.entries(settings).map(([name, value]) => ({ name, value })) },
      },
    });
    if (this.starts === 1) await this.publish();
    await started;
  }

  /** The relay's code, as a deployment uploads it. */
  code(): Uint8Array {
    return relayPackage(this.options.templates);
  }

  /** As a deployment does: the zip goes to the site's publishing address. Resolves when new code serves. */
  async deployCode(zip: Uint8Array): Promise<void> {
    const token = await tokenOf(this.azure);
    const { status, text } = await send(this.azure, 'POST', `${SCM}/api/publish?RemoteBuild=false`, {
      token,
      headers: { 'content-type': 'application/zip' },
      body: zip,
    });
    if (status >= 300) throw new Error(`publishing answered ${status}: ${text}`);
    await this.until(async () => {
      const { json } = await send(this.azure, 'GET', `${SCM}/api/deployments/latest`, { token });
      if (json.complete && json.status !== 4) throw new Error(`not deployed: ${json.status_text}`);
      return json.complete;
    });
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    const app = this.app;
    this.app = undefined;
    await app?.stop();
  }

  /** Ends it as Azure ends an instance that is not needed any more. */
  async terminate(): Promise<void> {
    const app = this.app;
    this.app = undefined;
    await app?.terminate();
  }

  /** For library code that runs outside the function. */
  get tokens(): TokenCredential {
    return {
      getToken: async (scopes) => {
        const issued = await this.azure.entra.issueToken({
          objectId: this.objectId,
          clientId: this.clientId,
          audience: String(scopes).replace(/\/\.default$/, ''),
        });
        return { token: issued.token, expiresOnTimestamp: Date.now() + issued.expiresIn * 1000 };
      },
    };
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...this.azure.networkEnvironment };
  }

  /** Delivers by hand, as Event Grid would. */
  deliver(functionName: string, body: unknown): Promise<Response> {
    return fetch(`${this.app!.baseUrl}/runtime/webhooks/eventgrid?functionName=${functionName}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Waits until something is so; the test's own timeout is the limit. */
  async until(what: () => boolean | Promise<boolean>, everyMs = 50): Promise<void> {
    while (!(await what())) await new Promise((resolve) => setTimeout(resolve, everyMs));
  }

  /** Structured lines that the relay wrote. */
  logged(message: string): Record<string, unknown>[] {
    return this.lines.flatMap((line) => {
      const json = /\{.*\}/.exec(line)?.[0];
      try {
        const fields = JSON.parse(json ?? '') as Record<string, unknown>;
        return fields['message'] === message ? [fields] : [];
      } catch {
        return [];
      }
    });
  }

  /** What the relay keeps in its dead-letter folder, by blob name. */
  async deadLetters(): Promise<{ name: string; content: any }[]> {
    const names = (await this.azure.storage.listBlobs(ACCOUNT, 'deadletter')).filter((n) =>
      n.startsWith('relay/'),
    );
    return Promise.all(
      names.map(async (name) => ({
        name,
        content: JSON.parse(
          (await this.azure.storage.readBlob(ACCOUNT, 'deadletter', name)).toString('utf8'),
        ),
      })),
    );
  }

  /** A token of an app's user for the devices API. */
  async userToken(name: string, claims: Record<string, unknown> = {}): Promise<string> {
    const issued = await this.azure.entra.issueUserToken(name, AUDIENCE, {
      roles: ['Devices.Register'],
      scp: undefined,
      ...claims,
    });
    return issued.token;
  }

  /** A token signed by the tenant's key, with claims of the test's own choosing: undefined leaves one out. */
  async tokenWith(claims: Record<string, unknown> = {}): Promise<string> {
    const jwk = JSON.parse(readFileSync(join(this.folder, 'azure/token-key.json'), 'utf8')) as JWK;
    const kid = await calculateJwkThumbprint({ kty: jwk.kty, n: jwk.n, e: jwk.e });
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: `https://sts.windows.net/${TENANT_ID}/`,
      aud: AUDIENCE,
      iat: now,
      nbf: now,
      exp: now + 3600,
      oid: randomUUID(),
      tid: TENANT_ID,
      appid: DEPLOYER.clientId,
      roles: ['Devices.Register'],
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(await importJWK(jwk, 'RS256'));
  }

  devices(
    method: string,
    installationId: string,
    token?: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    return fetch(`${this.app!.baseUrl}/api/devices/${installationId}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** All devices of a user. */
  users(method: string, rawId: string, token?: string, headers: Record<string, string> = {}) {
    return fetch(`${this.app!.baseUrl}/api/users/${encodeURIComponent(rawId)}/devices`, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    });
  }

  /** The relay's storage account, as its identity reaches it. */
  get account(): StorageAccount {
    this.transport ??= new Transport(
      this.environment,
      readFileSync(this.azure.endpoints.certificateFile, 'utf8'),
    );
    const { sdkClient } = this.transport;
    return storageAccount(ACCOUNT_NAME, {
      // However busy the machine is, a request has its time: what is too slow for an event is none of its faults.
      transport: { sdkClient: { sendRequest: (request) => sdkClient.sendRequest(patient(request)) } },
      credential: this.tokens,
      clock: systemClock,
    });
  }

  /** The relay's own tables. */
  table(name: string): Table {
    return new Table(this.account, name);
  }

  /** Runs the sweep as the portal does, and as if the last one had been the day before. */
  async sweep(): Promise<Record<string, unknown>> {
    const cursor = { partitionKey: 'cursor', rowKey: 'sweep' };
    await this.table('relaydevices').delete(cursor);
    const before = this.logged('devices swept').length;
    const answer = await fetch(`${this.app!.baseUrl}/admin/functions/sweep`, { method: 'POST' });
    if (answer.status !== 202) throw new Error(`the sweep answered ${answer.status}`);
    await this.until(() => this.logged('devices swept').length > before);
    return this.logged('devices swept').at(-1)!;
  }

  /** Puts an installation straight into a hub, as a back end with its own key would. */
  async install(
    installationId: string,
    platform: 'apns' | 'fcmv1' | 'browser',
    pushChannel: string | BrowserPushChannel,
    tags: readonly string[],
    hub = HUB,
  ): Promise<void> {
    await createOrUpdateInstallation(await this.hubContext(hub), {
      installationId,
      platform,
      pushChannel,
      tags: [...tags],
    } as Installation);
  }

  /** Takes an installation out of one hub, behind the relay's back. */
  async uninstall(installationId: string, hub: string): Promise<void> {
    await deleteInstallation(await this.hubContext(hub), installationId);
  }

  private async hubContext(hub: string): Promise<NotificationHubsClientContext> {
    const { json } = await this.arm('POST', `${hub}/authorizationRules/devices/listKeys`, PREVIEW, {});
    return createClientContext(
      json.primaryConnectionString,
      hub.split('/').pop()!,
      clientOptions(this.azure.endpoints),
    );
  }

  arm(method: string, path: string, apiVersion: string, body?: unknown) {
    return arm(this.azure, method, path, apiVersion, body);
  }

  settings(): Record<string, string> {
    return {
      RELAY_SOURCE_ID: ACS,
      RELAY_HUB_RULE_ID: `${HUB}/authorizationRules/relay-send`,
      RELAY_DEVICES_RULE_ID: `${HUB}/authorizationRules/devices`,
      AZURE_CLIENT_ID: this.clientId,
      RELAY_STORAGE_ACCOUNT: ACCOUNT_NAME,
      RELAY_API_TENANT_ID: TENANT_ID,
      RELAY_API_AUDIENCE: AUDIENCE,
      ...this.options.settings,
    };
  }

  private async put(id: string, apiVersion: string, body: unknown): Promise<any> {
    const answer = await this.arm('PUT', id, apiVersion, body);
    if (answer.status >= 300) throw new Error(`PUT ${id} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  }

  /** Runs the app in the local host, and keeps hold of its process. */
  private async host(app: FunctionAppStart): Promise<RunningFunctionApp> {
    const running = await this.functionHost.start({
      ...app,
      log: (line) => {
        this.lines.push(line);
        if (this.lines.length > 50_000) this.lines.shift();
        app.log?.(line);
      },
    });
    const watched = {
      ...running,
      stop: async () => {
        await running.stop();
        await this.options.ended?.();
      },
    };
    this.app = watched;
    this.started();
    return watched;
  }

  private async publish(): Promise<void> {
    await this.deployCode(this.code());
    // Azure shows its functions a little later.
    await this.until(async () => {
      const { json } = await this.arm('GET', `${SITE}/functions`, '2023-12-01');
      return json.value.length > 0;
    });
  }

  private async deploy(): Promise<void> {
    await this.put(GROUP, '2023-07-01', { location: 'westeurope' });
    await this.put(ACS, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
    await this.put(HUB.replace(/\/notificationHubs\/.*/, ''), PREVIEW, {
      location: 'westeurope',
      sku: { name: 'Standard' },
    });
    for (const [hub, appName] of [
      [HUB, 'com.example.app'],
      [VOIP_HUB, 'com.example.app.voip'],
    ] as const) {
      await this.put(hub, PREVIEW, { location: 'westeurope', properties: credentials(appName) });
      await this.put(`${hub}/authorizationRules/relay-send`, PREVIEW, { properties: { rights: ['Send'] } });
      await this.put(`${hub}/authorizationRules/devices`, PREVIEW, { properties: { rights: ['Listen'] } });
    }
    await this.put(ACCOUNT, '2023-05-01', {
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: { allowSharedKeyAccess: false, allowBlobPublicAccess: false },
    });
    await this.put(`${ACCOUNT}/blobServices/default/containers/deadletter`, '2023-05-01', {
      properties: { publicAccess: 'None' },
    });
    await this.put(`${ACCOUNT}/blobServices/default/containers/releases`, '2023-05-01', {
      properties: { publicAccess: 'None' },
    });
    await this.put(PLAN, '2023-12-01', {
      kind: 'functionapp',
      location: 'westeurope',
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      properties: { reserved: true },
    });
    const identity = await this.put(IDENTITY, '2023-01-31', { location: 'westeurope' });
    this.clientId = identity.properties.clientId;
    this.objectId = identity.properties.principalId;
    await this.put(`${GROUP}/providers/Microsoft.Authorization/roleDefinitions/${KEY_READER}`, '2022-04-01', {
      properties: {
        roleName: 'key reader',
        type: 'CustomRole',
        permissions: [
          {
            actions: [
              'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action',
            ],
          },
        ],
        assignableScopes: [GROUP],
      },
    });
    const assign = (scope: string, role: string) =>
      this.put(`${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`, '2022-04-01', {
        properties: {
          principalId: this.objectId,
          roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        },
      });
    for (const hub of [HUB, VOIP_HUB]) {
      await assign(`${hub}/authorizationRules/relay-send`, KEY_READER);
      await assign(`${hub}/authorizationRules/devices`, KEY_READER);
    }
    await assign(ACCOUNT, TABLE_CONTRIBUTOR);
    await assign(ACCOUNT, BLOB_OWNER);
  }

  private async subscribe(): Promise<void> {
    const topic = await this.arm('PUT', TOPIC, '2025-02-15', {
      location: 'global',
      properties: { source: ACS, topicType: 'Microsoft.Communication.CommunicationServices' },
    });
    if (topic.status >= 300) throw new Error(`system topic: ${topic.text}`);
    const subscription = async (
      functionName: string,
      eventTypes: { included?: string[]; not?: string[] },
      retryPolicy: object,
    ) => {
      const answer = await this.arm('PUT', `${TOPIC}/eventSubscriptions/${functionName}`, '2025-02-15', {
        properties: {
          destination: {
            endpointType: 'AzureFunction',
            properties: {
              resourceId: `${SITE}/functions/${functionName}`,
              maxEventsPerBatch: this.options.batch ?? 1,
              preferredBatchSizeInKilobytes: 64,
            },
          },
          filter: {
            includedEventTypes: eventTypes.included ?? null,
            ...(eventTypes.not && {
              advancedFilters: [{ operatorType: 'StringNotIn', key: 'eventType', values: eventTypes.not }],
            }),
          },
          retryPolicy,
          eventDeliverySchema: this.options.schema,
          deadLetterDestination: {
            endpointType: 'StorageBlob',
            properties: { resourceId: ACCOUNT, blobContainerName: 'deadletter' },
          },
        },
      });
      if (answer.status >= 300) throw new Error(`event subscription: ${answer.text}`);
    };
    const { calls, recordings } = RELAY_EVENT_TYPES;
    await subscription(
      'calls',
      { included: [...calls] },
      { maxDeliveryAttempts: 2, eventTimeToLiveInMinutes: 1 },
    );
    await subscription(
      'messages',
      { not: [...calls, ...recordings] },
      { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    );
    await subscription(
      'recordings',
      { included: [...recordings] },
      { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    );
  }
}

/** The same request, with the time that a whole test has. */
function patient(request: PipelineRequest): PipelineRequest {
  request.timeout = 300_000;
  return request;
}

const PREVIEW = '2023-10-01-preview';

const vapid = vapidKeys();

function credentials(appName: string) {
  return {
    apnsCredential: {
      properties: {
        keyId: 'KEY1234567',
        appId: 'TEAM123456',
        appName,
        token: withoutArmour(pkcs8('P-256')),
        endpoint: 'https://api.push.apple.com:443/3/device',
      },
    },
    fcmV1Credential: {
      properties: {
        projectId: 'example',
        clientEmail: 'push@example.iam.gserviceaccount.com',
        privateKey: rsa(),
      },
    },
    browserCredential: {
      properties: {
        subject: 'mailto:push@example.com',
        vapidPublicKey: vapid.publicKey,
        vapidPrivateKey: vapid.privateKey,
      },
    },
  };
}
