import type { StorageServiceName } from './azurite';
import type { LocalRequest } from '../../core/http';

/** What a storage request needs a role for; one of the listed operations is enough. */
export interface StorageRight {
  readonly kind: 'action' | 'dataAction';
  readonly operations: readonly string[];
  /** Below the account's id, empty for the account itself. */
  readonly scope: string;
}

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The rights by operation of the data plane.
 * Source: learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 */
export function rightFor(service: StorageServiceName, request: LocalRequest): StorageRight {
  const [first, ...rest] = decodeURIComponent(request.path).split('/').filter(Boolean);
  if (service === 'blob') return blobRight(request, first, rest.length > 0);
  if (service === 'queue') return queueRight(request, first, rest[0] === 'messages');
  return tableRight(request, first ?? '');
}

function blobRight(
  { method, query }: LocalRequest,
  container: string | undefined,
  inBlob: boolean,
): StorageRight {
  const services = `${ACCOUNT}/blobServices`;
  const component = query.get('comp');
  if (!container) {
    if (component === 'list') return action('', `${services}/containers/read`);
    if (component === 'userdelegationkey') return action('', `${services}/generateUserDelegationKey/action`);
    return action('', `${services}/${READS.includes(method) ? 'read' : 'write'}`);
  }
  const scope = `/blobServices/default/containers/${container}`;
  const blobs = `${services}/containers/blobs`;
  if (inBlob || component === 'list') {
    if (READS.includes(method)) return dataAction(scope, `${blobs}/read`);
    if (method === 'DELETE') return dataAction(scope, `${blobs}/delete`);
    return dataAction(scope, `${blobs}/write`, `${blobs}/add/action`);
  }
  return action(scope, `${services}/containers/${verb(method)}`);
}

function queueRight(
  { method, query }: LocalRequest,
  queue: string | undefined,
  inMessages: boolean,
): StorageRight {
  const services = `${ACCOUNT}/queueServices`;
  if (!queue) {
    return query.get('comp') === 'list'
      ? action('', `${services}/queues/read`)
      : action('', `${services}/${READS.includes(method) ? 'read' : 'write'}`);
  }
  const scope = `/queueServices/default/queues/${queue}`;
  const messages = `${services}/queues/messages`;
  if (!inMessages) return action(scope, `${services}/queues/${verb(method)}`);
  if (method === 'GET') {
    return query.get('peekonly') === 'true'
      ? dataAction(scope, `${messages}/read`)
      : dataAction(scope, `${messages}/process/action`);
  }
  if (method === 'DELETE') return dataAction(scope, `${messages}/delete`, `${messages}/process/action`);
  return dataAction(scope, `${messages}/write`, `${messages}/add/action`);
}

function tableRight({ method, query, headers }: LocalRequest, first: string): StorageRight {
  const services = `${ACCOUNT}/tableServices`;
  if (!first) return action('', `${services}/${READS.includes(method) ? 'read' : 'write'}`);
  if (/^Tables\b/i.test(first)) return action('', `${services}/tables/${verb(method)}`);
  const scope = `/tableServices/default/tables/${first.replace(/\(.*$/, '')}`;
  const entities = `${services}/tables/entities`;
  if (query.has('comp')) return action(scope, `${services}/tables/${verb(method)}`);
  if (READS.includes(method)) return dataAction(scope, `${entities}/read`);
  if (method === 'DELETE') return dataAction(scope, `${entities}/delete`);
  const merging = method === 'PUT' || method === 'PATCH' || headers['x-http-method'] === 'MERGE';
  return dataAction(scope, `${entities}/write`, `${entities}/${merging ? 'update' : 'add'}/action`);
}

function verb(method: string): string {
  if (READS.includes(method)) return 'read';
  return method === 'DELETE' ? 'delete' : 'write';
}

function action(scope: string, ...operations: string[]): StorageRight {
  return { kind: 'action', operations, scope };
}

function dataAction(scope: string, ...operations: string[]): StorageRight {
  return { kind: 'dataAction', operations, scope };
}
