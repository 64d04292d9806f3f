import { runCommand } from '../../cli/run';
import { COMMANDS } from '../../cli/commands';
import type { Io } from '../../cli/io';
import { redact } from '../../cli/redact';
import type { LinkedApp } from '../link/support/linked-app';
import { progressTo } from '../support/progress-told';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, against local Azure on its own clock. */
export async function acsPush(
  app: LinkedApp,
  words: readonly string[],
  over: Partial<Io> = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const tell = over.err ?? ((text) => (err += redact(text)));
  const code = await runCommand(COMMANDS, words, {
    out: (text) => (out += redact(text)),
    err: tell,
    environment: process.env,
    folder: process.cwd(),
    progress: progressTo(tell),
    signal: new AbortController().signal,
    connect: () => ({ azure: app.reader(), hub: app.hubClient(), clock: app.clock }),
    ...over,
  });
  return { code, out, err };
}

export function ids(app: LinkedApp): string[] {
  return ['--communication-service', app.acs, '--hub', app.hub, '--policy', app.rule];
}
