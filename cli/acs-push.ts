#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { COMMANDS } from './commands';
import { processIo } from './io';
import { runCommand } from './run';

async function main(): Promise<void> {
  const interrupt = new AbortController();
  // Every request under way listens to it, and a look makes a dozen at once.
  setMaxListeners(0, interrupt.signal);
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), processIo(interrupt.signal));
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
}

void main();
