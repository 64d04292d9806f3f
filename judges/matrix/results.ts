import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellResult } from './cell';
import { keyOf } from './cells';
import type { Providers } from './template';

/** What the cells of one file have in common. */
export interface RunHeader {
  readonly stack: string;
  readonly seed: number;
  readonly providers: Providers;
  /** Which requests: all, or those that may change something. */
  readonly places: 'all' | 'writes';
  /** Day of the first cell: `2026-01-31`. */
  readonly day: string;
  /** `Terraform v1.11.4`, `Node v20.20.0`. */
  readonly versions: readonly string[];
  /** How many cells there are in all. */
  readonly cells: number;
}

/** Results of one stack's matrix in a file, a line each, to which a later run adds. */
export class Results {
  private constructor(
    private readonly file: string,
    readonly header: RunHeader,
    readonly cells: CellResult[],
  ) {}

  /** @throws Error when the file is of another matrix */
  static open(folder: string, header: RunHeader): Results {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${header.stack}.jsonl`);
    if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(header)}\n`);
    const kept = Results.read(file);
    for (const member of ['seed', 'providers', 'places', 'cells'] as const) {
      if (kept.header[member] === header[member]) continue;
      throw new Error(
        `${file} is of a matrix with ${member} ${kept.header[member]}, got ${header[member]}: delete it, or give another --out`,
      );
    }
    return kept;
  }

  static readAll(folder: string): Results[] {
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    return files.sort().map((name) => Results.read(join(folder, name)));
  }

  private static read(file: string): Results {
    const [header, ...cells] = readFileSync(file, 'utf8').trim().split('\n');
    return new Results(
      file,
      JSON.parse(header!) as RunHeader,
      cells.map((line) => JSON.parse(line) as CellResult),
    );
  }

  get known(): ReadonlySet<string> {
    return new Set(this.cells.map(keyOf));
  }

  add(result: CellResult): void {
    this.cells.push(result);
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }
}
