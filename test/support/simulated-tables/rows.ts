import { TableError } from './errors';

/** An entity as it goes over the wire: keys, properties and their `@odata.type` annotations. */
export type Properties = Readonly<Record<string, unknown>>;

export interface Row {
  readonly partition: string;
  readonly key: string;
  readonly properties: Properties;
  readonly etag: string;
}

/** `insert` wants no row, the rest with an etag want that one (`*`: any); the rest without make the row if need be. */
export interface RowChange {
  readonly kind: 'insert' | 'replace' | 'merge' | 'delete';
  readonly partition: string;
  readonly key: string;
  readonly etag?: string;
  readonly properties: Properties;
}

/** Properties of an entity beside its keys and its timestamp. https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const MAX_PROPERTIES = 252;

/** One table's rows, in the order of their keys. */
export class Rows {
  private readonly partitions = new Map<string, Map<string, Row>>();
  private sorted: Row[] | undefined;

  constructor(private readonly nextTimestamp: () => string) {}

  get size(): number {
    let size = 0;
    for (const rows of this.partitions.values()) size += rows.size;
    return size;
  }

  clear(): void {
    this.partitions.clear();
    this.sorted = undefined;
  }

  get(partition: string, key: string): Row | undefined {
    return this.partitions.get(partition)?.get(key);
  }

  inOrder(): readonly Row[] {
    this.sorted ??= [...this.partitions.values()]
      .flatMap((rows) => [...rows.values()])
      .sort((a, b) => order(a.partition, b.partition) || order(a.key, b.key));
    return this.sorted;
  }

  /**
   * All of them or none.
   *
   * @returns the rows as they are then; undefined for one that is deleted
   * @throws TableError with the index of the first that cannot be
   */
  change(changes: readonly RowChange[]): (Row | undefined)[] {
    const after = changes.map((change, index) => {
      try {
        return this.changed(change);
      } catch (error) {
        throw error instanceof TableError ? error.at(index) : error;
      }
    });
    after.forEach((row, i) => this.put(changes[i]!, row));
    return after;
  }

  private changed({ kind, partition, key, etag, properties }: RowChange): Row | undefined {
    const row = this.get(partition, key);
    if (kind === 'insert' && row) {
      throw new TableError(409, 'EntityAlreadyExists', 'The specified entity already exists.');
    }
    if (kind !== 'insert' && etag !== undefined) {
      if (!row) throw new TableError(404, 'ResourceNotFound', 'The specified resource does not exist.');
      if (etag !== '*' && etag !== row.etag) {
        throw new TableError(
          412,
          'UpdateConditionNotSatisfied',
          'The update condition specified in the request was not satisfied.',
        );
      }
    }
    if (kind === 'delete') return undefined;
    const kept = kind === 'merge' && row ? row.properties : {};
    const Timestamp = this.nextTimestamp();
    const after = { ...merged(kept, properties), PartitionKey: partition, RowKey: key, Timestamp };
    if (Object.keys(after).filter((name) => !name.endsWith('@odata.type')).length > MAX_PROPERTIES + 3) {
      throw new TableError(400, 'TooManyProperties', 'The entity contains more properties than allowed.');
    }
    return {
      partition,
      key,
      properties: after,
      etag: `W/"datetime'${encodeURIComponent(Timestamp)}'"`,
    };
  }

  private put({ partition, key }: RowChange, row: Row | undefined): void {
    let rows = this.partitions.get(partition);
    if (row) {
      if (!rows) this.partitions.set(partition, (rows = new Map()));
      rows.set(key, row);
    } else {
      rows?.delete(key);
    }
    this.sorted = undefined;
  }
}

/** Properties that are null say nothing; a value without a type has none of its predecessor's. */
function merged(before: Properties, added: Properties): Record<string, unknown> {
  const result: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(added)) {
    if (name.startsWith('odata.') || value === null) continue;
    if (!name.endsWith('@odata.type')) delete result[`${name}@odata.type`];
  }
  for (const [name, value] of Object.entries(added)) {
    if (!name.startsWith('odata.') && value !== null) result[name] = value;
  }
  return result;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
