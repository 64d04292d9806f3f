#!/usr/bin/env node
import { COMMANDS } from './commands';
import { processIo } from './io';
import { runCommand } from './run';

async function main(): Promise<void> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), processIo(interrupt.signal));
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
}

void main();
