import { writeFileSync } from 'node:fs';
import { ASSUMPTIONS } from './assumptions';
import { intention } from './costs';
import { readFlags, USAGE, UsageError, type Flags } from './flags';
import { clean, liveCheck } from './live-check';
import { record } from './record';

const EVERY = Object.values(ASSUMPTIONS).flat();
/** 128 + the signal's number, as shells have it. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags(
      process.argv.slice(2),
      process.env,
      EVERY.map(({ id }) => id),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  const { only, location, minutes, subscription } = flags;
  const assumptions = EVERY.filter(({ id }) => only?.includes(id) ?? true);
  if (flags.dryRun) {
    process.stdout.write(intention(assumptions, location, minutes));
    return 0;
  }
  if (subscription === undefined) {
    process.stderr.write('whose subscription? give --subscription, or set ARM_SUBSCRIPTION_ID\n');
    return 2;
  }
  const stop = new AbortController();
  let code = 0;
  for (const [signal, status] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      code = status;
      say('stopping; what was made is deleted first …');
      stop.abort();
    });
  }
  const options = {
    environment: process.env,
    subscriptionId: subscription,
    location,
    log: say,
    signal: stop.signal,
  };
  try {
    if (flags.clean) {
      const names = await clean(options);
      say(names.length === 0 ? 'nothing was left behind' : `deleted: ${names.join(', ')}`);
      return code;
    }
    const findings = await liveCheck({ ...options, assumptions, minutes });
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(flags.record, record(findings, { date, location, minutes }));
    say(`written: ${flags.record}`);
  } catch (error) {
    if (stop.signal.aborted && (error as Error).name === 'AbortError') return code;
    process.stderr.write(`${(error as Error).message}\n`);
    return code || 1;
  }
  return code;
}

void main().then((code) => {
  process.exitCode = code;
});
