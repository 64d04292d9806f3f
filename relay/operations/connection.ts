import type { TokenCredential } from '@azure/core-auth';
import { Transport } from '../http';
import { systemClock, type Clock } from '../ports';

/** How an operator's program reaches Azure. */
export interface Connection {
  /** Of whoever runs it. */
  readonly credential: TokenCredential;
  readonly transport: Transport;
  readonly clock: Clock;
}

/**
 * @param options.environment where a proxy is looked for; default this process's
 * @param options.ca certificate authority to trust in place of Node's, PEM
 */
export function connect(
  credential: TokenCredential,
  options: { readonly environment?: NodeJS.ProcessEnv; readonly ca?: string } = {},
): Connection {
  return {
    credential,
    transport: new Transport(options.environment ?? process.env, options.ca),
    clock: systemClock,
  };
}
