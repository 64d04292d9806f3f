import { randomUUID } from 'node:crypto';
import type { Azurite, StorageServiceName } from './azurite';
import { bearerClaims } from '../../core/access/bearer';
import type { QueueMessage } from '../../core/context';
import type { HostService, LocalRequest, LocalResponse } from '../../core/http';
import { LOGIN_HOST, TENANT_ID } from '../../core/identity';
import type { Rbac } from '../../core/access/rbac';
import { rightFor } from './rights';
import type { ResourceStore, StoredResource } from '../../core/store';
import { batchForAzurite } from './table-batch';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';

export const STORAGE_ACCOUNT_TYPE = 'Microsoft.Storage/storageAccounts';
const HOST = /^([a-z0-9]{3,24})\.(blob|queue|table)\.core\.windows\.net$/;
const AUDIENCE = 'https://storage.azure.com';
const ADD_MESSAGE = 'Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action';

/** The data planes of the storage accounts: who may come in is decided here, the rest is Azurite. */
export class Storage implements HostService {
  /** Of a blob in Azure 5000 MiB; here whatever is held in memory. */
  readonly bodyLimit = { bytes: 256 * 1024 * 1024, code: 'RequestBodyTooLarge' };

  constructor(
    private readonly store: ResourceStore,
    private readonly azurite: Azurite,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const [, name = '', service] = HOST.exec(request.host) ?? [];
    const plane = service as StorageServiceName;
    const account = this.account(name);
    if (!account) {
      return refuse(plane, 404, 'ResourceNotFound', `there is no storage account '${name}' in local Azure`);
    }
    const scheme = request.headers.authorization?.split(' ')[0]?.toLowerCase();
    const keyed = scheme?.startsWith('sharedkey') || request.query.has('sig');
    if (scheme === 'bearer') {
      const refusal = await this.checkBearer(plane, account, request);
      if (refusal) return refusal;
    } else if (keyed && account.properties.allowSharedKeyAccess === false) {
      return refuse(
        plane,
        403,
        'KeyBasedAuthenticationNotPermitted',
        `key based authentication is not permitted on the storage account '${name}'`,
      );
    } else if (!keyed && (plane !== 'blob' || account.properties.allowBlobPublicAccess !== true)) {
      return unauthenticated(plane, 'NoAuthenticationInformation', 'the request carries no authentication');
    }
    const isBatch = plane === 'table' && request.path === '/$batch';
    const answer = await this.azurite.send({
      method: request.method,
      service: plane,
      account: name,
      path: request.path,
      query: request.query,
      headers: singleHeaders(request),
      body: isBatch ? batchForAzurite(name, request.body) : request.body,
      sign: scheme === 'bearer',
    });
    // Azurite breaks on some of what Azure refuses, and says nothing then.
    const broke = answer.status === 500 && String(answer.body ?? '') === '';
    return broke ? refuse(plane, 400, 'InvalidInput', 'One of the request inputs is not valid.') : answer;
  }

  /** Writes a block blob in local Azure's own name. @throws Error when account or container are not there. */
  async writeBlob(
    accountId: string,
    container: string,
    name: string,
    content: string | Buffer,
  ): Promise<void> {
    await this.blob('PUT', accountId, blobPath(container, name), {}, Buffer.from(content));
  }

  /** Puts a message into a queue; answers the status of the queue service. */
  async putMessage(message: QueueMessage): Promise<number> {
    const { storageAccountId, queue, text, timeToLive, principalId } = message;
    const account = this.store.get(storageAccountId);
    if (account?.type !== STORAGE_ACCOUNT_TYPE) return 404;
    const scope = `${account.id}/queueServices/default/queues/${queue}`;
    const allowed =
      principalId === undefined
        ? account.properties.allowSharedKeyAccess !== false
        : this.rbac.allowsDataAction(principalId, ADD_MESSAGE, scope);
    if (!allowed) return 403;
    const answer = await this.azurite.send({
      method: 'POST',
      service: 'queue',
      account: account.name,
      path: `/${queue}/messages`,
      query: new URLSearchParams(timeToLive === undefined ? {} : { messagettl: String(timeToLive) }),
      headers: { 'content-type': 'application/xml' },
      body: Buffer.from(`<QueueMessage><MessageText>${escapeXml(text)}</MessageText></QueueMessage>`),
      sign: true,
    });
    return answer.status;
  }

  async readBlob(accountId: string, container: string, name: string): Promise<Buffer> {
    return this.blob('GET', accountId, blobPath(container, name), {});
  }

  /** The names of the first 5000 blobs of the container. */
  async listBlobs(accountId: string, container: string): Promise<string[]> {
    const listed = await this.blob('GET', accountId, `/${container}`, { restype: 'container', comp: 'list' });
    return [...listed.toString('utf8').matchAll(/<Blob><Name>([^<]+)<\/Name>/g)].map(([, name]) =>
      unescapeXml(name!),
    );
  }

  /** Of Azurite, which is started if it does not run yet. */
  async processId(): Promise<number> {
    return (await this.azurite.ready()).child.pid!;
  }

  private async blob(
    method: string,
    accountId: string,
    path: string,
    query: Record<string, string>,
    body: Buffer = Buffer.alloc(0),
  ): Promise<Buffer> {
    const account = this.store.get(accountId);
    if (account?.type !== STORAGE_ACCOUNT_TYPE) throw new Error(`storage account ${accountId} is not there`);
    const answer = await this.azurite.send({
      method,
      service: 'blob',
      account: account.name,
      path,
      query: new URLSearchParams(query),
      headers:
        method === 'PUT' ? { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' } : {},
      body,
      sign: true,
    });
    if (answer.status < 300) return answer.body as Buffer;
    const code = /<Code>([^<]+)/.exec(String(answer.body))?.[1];
    throw new Error(`${method} ${path} in storage account ${account.name} answered ${answer.status} ${code}`);
  }

  private account(name: string): StoredResource | undefined {
    return this.store.list({ type: STORAGE_ACCOUNT_TYPE }).find((account) => account.name === name);
  }

  private async checkBearer(
    service: StorageServiceName,
    account: StoredResource,
    request: LocalRequest,
  ): Promise<LocalResponse | undefined> {
    let claims: TokenClaims;
    try {
      const audiences = [AUDIENCE, `https://${account.name}.${service}.core.windows.net`];
      claims = await bearerClaims(request, this.tokens, audiences);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return unauthenticated(service, 'InvalidAuthenticationInfo', error.message);
    }
    const right = rightFor(service, request);
    const scope = account.id + right.scope;
    const allowed = right.operations.some((operation) =>
      right.kind === 'action'
        ? this.rbac.allowsAction(claims.oid, operation, scope)
        : this.rbac.allowsDataAction(claims.oid, operation, scope),
    );
    if (allowed) return undefined;
    return refuse(
      service,
      403,
      'AuthorizationPermissionMismatch',
      `the principal '${claims.oid}' has no role that allows ${right.operations.join(' or ')} on ${scope}`,
    );
  }
}

function blobPath(container: string, name: string): string {
  return `/${container}/${name.split('/').map(encodeURIComponent).join('/')}`;
}

function singleHeaders(request: LocalRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value!,
    ]),
  );
}

function unauthenticated(service: StorageServiceName, code: string, message: string): LocalResponse {
  const authority = `https://${LOGIN_HOST}/${TENANT_ID}/oauth2/authorize`;
  return refuse(service, 401, code, message, {
    'www-authenticate': `Bearer authorization_uri=${authority} resource_id=${AUDIENCE}`,
  });
}

/** An error as the storage services word it: XML, and JSON for tables. */
function refuse(
  service: StorageServiceName,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): LocalResponse {
  const common = { 'x-ms-error-code': code, 'x-ms-request-id': randomUUID(), ...headers };
  return service === 'table'
    ? {
        status,
        headers: common,
        body: { 'odata.error': { code, message: { lang: 'en-US', value: message } } },
      }
    : {
        status,
        headers: { ...common, 'content-type': 'application/xml' },
        body:
          '<?xml version="1.0" encoding="utf-8"?>' +
          `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`,
      };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
