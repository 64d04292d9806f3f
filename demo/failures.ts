import { DeploymentError } from '../testing/local/deployment';
import type { Flags } from './flags';

/** A failure that says what to do about it. */
export class StartError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** The part of a long output that says what went wrong: from the first line that tells of it on, or its end. */
export function excerpt(output: string, telling = /\bError:/): string {
  const lines = output
    .split('\n')
    .filter((line) => !/^\d+ Stacks? (deploying|destroying)/.test(line))
    .join('\n')
    .trimEnd()
    .split('\n');
  const first = lines.findIndex((line) => telling.test(line));
  const part = first >= 0 ? lines.slice(first, first + 40) : lines.slice(-40);
  return part.map((line) => `  ${line}`).join('\n');
}

/** What went wrong, and what to do. */
export function explain(error: unknown, flags: Flags): string {
  if (error instanceof StartError) return `${error.message}\n\nwhat to do: ${error.remedy}`;
  if (!(error instanceof DeploymentError)) {
    const { message, stack } = error as Error;
    return `${message}\n\nwhat to do: run it again; if it fails again, this is where it broke:\n${stack}`;
  }
  const noProvider = /Failed to query available provider packages|Failed to install provider/.test(
    error.output,
  );
  const remedy = noProvider
    ? flags.providers === 'real'
      ? 'let terraform init find hashicorp/azurerm and Azure/azapi: open the way to a registry, or name a mirror\n' +
        "with TF_CLI_CONFIG_FILE (provider_installation), or run 'npm start' without --providers real"
      : "this is a mistake of the project: the stack asks for a provider for which there is no stand-in; '--providers real' may work"
    : 'mend what the error names and run it again; nothing of this run is left, so it starts afresh';
  return `${error.command} failed with exit code ${error.exitCode}:\n${excerpt(error.output)}\n\nwhat to do: ${remedy}`;
}
