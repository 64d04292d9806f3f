import { parseArgs } from 'node:util';

export const USAGE = `usage: npm start -- [options]

Deploys the environment 'local' into local Azure, proves the link, and lets a call and a chat message through.

  --keep                       leave everything running until Ctrl-C, and print what can be done meanwhile
  --open                       the same, and open the page of local Azure in the browser as soon as it is there
  --quiet                      print the summary alone, or what went wrong
  --verbose                    print what cdktf and Terraform say too, the evidence of each check, and each push as sent
  --providers stand-in|real    'real' uses the providers that terraform init finds: in a registry, or in the
                               mirror that TF_CLI_CONFIG_FILE names (default: stand-in)
  --help                       print this

NO_COLOR=1 takes the colours away. Where the output is no terminal, it is a log of whole lines.
`;

const OPTIONS = {
  keep: { type: 'boolean', default: false },
  open: { type: 'boolean', default: false },
  quiet: { type: 'boolean', short: 'q', default: false },
  verbose: { type: 'boolean', default: false },
  providers: { type: 'string', default: 'stand-in' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface Flags {
  /** What `open` opens would be gone at once otherwise. */
  readonly keep: boolean;
  readonly open: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly providers: 'stand-in' | 'real';
  readonly help: boolean;
}

/** A mistake on the command line. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readFlags(args: string[]): Flags {
  const { providers, ...values } = parsed(args);
  if (providers !== 'stand-in' && providers !== 'real') {
    throw new UsageError(`--providers takes 'stand-in' or 'real', got '${providers}'`);
  }
  if (values.quiet && values.verbose) throw new UsageError('--quiet and --verbose ask for opposite things');
  return { ...values, keep: values.keep || values.open, providers };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
