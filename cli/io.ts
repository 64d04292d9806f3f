import { ArmReader, credentialFrom, RestHubClient, systemClock, type RotatePorts } from '../link';
import { redact } from './redact';

/** What a command may touch of the process around it. Everything written passes through `redact`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  /** True when a person watches standard error. */
  readonly interactive: boolean;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** The way to Azure, signed in as the environment says. */
  connect(): Pick<RotatePorts, 'azure' | 'hub' | 'clock'>;
}

export function processIo(signal: AbortSignal): Io {
  return {
    out: (text) => process.stdout.write(redact(text)),
    err: (text) => process.stderr.write(redact(text)),
    environment: process.env,
    folder: process.cwd(),
    interactive: process.stderr.isTTY === true,
    signal,
    connect: () => ({
      azure: new ArmReader({ credential: credentialFrom(process.env) }),
      hub: new RestHubClient(),
      clock: systemClock,
    }),
  };
}
