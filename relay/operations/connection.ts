import { Transport } from '../http';
import type { TokenSource } from '../identity';
import { systemClock, type Clock } from '../ports';

/** How an operator's program reaches Azure. */
export interface Connection {
  /** Tokens of whoever runs it: `token('https://management.azure.com/')`, … */
  readonly tokens: TokenSource;
  readonly transport: Transport;
  readonly clock: Clock;
}

/**
 * @param options.environment where a proxy is looked for; default this process's
 * @param options.ca certificate authority to trust in place of Node's, PEM
 */
export function connect(
  tokens: TokenSource,
  options: { readonly environment?: NodeJS.ProcessEnv; readonly ca?: string } = {},
): Connection {
  return {
    tokens,
    transport: new Transport(options.environment ?? process.env, options.ca),
    clock: systemClock,
  };
}
