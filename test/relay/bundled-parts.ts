import { text } from 'node:stream/consumers';
import { getOuterHTML } from 'domutils';
import { Transport } from '../../relay/http';
import { managedIdentity } from '../../relay/identity';
import type { Clock } from '../../relay/ports';
import { storageAccount, type StorageAccount } from '../../relay/storage/account';
import { containerOf } from '../../relay/storage/container';
import { StoredDeadLetters } from '../../relay/storage/dead-letters';
import { ask } from '../../relay/storage/failures';
import { Table, tableNames } from '../../relay/storage/table';

/** What the relay does with the libraries that are bundled with it, to be bundled as it is. */

/** Waits for nothing. */
const clock: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

const credential = {
  getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

export function connected(environment: NodeJS.ProcessEnv, ca: string) {
  const transport = new Transport(environment, ca);
  return { transport, account: storageAccount('account', { transport, credential, clock }) };
}

/** A token of the identity endpoint that the process names. */
export async function token(endpoint: string, environment: NodeJS.ProcessEnv): Promise<string> {
  Object.assign(
    process.env,
    { IDENTITY_ENDPOINT: `${endpoint}/token`, IDENTITY_HEADER: 'header' },
    environment,
  );
  const transport = new Transport(environment);
  try {
    const identity = managedIdentity('client', transport.sdkClient, clock);
    return (await identity.getToken('https://storage.azure.com/.default'))!.token;
  } finally {
    for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', ...Object.keys(environment)])
      delete process.env[name];
    transport.close();
  }
}

export function keep(account: StorageAccount): Promise<void> {
  const letters = new StoredDeadLetters(account, 'deadletter');
  return letters.keep({ reason: 'invalid-data', detail: 'x', functionName: 'messages', event: { id: '1' } });
}

export async function listed(account: StorageAccount): Promise<void> {
  await ask(account.clock, () => containerOf(account, 'deadletter').listBlobsFlat().next());
}

export async function downloaded(account: StorageAccount): Promise<string> {
  const { readableStreamBody } = await containerOf(account, 'deadletter').getBlobClient('x.json').download();
  return text(readableStreamBody!);
}

export function uploadWithChecksum(account: StorageAccount): Promise<unknown> {
  const blob = containerOf(account, 'deadletter').getBlockBlobClient('x.json');
  return blob.upload('x', 1, { contentChecksumAlgorithm: 'StorageCrc64' });
}

export function asHtml(): string {
  return getOuterHTML([]);
}

export function tableWork(account: StorageAccount): (() => Promise<unknown>)[] {
  const table = new Table(account, 'relay');
  const entity = { partitionKey: 'p', rowKey: 'r' };
  return [
    () => table.create(),
    () => table.get('p', 'r'),
    () => table.rows("PartitionKey eq 'p'"),
    () => table.change({ kind: 'insert', entity }),
    () => table.transact([{ kind: 'insert', entity }]),
    () => table.delete(entity),
    () => tableNames(account, 'relay'),
  ];
}
