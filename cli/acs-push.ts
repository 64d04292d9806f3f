#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { COMMANDS } from './commands';
import { EXIT } from './exit-code';
import { processIo } from './io';
import { runCommand } from './run';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(): Promise<void> {
  const interrupt = new AbortController();
  // Every request under way listens to it, and a look makes a dozen at once.
  setMaxListeners(0, interrupt.signal);
  const stop = () => {
    // Whoever asks twice does not want to wait: what runs and what is temporary ends with the process.
    if (interrupt.signal.aborted) process.exit(EXIT.notProved);
    interrupt.abort();
  };
  for (const name of ENDING) process.on(name, stop);
  process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), processIo(interrupt.signal));
  for (const name of ENDING) process.off(name, stop);
}

void main();
