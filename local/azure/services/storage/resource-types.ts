import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Azurite, AzuriteRequest, StorageAccountKeys, StorageServiceName } from './azurite';
import { iso } from '../../core/clock';
import type { LocalAzureContext } from '../../core/context';
import { DEFAULT_NAME } from '../../core/arm/resource-name';
import { readBodyOf, text } from '../../core/arm/shape';
import { ArmError, type LocalResponse } from '../../core/http';
import { resourceOf } from '../../core/arm/resource-body';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';
import { STORAGE_ACCOUNT_TYPE } from './data-plane';
import type { StoredResource } from '../../core/store';
import { storageManagementPolicies } from './management-policies';

const API_VERSIONS = [
  '2021-09-01',
  '2022-09-01',
  '2023-01-01',
  '2023-05-01',
  '2024-01-01',
  '2025-01-01',
  '2025-06-01',
  '2025-08-01',
];
const NAME = /^[a-z0-9]{3,24}$/;
/** rest/api/storageservices, naming of containers and of queues. */
const QUEUE_NAME = {
  pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
  expected: '3 to 63 lower-case letters, digits and single dashes, a dash neither first nor last',
};
const CONTAINER_NAME = {
  pattern: /^(?:\$root|\$web|\$logs|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*)$/,
  expected: QUEUE_NAME.expected,
};
const ENDPOINTS = ['blob', 'queue', 'table', 'file', 'web', 'dfs'];

/** Microsoft.Storage: accounts, their services, and what Azurite keeps in them. */
export function storageProvider(context: LocalAzureContext, azurite: Azurite): ResourceProvider {
  const { store } = context;
  const taken = (name: string, except?: string) =>
    store
      .list({ type: STORAGE_ACCOUNT_TYPE })
      .some((account) => account.name === name && account.id.toLowerCase() !== except?.toLowerCase());

  const accounts: ResourceType = {
    type: STORAGE_ACCOUNT_TYPE,
    apiVersions: API_VERSIONS,
    put(request) {
      const name = request.id.split('/').at(-1)!;
      if (!NAME.test(name)) {
        throw new ArmError(
          400,
          'AccountNameInvalid',
          `'${name}' is not a valid storage account name; expected 3 to 24 lower-case letters and digits`,
        );
      }
      if (taken(name, request.id)) {
        throw new ArmError(
          409,
          'StorageAccountAlreadyTaken',
          `The storage account named ${name} is already taken.`,
        );
      }
      return {
        ...accountOf(request, name, context.clock.now()),
        secrets: request.existing?.secrets ?? newKeys(),
      };
    },
    actions: {
      // With shared keys off the keys are there all the same, and open nothing.
      listkeys: ({ existing }) => ({ status: 200, body: { keys: keyList(existing) } }),
      regeneratekey: ({ existing, body }) => {
        const wanted = (body as { keyName?: string } | undefined)?.keyName;
        if (wanted !== 'key1' && wanted !== 'key2') {
          throw new ArmError(400, 'InvalidKeyName', `got key name '${wanted}'; expected key1 or key2`);
        }
        existing.secrets = { ...existing.secrets, [wanted]: newKey() };
        store.put(existing);
        return { status: 200, body: { keys: keyList(existing) } };
      },
    },
    deleted: (account) => emptyAccount(azurite, account),
  };

  return {
    resourceTypes: [
      { ...accounts, put: async (request) => warmUp(azurite, context, await accounts.put(request)) },
      service('blobServices', {
        cors: { corsRules: [] },
        deleteRetentionPolicy: { enabled: false, allowPermanentDelete: false },
      }),
      service('fileServices', {
        cors: { corsRules: [] },
        shareDeleteRetentionPolicy: { enabled: true, days: 7 },
      }),
      service('queueServices', { cors: { corsRules: [] } }),
      service('tableServices', { cors: { corsRules: [] } }),
      storageManagementPolicies(context, API_VERSIONS),
      inAzurite(azurite, 'blobServices/containers', 'blob', { restype: 'container' }),
      inAzurite(azurite, 'queueServices/queues', 'queue', {}),
    ],
    operations: [
      {
        method: 'POST',
        path: '/subscriptions/{subscription}/providers/Microsoft.Storage/checkNameAvailability',
        action: 'Microsoft.Storage/checkNameAvailability/read',
        handle({ request }) {
          const { name = '' } = readBodyOf(z.looseObject({ name: text }), request);
          const reason = !NAME.test(name) ? 'AccountNameInvalid' : taken(name) ? 'AlreadyExists' : undefined;
          return {
            status: 200,
            body: reason
              ? { nameAvailable: false, reason, message: `the name '${name}' cannot be had: ${reason}` }
              : { nameAvailable: true },
          };
        },
      },
    ],
  };
}

/** The keys of every account, for Azurite. */
export function accountKeys({ store }: LocalAzureContext) {
  return store.list({ type: STORAGE_ACCOUNT_TYPE }).map(keysOf);
}

function keysOf({ name, secrets }: StoredResource): StorageAccountKeys {
  return { name, keys: [String(secrets?.key1), String(secrets?.key2)] };
}

function accountOf(request: ResourceRequest, name: string, now: number): StoredResource {
  const account = resourceOf(request, STORAGE_ACCOUNT_TYPE, {
    creationTime: request.existing?.properties.creationTime ?? iso(now),
    primaryLocation: (request.body as { location?: string }).location ?? request.existing?.location,
    statusOfPrimary: 'available',
    primaryEndpoints: Object.fromEntries(
      ENDPOINTS.map((endpoint) => [endpoint, `https://${name}.${endpoint}.core.windows.net/`]),
    ),
  });
  return { ...account, kind: account.kind ?? 'StorageV2' };
}

/** Azurite takes seconds to start; it does so while the deployment goes on. */
function warmUp(azurite: Azurite, context: LocalAzureContext, account: StoredResource): StoredResource {
  setImmediate(() => {
    if (context.closing.aborted) return;
    azurite.ready().catch((error: Error) => {
      if (!context.closing.aborted) context.log(`Azurite did not start: ${error.message}`);
    });
  });
  return account;
}

function service(name: string, properties: Record<string, unknown>): ResourceType {
  const type = `${STORAGE_ACCOUNT_TYPE}/${name}`;
  return {
    type,
    apiVersions: API_VERSIONS,
    name: DEFAULT_NAME,
    put: (request) => {
      const { provisioningState: _, ...sent } = resourceOf(request, type).properties;
      return { id: request.id, name: 'default', type, properties: { ...properties, ...sent } };
    },
    implicit: (id) => (/\/default$/i.test(id) ? { id, name: 'default', type, properties } : undefined),
  };
}

/** A container or queue: what ARM creates and deletes, Azurite creates and deletes. */
function inAzurite(
  azurite: Azurite,
  nested: string,
  service: StorageServiceName,
  query: Record<string, string>,
): ResourceType {
  const type = `${STORAGE_ACCOUNT_TYPE}/${nested}`;
  const send = (method: string, id: string) =>
    azurite.send(plain(method, service, accountNameOf(id), `/${id.split('/').at(-1)!}`, query));
  return {
    type,
    apiVersions: API_VERSIONS,
    name: service === 'blob' ? CONTAINER_NAME : QUEUE_NAME,
    async put(request) {
      const answer = await send('PUT', request.id);
      // 409 is one that is there already, which a PUT to ARM does not mind.
      if (answer.status >= 300 && answer.status !== 409) throw refused(answer, request.id);
      const { provisioningState: _, ...properties } = resourceOf(request, type).properties;
      return {
        id: request.id,
        name: request.id.split('/').at(-1)!,
        type,
        properties:
          service === 'blob'
            ? { publicAccess: 'None', hasImmutabilityPolicy: false, hasLegalHold: false, ...properties }
            : properties,
      };
    },
    // Of the two, only containers are said to answer 200 as well (Queue_Delete, BlobContainers_Delete).
    ...(service === 'queue' && { deleteStatus: 204 }),
    async deleted({ id }) {
      // With its account gone, Azurite has been emptied already.
      await send('DELETE', id).catch(() => undefined);
    },
  };
}

/** What is left of a deleted account must not come back with the next one of its name. */
async function emptyAccount(azurite: Azurite, account: StoredResource): Promise<void> {
  const keys = keysOf(account);
  const send = (method: string, service: StorageServiceName, path: string, query: Record<string, string>) =>
    azurite.send(plain(method, service, account.name, path, query), keys);
  for (const [service, query] of [
    ['blob', { restype: 'container' }],
    ['queue', {}],
  ] as const) {
    const listed = await send('GET', service, '/', { comp: 'list' });
    for (const [, name] of String(listed.body).matchAll(/<Name>([^<]+)<\/Name>/g)) {
      await send('DELETE', service, `/${name}`, query);
    }
  }
  const tables = await send('GET', 'table', '/Tables', {});
  for (const [, name] of String(tables.body).matchAll(/"TableName":"(\w+)"/g)) {
    await send('DELETE', 'table', `/Tables('${name}')`, {});
  }
}

function accountNameOf(id: string): string {
  return /\/storageAccounts\/([^/]+)/i.exec(id)?.[1] ?? '';
}

function refused(answer: LocalResponse, id: string): ArmError {
  const text = String(answer.body);
  const code = /<Code>([^<]+)/.exec(text)?.[1] ?? 'StorageError';
  return new ArmError(answer.status, code, `${id}: ${/<Message>([^<\n]+)/.exec(text)?.[1] ?? text}`);
}

function plain(
  method: string,
  service: StorageServiceName,
  account: string,
  path: string,
  query: Record<string, string>,
): AzuriteRequest {
  return {
    method,
    service,
    account,
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.alloc(0),
    sign: true,
  };
}

function newKeys(): Record<string, unknown> {
  return { key1: newKey(), key2: newKey() };
}

function newKey(): string {
  return randomBytes(64).toString('base64');
}

function keyList({ secrets }: StoredResource): unknown[] {
  return ['key1', 'key2'].map((keyName) => ({ keyName, value: secrets?.[keyName], permissions: 'FULL' }));
}
