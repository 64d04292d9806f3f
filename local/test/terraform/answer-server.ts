import 'reflect-metadata';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, createHmac, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const HOSTS = [
  'management.azure.com',
  'login.microsoftonline.com',
  '*.blob.core.windows.net',
  '*.queue.core.windows.net',
  '*.vault.azure.net',
];

export interface RecordedRequest {
  readonly userAgent: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: any;
  status: number;
}

type Resource = Record<string, any>;
interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const TENANT = '11111111-1111-1111-1111-111111111111';
export const OBJECT_ID = '22222222-2222-2222-2222-222222222222';
export const CLIENT_ID = '33333333-3333-3333-3333-333333333333';

/**
 * A small Azure that answers the stand-in providers as the server of the committed requests did: it keeps what is
 * PUT and adds what each type computes. Everything asked of it is recorded.
 */
export class AnswerServer {
  readonly requests: RecordedRequest[] = [];
  readonly resources = new Map<string, Resource>();
  /** The state of each resource provider that the subscription lists. */
  readonly registrations = new Map<string, string>();
  /** Answers that come before all others; return undefined to let a request through. */
  intercept: (request: RecordedRequest) => Answer | undefined = () => undefined;
  /** Which requests are done and never answered: their connection breaks instead. */
  lose: (request: RecordedRequest) => boolean = () => false;
  /** What rule keys end in; raising it plays a regenerated key. */
  keyGeneration = 1;
  environment: Record<string, string> = {};

  private readonly appSettings = new Map<string, Record<string, string>>();
  private readonly siteConfig = new Map<string, Resource>();
  private readonly secrets = new Map<string, Resource>();
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private folder = '';

  static async start(): Promise<AnswerServer> {
    const server = new AnswerServer();
    const { ca, certificate, key } = await certificates();
    const azure = createTlsServer({ cert: certificate, key }, (request, response) => {
      void server.receive(request).then((answer) => {
        if (answer === 'lost') return request.socket.destroy();
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        return response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
      });
    });
    const proxy = createHttpServer((_, response) => response.writeHead(403).end());
    proxy.on('connect', (_request, socket: Socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      azure.emit('connection', socket);
      server.sockets.add(socket);
    });
    server.servers.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    server.folder = mkdtempSync(join(tmpdir(), 'answers-'));
    const caFile = join(server.folder, 'ca.pem');
    writeFileSync(caFile, ca);
    server.environment = {
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      SSL_CERT_FILE: caFile,
      ARM_CLIENT_ID: CLIENT_ID,
      ARM_CLIENT_SECRET: 'local',
      ARM_TENANT_ID: TENANT,
      ARM_SUBSCRIPTION_ID: SUBSCRIPTION,
    };
    return server;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What was asked since the last call, token requests left out. */
  take(): RecordedRequest[] {
    return this.takeAll().filter((request) => request.host !== 'login.microsoftonline.com');
  }

  /** What was asked since the last call. */
  takeAll(): RecordedRequest[] {
    return this.requests.splice(0);
  }

  get(id: string): Resource | undefined {
    return this.resources.get(id.toLowerCase());
  }

  private async receive(message: IncomingMessage): Promise<Answer | 'lost'> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(message.url!, `https://${message.headers.host}`);
    const request: RecordedRequest = {
      userAgent: message.headers['user-agent'] ?? '',
      host: url.hostname,
      method: message.method!,
      path: url.pathname,
      query: url.searchParams,
      authorization: message.headers.authorization,
      body: /^[[{]/.test(text) ? JSON.parse(text) : text || undefined,
      status: 0,
    };
    this.requests.push(request);
    const answer = this.intercept(request) ?? this.answer(request);
    request.status = answer.status;
    return this.lose(request) ? 'lost' : answer;
  }

  private answer(request: RecordedRequest): Answer {
    if (request.host === 'login.microsoftonline.com') return { status: 200, body: token() };
    if (request.host.endsWith('.core.windows.net')) return { status: request.authorization ? 200 : 401 };
    if (request.host.endsWith('.vault.azure.net')) return this.vault(request);
    if (!request.authorization) return error(401, 'AuthenticationFailed', request.path);
    return this.arm(request);
  }

  private vault(request: RecordedRequest): Answer {
    if (request.path === '/') return { status: 200, body: { value: [] } };
    if (!request.authorization) {
      const challenge = `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="https://vault.azure.net"`;
      return { ...error(401, 'Unauthorized', request.path), headers: { 'www-authenticate': challenge } };
    }
    if (request.path === '/certificates/contacts') return { status: 200, body: { value: [] } };
    const [, , name] = request.path.split('/');
    const key = `${request.host}/${name}`;
    if (request.method === 'PUT') {
      const version = createHash('md5').update(JSON.stringify(request.body)).digest('hex');
      this.secrets.set(key, {
        ...request.body,
        attributes: { enabled: true, created: 1795437563, updated: 1795437563, ...request.body.attributes },
        id: `https://${request.host}/secrets/${name}/${version}`,
      });
    }
    if (request.method === 'PATCH') Object.assign(this.secrets.get(key)!, request.body);
    const secret = this.secrets.get(key);
    if (request.method === 'DELETE') this.secrets.delete(key);
    return secret ? { status: 200, body: secret } : error(404, 'SecretNotFound', key);
  }

  private arm(request: RecordedRequest): Answer {
    const { method, path } = request;
    const key = path.toLowerCase();
    const leaf = path.split('/').at(-1)!;
    if (key.includes('/providers') && key.split('/').length <= 6 && key.split('/')[3] === 'providers')
      return this.registration(path);
    if (method === 'POST') return this.action(path, leaf);
    if (/\/config\/(slotconfignames|publishingcredentials|web)$/.test(key))
      return this.siteSetting(request, leaf);
    if (key.endsWith('/providers/microsoft.operationalinsights/deletedworkspaces'))
      return { status: 200, body: { value: [] } };
    if (key.endsWith('/resources')) {
      const below = `${key.slice(0, -'resources'.length)}`;
      const value = [...this.resources]
        .filter(([id]) => id.startsWith(below))
        .map(([, resource]) => ({ id: resource.id }));
      return { status: 200, body: { value } };
    }
    if (key.endsWith('/roledefinitions'))
      return { status: 200, body: { value: [builtInRole(path, request.query.get('$filter')!)] } };
    if (/\/(blob|file)services\/default$/.test(key)) {
      return {
        status: 200,
        body: {
          id: path,
          name: 'default',
          type: 'x',
          properties: SERVICE_PROPERTIES,
          ...this.resources.get(key),
        },
      };
    }
    if (method === 'PUT' && key.endsWith('/config/appsettings')) {
      this.appSettings.set(key.slice(0, -'/config/appsettings'.length), request.body.properties);
      return { status: 200, body: request.body };
    }
    const existing = this.resources.get(key);
    if (method === 'GET' || method === 'HEAD') {
      if (roleNames.has(leaf) && !existing) {
        return { status: 200, body: { id: path, name: leaf, properties: { roleName: roleNames.get(leaf) } } };
      }
      if (leaf === 'currentbillingfeatures' && !existing) return { status: 200, body: { value: [] } };
      return existing ? { status: 200, body: visible(existing) } : error(404, 'ResourceNotFound', path);
    }
    if (method === 'DELETE') {
      for (const id of [...this.resources.keys()])
        if (id === key || id.startsWith(`${key}/`)) this.resources.delete(id);
      return { status: 200 };
    }
    const body =
      method === 'PATCH' && existing
        ? { ...existing, ...request.body, properties: { ...existing.properties, ...request.body.properties } }
        : { ...request.body };
    const resource = this.keep(path, leaf, body);
    return { status: key.includes('/eventsubscriptions/') ? 201 : 200, body: visible(resource) };
  }

  private registration(path: string): Answer {
    const [, , , , namespace, action] = path.split('/');
    if (namespace === undefined) {
      const value = [...this.registrations].map(([name, registrationState]) => ({
        namespace: name,
        registrationState,
      }));
      return { status: 200, body: { value } };
    }
    if (action === 'register') this.registrations.set(namespace, 'Registered');
    return { status: 200, body: { namespace, registrationState: this.registrations.get(namespace) } };
  }

  /** A resource as it is kept: what was PUT and what its type computes. */
  private keep(path: string, name: string, body: Resource): Resource {
    const type = typeOf(path);
    const linked = this.get(path)?.properties.notificationHubId as string | undefined;
    const computed = {
      ...computedProperties(type, name, body),
      ...(linked && { notificationHubId: linked }),
    };
    if (type === 'microsoft.web/sites') {
      const { appSettings, ...config } = body.properties.siteConfig ?? {};
      if (appSettings) {
        this.appSettings.set(
          path.toLowerCase(),
          Object.fromEntries(appSettings.map((s: { name: string; value: string }) => [s.name, s.value])),
        );
      }
      if (Object.keys(config).length > 0) this.siteConfig.set(path.toLowerCase(), config);
    }
    const resource: Resource = {
      ...body,
      id: path,
      name,
      type: typeName(path),
      properties: { ...body.properties, ...computed },
    };
    if (type === 'microsoft.web/sites') resource.properties.siteConfig = {};
    const identities = body.identity?.userAssignedIdentities;
    if (body.identity) {
      resource.identity = {
        ...body.identity,
        principalId: OBJECT_ID,
        tenantId: TENANT,
        userAssignedIdentities:
          identities &&
          Object.fromEntries(
            Object.keys(identities).map((id) => [
              id,
              { principalId: OBJECT_ID, clientId: IDENTITY_CLIENT_ID },
            ]),
          ),
      };
    }
    this.resources.set(path.toLowerCase(), resource);
    return resource;
  }

  private action(path: string, action: string): Answer {
    const parent = path.split('/').slice(0, -1).join('/');
    if (action === 'checknameavailability') return { status: 200, body: { nameAvailable: true } };
    if (action === 'sharedKeys')
      return { status: 200, body: { primarySharedKey: 'SENT-LAW-PK', secondarySharedKey: 'SENT-LAW-SK' } };
    if (action === 'getFullUrl') {
      const url = this.get(parent)?.properties.destination.properties.endpointUrl;
      return { status: 200, body: url ? { endpointUrl: url } : {} };
    }
    if (action === 'pnsCredentials') return { status: 200, body: { id: parent, properties: {} } };
    if (action === 'linkNotificationHub') {
      const acs = this.get(parent);
      const { resourceId } = this.requests.at(-1)!.body;
      if (!acs) return error(404, 'ResourceNotFound', parent);
      acs.properties.notificationHubId = resourceId;
      return { status: 200, body: { resourceId } };
    }
    if (action === 'listKeys' && typeOf(parent) === 'microsoft.storage/storageaccounts') {
      return {
        status: 200,
        body: {
          keys: ['key1', 'key2'].map((keyName) => ({
            keyName,
            value: storageKey(keyName),
            permissions: 'Full',
          })),
        },
      };
    }
    if (action === 'listKeys') {
      if (!this.get(parent)) return error(404, 'ResourceNotFound', parent);
      const segments = parent.split('/');
      const rule = segments.at(-1)!;
      const primaryKey = `SENT-RULE-PK-${this.keyGeneration}`;
      const string = (key: string) =>
        `Endpoint=sb://${segments.at(-5)}.servicebus.windows.net/;SharedAccessKeyName=${rule};SharedAccessKey=${key}`;
      const secondaryKey = `SENT-RULE-SK-${this.keyGeneration}`;
      return {
        status: 200,
        body: {
          keyName: rule,
          primaryKey,
          secondaryKey,
          primaryConnectionString: string(primaryKey),
          secondaryConnectionString: string(secondaryKey),
        },
      };
    }
    const config = /^(.*)\/config\/(\w+)\/list$/.exec(path);
    if (config) {
      const properties: Record<string, unknown> = {
        appSettings: this.appSettings.get(config[1]!.toLowerCase()) ?? {},
        connectionStrings: {},
        publishingcredentials: {
          publishingUserName: `$${config[1]!.split('/').at(-1)}`,
          publishingPassword: 'SENT-SITECRED',
          scmUri: 'https://x',
        },
        authsettings: { enabled: false, configVersion: 'v1' },
      };
      return { status: 200, body: { id: path, name: 'list', properties: properties[config[2]!] } };
    }
    return error(404, 'InvalidResourceType', path);
  }

  private siteSetting(request: RecordedRequest, leaf: string): Answer {
    const site = request.path.replace(/\/config\/\w+$/, '').toLowerCase();
    if (leaf === 'publishingcredentials') return error(404, 'ResourceNotFound', request.path);
    if (leaf === 'web' && request.method === 'PATCH') {
      const settings = request.body.properties.appSettings as { name: string; value: string }[] | undefined;
      if (settings)
        this.appSettings.set(site, Object.fromEntries(settings.map(({ name, value }) => [name, value])));
    }
    const properties = leaf === 'web' ? (this.siteConfig.get(site) ?? {}) : {};
    return { status: 200, body: { id: request.path, name: leaf, properties } };
  }
}

const IDENTITY_CLIENT_ID = '66666666-6666-6666-6666-666666666666';
const SERVICE_PROPERTIES = {
  cors: { corsRules: [] },
  deleteRetentionPolicy: { enabled: false },
  shareDeleteRetentionPolicy: { enabled: true, days: 7 },
};

export function storageKey(keyName: string): string {
  return Buffer.from(`SENT-STG-${keyName.slice(-1)}`).toString('base64');
}

function error(status: number, code: string, path: string): Answer {
  return { status, body: { error: { code, message: `${path} was not found` } } };
}

function typeName(path: string): string {
  const after = path.slice(path.toLowerCase().lastIndexOf('/providers/') + '/providers/'.length).split('/');
  if (!path.toLowerCase().includes('/providers/')) return 'Microsoft.Resources/resourceGroups';
  return [after[0], ...after.slice(1).filter((_, index) => index % 2 === 0)].join('/');
}

function typeOf(path: string): string {
  return typeName(path).toLowerCase();
}

/** What Azure never shows in a GET. */
function visible(resource: Resource): Resource {
  if (resource.type.toLowerCase() !== 'microsoft.notificationhubs/namespaces/notificationhubs')
    return resource;
  const { apnsCredential: _apns, fcmV1Credential: _fcm, ...properties } = resource.properties;
  return { ...resource, properties };
}

function computedProperties(type: string, name: string, body: Resource): Resource {
  const location = body.location as string | undefined;
  const common = { provisioningState: 'Succeeded' };
  switch (type) {
    case 'microsoft.managedidentity/userassignedidentities':
      return { ...common, principalId: OBJECT_ID, clientId: IDENTITY_CLIENT_ID, tenantId: TENANT };
    case 'microsoft.communication/communicationservices':
      return {
        ...common,
        hostName: `${name}.europe.communication.azure.com`,
        immutableResourceId: '44444444-4444-4444-4444-444444444444',
        version: '1',
      };
    case 'microsoft.operationalinsights/workspaces':
      return { ...common, customerId: '99999999-9999-9999-9999-999999999999' };
    case 'microsoft.storage/storageaccounts':
      return {
        ...common,
        primaryLocation: location,
        statusOfPrimary: 'available',
        primaryEndpoints: Object.fromEntries(
          ['blob', 'queue', 'table', 'file', 'web', 'dfs'].map((s) => [
            s,
            `https://${name}.${s}.core.windows.net/`,
          ]),
        ),
      };
    case 'microsoft.insights/components':
      return {
        ...common,
        AppId: '77777777-7777-7777-7777-777777777777',
        InstrumentationKey: 'SENT-AI-IKEY',
        ConnectionString: 'InstrumentationKey=SENT-AI-IKEY;IngestionEndpoint=https://x/',
      };
    case 'microsoft.eventgrid/systemtopics':
      return { ...common, metricResourceId: '55555555-5555-5555-5555-555555555555' };
    case 'microsoft.eventgrid/systemtopics/eventsubscriptions':
      return { ...common, filter: { subjectBeginsWith: '', subjectEndsWith: '', ...body.properties.filter } };
    case 'microsoft.keyvault/vaults':
      return { ...common, vaultUri: `https://${name}.vault.azure.net/` };
    case 'microsoft.web/sites':
      return {
        defaultHostName: `${name}.azurewebsites.net`,
        customDomainVerificationId: 'SENT-CDVID',
        outboundIpAddresses: '10.0.0.1',
        possibleOutboundIpAddresses: '10.0.0.1,10.0.0.2',
        state: 'Running',
        hostNameSslStates: [
          { name: `${name}.azurewebsites.net`, sslState: 'Disabled', hostType: 'Standard' },
          { name: `${name}.scm.azurewebsites.net`, sslState: 'Disabled', hostType: 'Repository' },
        ],
      };
    default:
      return common;
  }
}

const roleNames = new Map<string, string>();

function builtInRole(path: string, filter: string): Resource {
  const roleName = /roleName eq '(.*)'/.exec(filter)![1]!;
  const digest = createHmac('md5', 'role').update(roleName).digest('hex');
  const name = digest.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  roleNames.set(name, roleName);
  return {
    id: `${path}/${name}`,
    name,
    type: 'Microsoft.Authorization/roleDefinitions',
    properties: { roleName },
  };
}

function token(): object {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { oid: OBJECT_ID, tid: TENANT, appid: CLIENT_ID };
  return {
    token_type: 'Bearer',
    expires_in: 86399,
    access_token: `${part({ alg: 'none' })}.${part(claims)}.c2ln`,
  };
}

async function certificates(): Promise<{ ca: string; certificate: string; key: string }> {
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const validity = {
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
  };
  const caKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Answers CA',
    keys: caKeys as never,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const leaf = await x509.X509CertificateGenerator.create({
    subject: 'CN=Azure',
    issuer: ca.subject,
    publicKey: keys.publicKey as never,
    signingKey: caKeys.privateKey as never,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.SubjectAlternativeNameExtension(HOSTS.map((value) => ({ type: 'dns' as const, value }))),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    ca: ca.toString('pem'),
    certificate: leaf.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
  };
}
