import { sha256 } from '../../relay/hash';
import { tableNames } from '../../relay/storage/table';
import type { LocalRelay } from './local-relay';

/** What the relay has written down of the things it made pushes of, by the key of their rows. */
export interface Claims {
  /** Handled to their end: no delivery makes a push of them again. */
  readonly marked: ReadonlySet<string>;
  /** Claimed by an attempt that has not written how it ended, with the token of that attempt. */
  readonly unmarked: ReadonlyMap<string, string>;
}

/** Reads the claims from the relay's tables, one for each day. */
export async function readClaims(relay: LocalRelay): Promise<Claims> {
  const marked = new Set<string>();
  const unmarked = new Map<string, string>();
  for (const name of await tableNames(relay.account, 'relay')) {
    if (!/^relay\d{8}$/.test(name)) continue;
    for (const row of await relay.table(name).rows("PartitionKey gt ''")) {
      if (row[`done_${String(row['version'])}`] === true) marked.add(row.rowKey);
      else if (row['freed'] !== row['holder']) unmarked.set(row.rowKey, String(row['holder']));
    }
  }
  return { marked, unmarked };
}

/** Key of the row that is claimed for a chat message to one recipient. */
export function messageClaim(recipient: string, threadId: string, messageId: string): string {
  return sha256(`chat\n${recipient}\n${threadId}\n${messageId}`);
}

/** Key of the row that is claimed for what one who was called is told of a call. */
export function callClaim(correlationId: string, callee: string): string {
  return sha256(`call\n${correlationId}\n${callee}`);
}
