import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { Directory } from '../../azure/core/access/directory';
import { Rbac } from '../../azure/core/access/rbac';
import { compilePath } from '../../azure/core/arm/operation-path';
import { ManualClock } from '../../azure/core/clock';
import type { LocalAzureContext, OutgoingRequest, QueueMessage } from '../../azure/core/context';
import { coreControlRoutes } from '../../azure/core/control';
import { faultRoutes } from '../../azure/core/fault-switch';
import type { LocalRequest, LocalResponse } from '../../azure/core/http';
import { Metrics } from '../../azure/core/metrics';
import { Registrations } from '../../azure/core/arm/registrations';
import type { LocalService, ServiceParts } from '../../azure/core/service';
import { createControl, type Control } from '../../control/control';
import { createServices, type Services, type ServicesBehaviour } from '../../azure/services';
import { ResourceStore, type StoredResource } from '../../azure/core/store';
import { LocalFunctionHost } from '../../functions';

export const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001';
export const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-test`;
export const NAMESPACE_ID = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns-test`;
export const HUB_ID = `${NAMESPACE_ID}/notificationHubs/calling`;
export const ACS_ID = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-test`;
export const TOPIC_ID = `${GROUP}/providers/Microsoft.EventGrid/systemTopics/evgt-test`;
export const SITE_ID = `${GROUP}/providers/Microsoft.Web/sites/fn-test`;
export const ACCOUNT_ID = `${GROUP}/providers/Microsoft.Storage/storageAccounts/sttest`;
export const PREVIEW = '2023-10-01-preview';

const CALLER = { objectId: '22222222-2222-2222-2222-222222222222' };

type Endpoint = (request: OutgoingRequest) => {
  status: number;
  headers?: Record<string, string>;
  body?: string;
};

/** Services on a clock that stands still, with just enough of ARM in front of them to be called by. */
export class Harness {
  readonly clock = new ManualClock();
  readonly store = new ResourceStore();
  readonly blobs: { account: string; container: string; name: string; content: string }[] = [];
  readonly messages: QueueMessage[] = [];
  /** What the queue service answers. */
  queueAnswers = 201;
  readonly logged: string[] = [];
  readonly functions = new Set<string>();
  readonly services: Services;
  readonly control: Control;
  /** Answers for URLs that no service answers for, by the start of the URL. */
  readonly endpoints = new Map<string, Endpoint>();
  readonly context: LocalAzureContext;
  private readonly stop = new AbortController();
  private client: Promise<HttpClient> | undefined;
  private server: Server | undefined;

  constructor({ seed = 1, ...behaviour }: ServicesBehaviour & { readonly seed?: number } = {}) {
    this.context = {
      clock: this.clock,
      store: this.store,
      activityLog: [],
      inbox: [],
      closing: this.stop.signal,
      fetch: (request) => this.fetch(request),
      putMessage: async (message) => {
        this.messages.push(message);
        return this.queueAnswers;
      },
      writeBlob: async (account, container, name, content) => {
        this.blobs.push({ account, container, name, content });
      },
      changed: () => undefined,
      log: (message) => this.logged.push(message),
    };
    const parts: ServiceParts = {
      context: this.context,
      // No service that is asked here takes tokens, keeps files or starts processes.
      tokens: undefined as never,
      rbac: new Rbac(this.store),
      directory: new Directory(),
      metrics: new Metrics(this.clock, this.store),
      registrations: new Registrations(this.store, this.clock, () => []),
      folder: '',
      seed,
      resourceTypes: () => this.all('resourceTypes'),
      networkEnvironment: () => ({}),
    };
    this.services = createServices(parts, new LocalFunctionHost(), {
      functions: {
        functionExists: (id) => this.functions.has(id),
        functionUrl: (id) => (this.functions.has(id) ? functionUrl(id) : undefined),
      },
      ...behaviour,
    });
    this.control = createControl([
      ...coreControlRoutes(this.context),
      ...this.all('controlRoutes'),
      ...faultRoutes(this.services.all.flatMap(({ faults }) => faults ?? [])),
    ]).control;
  }

  async put(id: string, apiVersion: string, body: unknown, method: 'PUT' | 'PATCH' = 'PUT') {
    const type = this.typeOf(id);
    const kept = await type.put({ ...this.request(id, apiVersion, body), method });
    this.store.put(kept);
    return { status: type.putStatus ?? 200, body: this.get(id) };
  }

  get(id: string): Record<string, unknown> {
    const { secrets: _, ...shown } = this.resource(id);
    return shown;
  }

  async post(
    id: string,
    action: string,
    apiVersion: string,
    body: unknown = undefined,
  ): Promise<LocalResponse> {
    const handler = this.typeOf(id).actions?.[action.toLowerCase()];
    if (!handler) throw new Error(`no action ${action} on ${id}`);
    return handler({ ...this.request(id, apiVersion, body), existing: this.resource(id) });
  }

  async delete(id: string): Promise<void> {
    for (const gone of this.store.delete(id)) await this.typeOf(gone.id, gone.type).deleted?.(gone);
  }

  async arm(method: string, path: string, query: Record<string, string>): Promise<LocalResponse> {
    for (const operation of this.all('operations')) {
      const parameters = operation.method === method && compilePath(operation.path).match(path);
      if (!parameters) continue;
      const request = {
        method,
        host: 'management.azure.com',
        path,
        query: new URLSearchParams(query),
        headers: {},
        body: Buffer.alloc(0),
      };
      return operation.handle({
        parameters,
        apiVersion: query['api-version'] ?? '',
        caller: CALLER,
        request,
      });
    }
    throw new Error(`no operation for ${method} ${path}`);
  }

  /** A namespace and a hub, with a rule of the given rights; answers its connection string. */
  async hub(
    rights: string[] = ['Send'],
    options: { sku?: string; credentials?: object } = {},
  ): Promise<string> {
    await this.put(NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: options.sku ?? 'Basic' } });
    await this.put(HUB_ID, PREVIEW, {
      location: 'westeurope',
      properties: options.credentials ?? { ...apnsCredential(), ...fcmCredential() },
    });
    const rule = `${HUB_ID}/authorizationRules/test-rule`;
    await this.put(rule, PREVIEW, { properties: { rights } });
    return this.connectionString(rule);
  }

  async connectionString(ruleId: string, key = 'primaryConnectionString'): Promise<string> {
    const { body } = await this.post(ruleId, 'listKeys', PREVIEW);
    return (body as Record<string, string>)[key]!;
  }

  async communicationService(id = ACS_ID): Promise<void> {
    await this.put(id, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
  }

  async link(connectionString: string, resourceId = HUB_ID, id = ACS_ID): Promise<LocalResponse> {
    return this.post(id, 'linkNotificationHub', '2025-05-01', { resourceId, connectionString });
  }

  /** Keeps a resource that some other service would have made. */
  keep(resource: Pick<StoredResource, 'id' | 'type'> & Partial<StoredResource>): void {
    this.store.put({ name: resource.id.split('/').at(-1)!, properties: {}, ...resource });
  }

  /** An HTTP client for real SDKs: their hosts are reached at a server of this harness, over real HTTP. */
  httpClient(): Promise<HttpClient> {
    return (this.client ??= this.listen());
  }

  private async listen(): Promise<HttpClient> {
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const url = new URL(incoming.url!, `https://${incoming.headers.host}`);
        void this.serve({
          method: incoming.method!,
          host: url.hostname,
          path: url.pathname,
          query: url.searchParams,
          headers: incoming.headers,
          body: Buffer.concat(chunks),
          remoteAddress: '127.0.0.1',
        }).then((response) => {
          outgoing.writeHead(response.status, response.headers);
          const { body } = response;
          outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
        });
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    const client = createDefaultHttpClient();
    return {
      sendRequest: async (request) => {
        const url = new URL(request.url);
        request.headers.set('Host', url.host);
        const meant = request.url;
        request.url = `http://127.0.0.1:${port}${url.pathname}${url.search}`;
        request.allowInsecureConnection = true;
        const response = await client.sendRequest(request);
        request.url = meant;
        return response;
      },
    };
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private async fetch(request: OutgoingRequest) {
    for (const [start, endpoint] of this.endpoints) {
      if (!request.url.startsWith(start)) continue;
      const answer = endpoint(request);
      return { status: answer.status, headers: answer.headers ?? {}, body: answer.body ?? '' };
    }
    const url = new URL(request.url);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k.toLowerCase(), v]));
    const response = await this.serve({
      method: request.method,
      host: url.hostname,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: Buffer.from(request.body ?? ''),
    });
    return { status: response.status, headers: response.headers ?? {}, body: String(response.body ?? '') };
  }

  private async serve(request: LocalRequest): Promise<LocalResponse> {
    const service = this.all('hostServices').find((one) => one.answersFor(request.host));
    if (!service) throw new Error(`no service answers for ${request.host}`);
    return service.handle(request);
  }

  private request(id: string, apiVersion: string, body: unknown) {
    const type = this.typeOf(id);
    if (!type.apiVersions.includes(apiVersion))
      throw new Error(`${type.type} has no api-version ${apiVersion}`);
    const existing = this.store.get(id);
    return { id, apiVersion, query: new URLSearchParams(), body, caller: CALLER, existing };
  }

  /** What all services have of one kind. */
  private all<K extends 'resourceTypes' | 'operations' | 'hostServices' | 'controlRoutes'>(
    kind: K,
  ): NonNullable<LocalService[K]>[number][] {
    return this.services.all.flatMap((service) => [...(service[kind] ?? [])]);
  }

  private resource(id: string): StoredResource {
    const found = this.store.get(id);
    if (!found) throw new Error(`${id} was not found`);
    return found;
  }

  private typeOf(id: string, type = armType(id)) {
    const found = this.all('resourceTypes').find((one) => one.type.toLowerCase() === type.toLowerCase());
    if (!found) throw new Error(`no resource type ${type}`);
    return found;
  }
}

function armType(id: string): string {
  const [provider, ...pairs] = id.slice(id.toLowerCase().lastIndexOf('/providers/') + 11).split('/');
  return [provider, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
}

export function functionUrl(id: string): string {
  return `https://fn-test.azurewebsites.net/runtime/webhooks/eventgrid?functionName=${id.split('/').at(-1)}&code=k`;
}

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function ecKey(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', {
    namedCurve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

export function rsaKey(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** The base64 of a PEM, which is what a hub takes as APNs token. */
export function bodyOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\n/g, '');
}

const APNS = ecKey();
const FCM = rsaKey();
export const APNS_PUBLIC_KEY = APNS.publicKey;

export function apnsCredential(changes: Record<string, unknown> = {}) {
  return {
    apnsCredential: {
      properties: {
        appId: 'TEAM123456',
        appName: 'com.example.app',
        keyId: 'ABCDE12345',
        token: bodyOf(APNS.privateKey),
        endpoint: 'https://api.push.apple.com:443/3/device',
        ...changes,
      },
    },
  };
}

export function fcmCredential(changes: Record<string, unknown> = {}) {
  return {
    fcmV1Credential: {
      properties: {
        projectId: 'project',
        clientEmail: 'push@project.iam.gserviceaccount.com',
        privateKey: FCM.privateKey,
        ...changes,
      },
    },
  };
}
