import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { cpus, tmpdir } from 'node:os';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { Round, RoundResult } from './contender';
import type { Place } from './contenders';
import { measureLoading, type Loading } from './loading';

const USAGE = `usage: npm run bench relay -- [options]

  --rounds n    rounds of each contender, taken in turns (default 10)
  --events n    events in a round (default 3000)
  --json        print the figures as JSON
`;

/** Events under way at a time while throughput is measured, and while latency is. */
const BUSY = 64;
const CALM = 2;
/** Rounds before those that count: a function lives for hours, its code is compiled for good in the first seconds. */
const WARM_UP = 3;
const NAMES = ['ceiling', 'relay', 'relay, no table', 'sample'] as const;
type Name = (typeof NAMES)[number];

export interface Figures {
  readonly contender: Name;
  /** Events a second and core: a contender is one thread, and its processor time is what counts. */
  readonly eventsPerSecond: number;
  /** Share of the ceiling, median of the rounds. */
  readonly ofCeiling: number;
  /** Beyond the ceiling's, in milliseconds, at two events at a time. */
  readonly addedP50Ms: number;
  readonly addedP99Ms: number;
  /** Highest heap in the first half of the rounds and in the second, after a collection, in megabytes. */
  readonly heapMb: readonly [number, number];
  /** Requests to the table for each event. */
  readonly tableRequests: number;
}

/** One contender's turn. */
interface Turn {
  readonly busy: RoundResult;
  readonly calm: RoundResult;
  /** Requests to the table for each event of `busy`. */
  readonly tableRequests: number;
}

const root = join(__dirname, '../..');

/** A module of the build, which has no types. */
const load = (path: string) => import(pathToFileURL(join(root, path)).href);

/** Pins a process to one core where the system can. */
function pin(child: ChildProcess, core: number): void {
  try {
    execFileSync('taskset', ['-acp', String(core), String(child.pid)], { stdio: 'ignore' });
  } catch {
    // Not every system has it; the figures are of processor time all the same.
  }
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`process ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (value) => {
      child.off('exit', ended);
      resolve(value as T);
    });
  });
}

function ask<T>(child: ChildProcess, question: Round | 'table requests'): Promise<T> {
  const answer = message<T>(child);
  child.send(question);
  return answer;
}

const highest = (turns: readonly Turn[]) => Math.max(...turns.map(({ busy }) => busy.heapMb));
const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
const median = (values: readonly number[]) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

export async function benchRelay(rounds: number, events: number): Promise<Figures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-relay-'));
  const children: ChildProcess[] = [];
  try {
    const templates = join(folder, 'templates.json');
    const contender = join(folder, 'contender.cjs');
    const { RELAY_BUNDLE } = await load('relay/build.mjs');
    await build({ ...RELAY_BUNDLE, entryPoints: [join(__dirname, 'contender.ts')], outfile: contender });
    const { readTemplates } = await load('relay/templates/read-templates.mjs');
    writeFileSync(templates, JSON.stringify(readTemplates(join(root, 'relay/templates'))));

    const standIn = fork(join(__dirname, 'stand-in.ts'), [], { execArgv: ['--import', 'tsx'] });
    children.push(standIn);
    pin(standIn, cpus().length - 1);
    const place = await message<Place>(standIn);
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, place.ca);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, RELAY_TEMPLATES: templates };

    const contenders = new Map<Name, ChildProcess>();
    for (const [i, name] of NAMES.entries()) {
      const child = fork(contender, [name, JSON.stringify(place), String(i * 1e7)], {
        execArgv: ['--expose-gc'],
        env,
      });
      children.push(child);
      await message(child);
      pin(child, 0);
      contenders.set(name, child);
    }
    const turns = new Map(NAMES.map((name): [Name, Turn[]] => [name, []]));
    for (let round = -WARM_UP; round < rounds; round++) {
      for (const name of NAMES) {
        const child = contenders.get(name)!;
        const count = name === 'sample' ? Math.ceil(events / 8) : events;
        const before = await ask<number>(standIn, 'table requests');
        const busy = await ask<RoundResult>(child, { events: count, concurrency: BUSY });
        const tableRequests = ((await ask<number>(standIn, 'table requests')) - before) / count;
        const calm = await ask<RoundResult>(child, { events: Math.ceil(count / 6), concurrency: CALM });
        if (round >= 0) turns.get(name)!.push({ busy, calm, tableRequests });
      }
    }
    return NAMES.map((name) => figures(name, turns.get(name)!, turns.get('ceiling')!));
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchLoading(): Promise<Loading> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-relay-'));
  try {
    const zip = join(folder, 'relay.zip');
    const { buildRelay } = await load('relay/build.mjs');
    await buildRelay(zip);
    return measureLoading(zip, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(contender: Name, turns: readonly Turn[], ceiling: readonly Turn[]): Figures {
  const rate = ({ busy: { events, cpuSeconds } }: Turn) => events / cpuSeconds;
  const added = (q: number) =>
    median(turns.map(({ calm }, i) => quantile(calm.latencies, q) - quantile(ceiling[i]!.calm.latencies, q)));
  return {
    contender,
    eventsPerSecond: median(turns.map(rate)),
    ofCeiling: median(turns.map((turn, i) => rate(turn) / rate(ceiling[i]!))),
    addedP50Ms: added(0.5),
    addedP99Ms: added(0.99),
    heapMb: [highest(turns.slice(0, turns.length / 2)), highest(turns.slice(turns.length / 2))],
    tableRequests: median(turns.map(({ tableRequests }) => tableRequests)),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      events: { type: 'string', default: '3000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [rounds, events] = [Number(values.rounds), Number(values.events)];
  if (values.help || !(rounds > 0) || !(events > 0)) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const loading = await benchLoading();
  const all = await benchRelay(rounds, events);
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ loading, contenders: all })}\n`);
    return;
  }
  const { bundleBytes, medianMs, fastestMs } = loading;
  process.stdout.write(
    `bundle of ${bundleBytes} bytes, loads in ${medianMs.toFixed(0)} ms (median; fastest ${fastestMs.toFixed(0)} ms)\n`,
  );
  const rows = [
    [
      '',
      'events/s and core',
      'of ceiling',
      'added p50 ms',
      'added p99 ms',
      'heap MB',
      'table requests/event',
    ],
    ...all.map((one) => [
      one.contender,
      one.eventsPerSecond.toFixed(0),
      one.ofCeiling.toFixed(2),
      one.addedP50Ms.toFixed(2),
      one.addedP99Ms.toFixed(2),
      one.heapMb.map((mb) => mb.toFixed(1)).join(' → '),
      one.tableRequests.toFixed(2),
    ]),
  ];
  for (const row of rows) process.stdout.write(`${row.map((cell) => cell.padStart(20)).join('')}\n`);
}

if (require.main === module) void main();
