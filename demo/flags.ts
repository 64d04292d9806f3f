import { parseArgs } from 'node:util';

export const USAGE = `usage: npm start -- [options]

Deploys the environment 'local' into local Azure, proves the link, and lets a call and a chat message through.

  --keep                       leave everything running until Ctrl-C
  --providers stand-in|real    'real' uses the providers that terraform init finds: in a registry, or in the
                               mirror that TF_CLI_CONFIG_FILE names (default: stand-in)
`;

export interface Flags {
  readonly keep: boolean;
  readonly providers: 'stand-in' | 'real';
}

/** A mistake on the command line. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readFlags(args: string[]): Flags {
  let values: { keep: boolean; providers: string };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        keep: { type: 'boolean', default: false },
        providers: { type: 'string', default: 'stand-in' },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { keep, providers } = values;
  if (providers !== 'stand-in' && providers !== 'real') {
    throw new UsageError(`--providers takes 'stand-in' or 'real', got '${providers}'`);
  }
  return { keep, providers };
}
