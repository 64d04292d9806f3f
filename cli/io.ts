import { AzureLogger } from '@azure/logger';
import { ArmReader, credentialFrom, RestHubClient, systemClock, type RotatePorts } from '../link';
import { filtered, progressInto, type Progress } from '../terminal';
import { BadInput } from './bad-input';
import { printable } from './redact';
import type { Stacks } from './stacks';
import type { Surroundings } from './surroundings';

/** What the command may touch of the process around it. Everything written passes through `printable`. */
export interface ProcessIo extends Surroundings {
  out(text: string): void;
  /** Tells whoever waits how it goes, on standard error. */
  readonly progress: Progress;
  /**
   * The way to Azure, signed in as the environment says.
   * @param subscriptionId subscription of what is asked for, by which the Azure CLI chooses among accounts
   * @throws BadInput
   */
  connect(subscriptionId?: string): Pick<RotatePorts, 'azure' | 'hub' | 'clock'>;
}

/** What one run of a command has to do with. */
export interface Io extends ProcessIo {
  readonly stacks: Stacks;
}

export function processIo(signal: AbortSignal): ProcessIo {
  // With AZURE_LOG_LEVEL set, the Azure SDK logs whole connections, authorization headers and all.
  AzureLogger.log = (...words) => process.stderr.write(`${printable(words.map(String).join(' '))}\n`);
  return {
    out: (text) => process.stdout.write(printable(text)),
    err: (text) => process.stderr.write(printable(text)),
    environment: process.env,
    folder: process.cwd(),
    progress: filtered(progressInto(process.stderr), printable),
    signal,
    connect: (subscriptionId) => {
      try {
        const azure = new ArmReader({ credential: credentialFrom(process.env, { subscriptionId }) });
        return { azure, hub: new RestHubClient(), clock: systemClock };
      } catch (error) {
        // What of the environment is not supported, or contradicts itself.
        throw new BadInput((error as Error).message);
      }
    },
  };
}
