#!/usr/bin/env node
import type { Command } from './command';
import { rotate } from './commands/rotate';
import { verify } from './commands/verify';
import { processIo } from './io';
import { runCommand } from './run';

/** Every command; a new one is a file in commands/ and a line here. */
export const COMMANDS: readonly Command[] = [verify, rotate];

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
