import { sha256, sha256Hex } from '../hash';
import type { StorageAccount } from '../storage/account';
import { OwnTable, Table } from '../storage/table';
import { readPreferences, type Preferences } from './preferences';

/** A document, and what tells it from every other one. */
export interface KeptPreferences {
  readonly preferences: Preferences;
  /** Strong entity tag, in quotes. */
  readonly etag: string;
}

/** What a writer knows of the document: its tag, that there is one, or that there is none. */
export type Expected = { readonly etag: string } | 'any' | 'none';

/** Attempts of a writer that replaces any document, while others write. */
const ATTEMPTS = 5;

/** The one row of a user's partition. */
const ROW = 'preferences';

/**
 * The preferences of users, a document each, under the hash of the user's raw id. The documents name chat threads and a
 * time zone, and nothing else of a person.
 */
export class PreferencesStore {
  private readonly table: OwnTable;
  /** For reading: what nobody has written anything into is not made for that. */
  private readonly tableAsItIs: Table;

  constructor(account: StorageAccount, tableName: string) {
    this.table = new OwnTable(account, tableName);
    this.tableAsItIs = new Table(account, tableName);
  }

  /** @throws TransientError when the table cannot be read */
  async get(user: string): Promise<KeptPreferences | undefined> {
    return (await read(this.tableAsItIs, user))?.kept;
  }

  /**
   * Writes a document when the one that is there is as expected.
   *
   * @returns the new tag and whether there was none before, or nothing when another writer was faster
   * @throws TransientError when the table cannot be reached
   */
  async put(
    user: string,
    preferences: Preferences,
    expected: Expected,
  ): Promise<{ etag: string; created: boolean } | undefined> {
    const document = JSON.stringify(preferences);
    const entity = { partitionKey: sha256Hex(user), rowKey: ROW, document };
    return this.table.use(async (table) => {
      for (let attempt = 1; ; attempt++) {
        const before = await read(table, user);
        if (!isExpected(before?.kept, expected)) return undefined;
        const changed = await table.change(
          before ? { kind: 'replace', entity, etag: before.rowEtag } : { kind: 'insert', entity },
        );
        const written = { etag: tagOf(document), created: !before };
        if (changed === 'done') return written;
        // The change that was faster may be this one itself, whose answer was lost.
        if ((await read(table, user))?.kept.etag === written.etag) return written;
        if (expected !== 'any' || attempt === ATTEMPTS) return undefined;
      }
    });
  }

  /** Removes a document when it is as expected; one that is not there is removed already. */
  async delete(user: string, expected: Expected): Promise<boolean> {
    return this.table.use(async (table) => {
      const before = await read(table, user);
      if (!before) return expected === 'any';
      if (!isExpected(before.kept, expected)) return false;
      const entity = { partitionKey: sha256Hex(user), rowKey: ROW };
      const etag = expected === 'any' ? undefined : before.rowEtag;
      return (await table.delete(entity, etag)) === 'done';
    });
  }
}

async function read(
  table: Table,
  user: string,
): Promise<{ kept: KeptPreferences; rowEtag: string } | undefined> {
  const row = await table.get(sha256Hex(user), ROW);
  if (!row) return undefined;
  const document = String(row['document']);
  // What a later version of the relay wrote may not be known to this one: it then says nothing that is understood.
  const known = readPreferences(parsed(document));
  const preferences = 'preferences' in known ? known.preferences : {};
  return { kept: { preferences, etag: tagOf(document) }, rowEtag: row.etag };
}

/** A text that is no JSON is no document either. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isExpected(kept: KeptPreferences | undefined, expected: Expected): boolean {
  if (expected === 'none') return !kept;
  if (expected === 'any') return true;
  return kept?.etag === expected.etag;
}

/** The same document has the same tag: who writes what is there already takes nothing from another. */
function tagOf(document: string): string {
  return `"${sha256(document)}"`;
}
