import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unzipSync } from 'fflate';
import { logLevels, type LogLevels } from '../../local/functions/log-levels';
import { aggregate, hostRecords, ownLine, processLine, type Sent } from './envelopes';
import { relayLines } from './lines';

const USAGE = `usage: npm run bench logs -- [options]

  --price n   dollars for a gigabyte of Analytics Logs (default 2.30, East US, pay as you go:
              https://azure.microsoft.com/pricing/details/monitor/)
  --json      print the figures as JSON
`;

/** "On average around 25 percent less" than what comes in is billed (azure-monitor-docs, logs/cost-logs.md). */
const BILLED = 0.75;
const GB = 1e9;
/** Runs that the host's counts stand for when it is busy. */
const COUNTED = 1000;
/** Events of one type, on one instance, in a minute: what a line of figures is shared by. */
const EVENTS_A_MINUTE = 1000;

interface Row {
  readonly what: string;
  readonly bytes: number;
  readonly before: boolean;
  readonly after: boolean;
}

const { values } = parseArgs({
  options: { price: { type: 'string', default: '2.30' }, json: { type: 'boolean', default: false } },
});
const price = Number(values.price);
if (!(price > 0)) {
  process.stderr.write(USAGE);
  process.exit(2);
}

/** The log levels of the relay's package, as it is built. */
function packaged(): LogLevels {
  const folder = mkdtempSync(join(tmpdir(), 'bench-logs-'));
  try {
    const target = join(folder, 'relay.zip');
    const build = join(__dirname, '../../relay/build.mjs');
    execFileSync(process.execPath, [
      '--input-type=module',
      '-e',
      `import { buildRelay } from ${JSON.stringify(build)}; await buildRelay(${JSON.stringify(target)});`,
    ]);
    const { 'host.json': hostJson } = unzipSync(readFileSync(target));
    const { logging } = JSON.parse(Buffer.from(hostJson!).toString('utf8')) as {
      logging: Parameters<typeof logLevels>[0];
    };
    return logLevels(logging);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of what the host sends, in JSON, shared by so many events. */
function row(sent: readonly Sent[], events: number, defaults: LogLevels, levels: LogLevels): Row {
  const bytes = sent.reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(one.envelope)), 0) / events;
  const written = (by: LogLevels) => by.writes(sent[0]!.category, 'information');
  return { what: sent[0]!.what, bytes, before: written(defaults), after: written(levels) };
}

async function main(): Promise<void> {
  const lines = await relayLines();
  const [defaults, levels] = [logLevels(), packaged()];
  const kinds = (
    [
      ['chat message', 'messages', lines.message],
      ['ring', 'calls', lines.ring],
    ] as const
  ).map(([kind, functionName, line]) => {
    const run = { functionName, durationMs: 38 };
    const rows = [
      ...hostRecords(run).map((sent) => row([sent], 1, defaults, levels)),
      row([ownLine(run, line)], 1, defaults, levels),
      row([processLine(lines.figures)], EVENTS_A_MINUTE, defaults, levels),
      row(aggregate(functionName), COUNTED, defaults, levels),
    ];
    const total = (when: 'before' | 'after') =>
      rows.reduce((sum, one) => sum + (one[when] ? one.bytes : 0), 0);
    return { kind, line: Buffer.byteLength(line), rows, before: total('before'), after: total('after') };
  });
  if (values.json) {
    process.stdout.write(`${JSON.stringify(kinds)}\n`);
    return;
  }
  const dollars = (bytes: number) => ((bytes * 1e6 * BILLED) / GB) * price;
  const cell = (written: boolean, bytes: number) => (written ? bytes.toFixed(0) : '').padStart(9);
  for (const { kind, line, rows, before, after } of kinds) {
    process.stdout.write(`\n${`one ${kind} (line of ${line} bytes)`.padEnd(44)} host.json: none  relay's\n`);
    for (const one of rows) {
      process.stdout.write(
        `  ${one.what.padEnd(46)}${cell(one.before, one.bytes)}${cell(one.after, one.bytes)}\n`,
      );
    }
    process.stdout.write(`  ${'bytes sent'.padEnd(46)}${cell(true, before)}${cell(true, after)}\n`);
    process.stdout.write(
      `  ${`dollars a million, ${BILLED} billed at ${price} a GB`.padEnd(46)}` +
        `${dollars(before).toFixed(2).padStart(9)}${dollars(after).toFixed(2).padStart(9)}\n`,
    );
    process.stdout.write(
      `  ${'of before'.padEnd(46)}${' '.repeat(9)}${(after / before).toFixed(2).padStart(9)}\n`,
    );
  }
}

void main();
