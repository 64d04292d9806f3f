import { explain } from './failures';
import { readFlags, USAGE, UsageError, type Flags } from './flags';
import { Stage } from './stage';
import { tell } from './story';

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stop = new AbortController();
  const stage = new Stage(flags, process.stdout, stop.signal);
  // 128 + the signal's number, as shells have it.
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  let code = 0;
  const end = (status: number) => {
    if (stop.signal.aborted) return;
    code = status;
    stage.tell('\nstopping everything that was started …');
    stop.abort();
  };
  for (const [signal, status] of Object.entries(codes)) process.on(signal, () => end(status));
  // A reader that went away is no reason to leave behind what was started.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => end(codes.SIGINT));
  try {
    await tell(stage);
  } catch (error) {
    if (!stop.signal.aborted) {
      code = 1;
      process.stderr.write(`\n${explain(error, flags)}\n`);
    }
  }
  await stage.close();
  if (stop.signal.aborted) stage.tell('stopped; nothing is left behind');
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
