import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureColdStart } from './parts/cold-start';
import { measureKills } from './parts/kills';
import { measureLoading } from './parts/loading';
import { measureMemory } from './parts/memory';
import { measureRedelivery } from './parts/redelivery';
import { measureThroughput } from './parts/throughput';
import { BEFORE, LAST_RUN, readResult, written } from './report/files';
import { textOf } from './report/text';
import { PARTS, type Part, type Result } from './result';
import { World } from './world';

const USAGE = `usage: npm run bench relay -- [options]

  --only part,…   of ${PARTS.join(', ')} (default all)
  --rounds n      rounds of throughput and of redelivery (default 8)
  --events n      events in a round (default 3000)
  --runs n        cold starts (default 12)
  --kills n       kills (default 5)
  --memory n      events while memory is watched (default 400000)
  --json          print the figures as JSON
  --write file    keep the figures, last-run or before, in place of those of the same parts, and write picture and
                  tables anew; with --only none, from what is kept
`;

type Numbers = Readonly<Record<'rounds' | 'events' | 'runs' | 'kills' | 'memory', number>>;

const MEASURES: Readonly<Record<Part, (world: World, numbers: Numbers) => Promise<Partial<Result>>>> = {
  loading: async (world) => ({ loading: await measureLoading(world) }),
  'cold-start': async (world, { runs }) => ({ coldStart: await measureColdStart(world, runs) }),
  throughput: async (world, { rounds, events }) => ({
    throughput: await measureThroughput(world, rounds, events),
  }),
  redelivery: async (world, { rounds, events }) => ({
    redelivery: await measureRedelivery(world, rounds, events),
  }),
  kills: async (world, { kills, events }) => ({ kills: await measureKills(world, kills, events / 2) }),
  memory: async (world, { memory }) => ({ memory: await measureMemory(world, memory) }),
};

const lastMinute = () => Number(loadavg()[0]!.toFixed(1));

/** Each part with processes of its own, so that none finds what another left. */
async function measure(parts: readonly Part[], numbers: Numbers): Promise<Result> {
  let result: Result = { runs: {} };
  for (const part of parts) {
    process.stderr.write(`${part} … `);
    const world = await World.start();
    try {
      const [start, load] = [performance.now(), lastMinute()];
      const found = await MEASURES[part](world, numbers);
      const seconds = Math.round((performance.now() - start) / 1000);
      const loads = { before: load, after: lastMinute() };
      const run = { seconds, node: process.version, cores: cpus().length, load: loads };
      result = { ...result, ...found, runs: { ...result.runs, [part]: run } };
      process.stderr.write(`${seconds} s\n`);
    } finally {
      world.end();
    }
  }
  return result;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      rounds: { type: 'string', default: '8' },
      events: { type: 'string', default: '3000' },
      runs: { type: 'string', default: '12' },
      kills: { type: 'string', default: '5' },
      memory: { type: 'string', default: '400000' },
      json: { type: 'boolean', default: false },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, json, write, help, ...counts } = values;
  const numbers = Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [name, Number(value)]),
  ) as Numbers;
  const parts = only === 'none' ? [] : only.split(',');
  const wrong =
    Object.values(numbers).some((value) => !(value > 0)) ||
    parts.some((part) => !PARTS.includes(part as Part)) ||
    (write !== undefined && write !== 'last-run' && write !== 'before');
  if (help || wrong) {
    process.stderr.write(USAGE);
    process.exitCode = help ? 0 : 2;
    return;
  }
  const result = await measure(
    PARTS.filter((part) => parts.includes(part)),
    numbers,
  );
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : textOf(result));
  if (write !== undefined) {
    const file = write === 'before' ? BEFORE : LAST_RUN;
    const kept = readResult(file);
    const merged = { ...kept, ...result, runs: { ...kept.runs, ...result.runs } };
    writeFileSync(file, `${JSON.stringify(merged, null, 2)}\n`);
    for (const { path, text } of written(readResult(BEFORE), readResult(LAST_RUN))) writeFileSync(path, text);
  }
}

if (require.main === module) void main();
