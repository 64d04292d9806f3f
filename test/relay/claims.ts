import { sha256 } from '../../relay/hash';
import { send } from '../local/azure-core/clients';
import { ACCOUNT_NAME, type LocalRelay } from './local-relay';

const TABLES = `https://${ACCOUNT_NAME}.table.core.windows.net`;

/** What the relay has written down of the things it made pushes of, by the key of their rows. */
export interface Claims {
  /** Handled to their end: no delivery makes a push of them again. */
  readonly marked: ReadonlySet<string>;
  /** Claimed by a delivery that has not written how it ended. */
  readonly unmarked: ReadonlySet<string>;
}

/** Reads the claims straight from the relay's tables, one for each day. */
export async function readClaims(relay: LocalRelay): Promise<Claims> {
  const token = await relay.tokens.token('https://storage.azure.com/');
  const read = async (path: string) => {
    const values: Record<string, unknown>[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const { status, text, headers } = await send(relay.azure, 'GET', `${TABLES}/${path}${next}`, {
        token,
        headers: { accept: 'application/json;odata=nometadata', 'x-ms-version': '2019-02-02' },
      });
      if (status !== 200) throw new Error(`reading ${path} answered ${status}: ${text}`);
      values.push(...(JSON.parse(text) as { value: Record<string, unknown>[] }).value);
      const [partition, row] = ['partitionkey', 'rowkey'].map((k) => headers[`x-ms-continuation-next${k}`]);
      next = partition
        ? `?NextPartitionKey=${encodeURIComponent(partition)}&NextRowKey=${encodeURIComponent(row ?? '')}`
        : undefined;
    }
    return values;
  };
  const marked = new Set<string>();
  const unmarked = new Set<string>();
  for (const { TableName } of await read('Tables')) {
    if (!/^relay\d{8}/.test(String(TableName))) continue;
    for (const row of await read(`${String(TableName)}()`)) {
      const done = Object.keys(row).some((name) => name.startsWith('done_'));
      (done ? marked : unmarked).add(String(row['RowKey']));
    }
  }
  return { marked, unmarked };
}

/** Key of the row that is claimed for a chat message to one recipient. */
export function messageClaim(recipient: string, threadId: string, messageId: string): string {
  return sha256(`chat\n${recipient}\n${threadId}\n${messageId}`);
}
