import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineEnvironment } from '../../testing/local/deployment';
import { baselines } from './baseline';
import { runCell, type CellResult } from './cell';
import { cellsOf, keyOf, type Cell, type FaultName, type Place } from './cells';
import type { PhaseName } from './phases';
import { Results, type RunHeader } from './results';
import { prepareTemplate, type Providers } from './template';

export interface MatrixOptions {
  /** Which of the stacks: `small`, `full`. */
  readonly stack: string;
  readonly phases: readonly PhaseName[];
  readonly faults: readonly FaultName[];
  readonly seed: number;
  /** Which part of the cells, by the seed: 0.1 is a tenth. */
  readonly sample: number;
  readonly places: RunHeader['places'];
  readonly providers: Providers;
  /** How many cells run at once. */
  readonly atOnce: number;
  /** Folder for the results; cells that are in it already are not run again. @default - none are kept */
  readonly out?: string;
  /** Takes what happens, a line each. */
  readonly tell: (line: string) => void;
  /** Ends it after the cells under way. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the matrix: each cell is one fault at one request of one phase, in a cloud of its own.
 * @returns all results, those of earlier runs too
 */
export async function runMatrix(options: MatrixOptions): Promise<readonly CellResult[]> {
  const { stack, phases, faults, seed, sample, places, providers, atOnce, tell } = options;
  const root = mkdtempSync(join(tmpdir(), 'matrix-'));
  try {
    tell(`${stack}: synthesized and run undisturbed, twice for each of ${phases.join(', ')}`);
    const template = await prepareTemplate(root, stack, providers);
    const undisturbed = await baselines(template, phases);
    const chosen = Object.fromEntries(
      phases.map((phase) => [
        phase,
        undisturbed[phase]!.places.filter((place) => places === 'all' || writes(place)),
      ]),
    );
    const all = cellsOf(chosen, faults, seed);
    const cells = all.slice(0, Math.ceil(all.length * sample));
    const results =
      options.out === undefined
        ? undefined
        : Results.open(options.out, { ...headerOf(options), cells: all.length });
    const known = results?.known ?? new Set();
    const left = cells.filter((cell) => !known.has(keyOf(cell)));
    tell(`${cells.length} of ${all.length} cells by seed ${seed}, ${left.length} of them to run`);
    const done: CellResult[] = [];
    const runNext = async (slot: number): Promise<void> => {
      for (let cell: Cell | undefined; !options.signal?.aborted && (cell = left.shift());) {
        const { from, expected } = undisturbed[cell.phase]!;
        const result = await runCell(cell, { template, from, expected, folder: join(root, `cell-${slot}`) });
        done.push(result);
        results?.add(result);
        tell(`${done.length}/${done.length + left.length} ${resultText(result)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, slot) => runNext(slot)));
    return results?.cells ?? done;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** True when it ended as the undisturbed run, by at most one rerun and one recovery. */
export function endedWell({ problems }: CellResult): boolean {
  return problems.length === 0;
}

/** A result in a line, with what is wrong below it. */
export function resultText(result: CellResult): string {
  const below = result.problems.map((problem) => `\n    ${problem}`).join('');
  return `${result.way}: ${keyOf(result)} (${result.seconds} s)${below}`;
}

function writes({ method }: Place): boolean {
  return !/^(GET|HEAD)$/.test(method);
}

function headerOf({ stack, seed, providers, places }: MatrixOptions): Omit<RunHeader, 'cells'> {
  const terraform = execFileSync('terraform', ['version'], {
    encoding: 'utf8',
    env: { ...machineEnvironment(), CHECKPOINT_DISABLE: '1' },
  });
  return {
    stack,
    seed,
    providers,
    places,
    day: new Date().toISOString().slice(0, 10),
    versions: [terraform.split('\n')[0]!, `Node ${process.version}`],
  };
}
