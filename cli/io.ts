import { AzureLogger } from '@azure/logger';
import { ArmReader, credentialFrom, RestHubClient, systemClock, type RotatePorts } from '../link';
import { BadInput } from './bad-input';
import { printable } from './redact';
import type { Stacks } from './stacks';
import type { Surroundings } from './surroundings';

/** What the command may touch of the process around it. Everything written passes through `printable`. */
export interface ProcessIo extends Surroundings {
  out(text: string): void;
  /** Erases the last lines of standard error, which a person watches. */
  eraseLines(count: number): void;
  /** True when a person watches standard error. */
  readonly interactive: boolean;
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
    eraseLines: (count) => process.stderr.write(`\u001b[${count}A\u001b[J`),
    environment: process.env,
    folder: process.cwd(),
    interactive: process.stderr.isTTY === true,
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
