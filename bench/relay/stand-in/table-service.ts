import { answerOf } from '../../../test/support/simulated-tables/answers';
import { TableError } from '../../../test/support/simulated-tables/errors';
import { operationOf, type Operation } from '../../../test/support/simulated-tables/requests';
import { TableService as Tables } from '../../../test/support/simulated-tables/service';
import type { Answer, Asked } from './answer';

/** What the service was asked since it began. */
export interface TableCounts {
  readonly requests: number;
  /** Rows in requests that change rows, those of refused batches too: a partition's limit counts rows asked for. */
  readonly changes: number;
  /** Rows read by their keys, and pages of queries. */
  readonly reads: number;
}

/** For addresses of which the path alone counts. */
const ORIGIN = 'https://table';

/** The simulated tables, without limits and at the level of HTTP, with what they were asked. */
export class TableService {
  private readonly tables = new Tables(undefined, Date.now);
  private readonly counted = { requests: 0, changes: 0, reads: 0 };

  get counts(): TableCounts {
    return { ...this.counted };
  }

  /** Takes the rows out of all tables and leaves the tables. */
  forget(): void {
    for (const rows of this.tables.tables.values()) rows.clear();
  }

  handle({ method, path, headers, body }: Asked): Answer {
    this.counted.requests++;
    try {
      const header = (name: string) => headers[name]?.toString();
      const operation = operationOf({ method, url: ORIGIN + path, header, body });
      this.count(operation);
      return this.tables.carryOut(operation);
    } catch (error) {
      if (error instanceof TableError) return answerOf(error);
      throw error;
    }
  }

  private count(operation: Operation): void {
    if (operation.kind === 'change') this.counted.changes++;
    else if (operation.kind === 'transaction') this.counted.changes += operation.changes.length;
    else if (operation.kind === 'read' || operation.kind === 'query') this.counted.reads++;
  }
}
