import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run live-check -- [options]

Asks a subscription of your own what local Azure assumes, and writes docs/parity.md. It signs in as the providers do
(docs/signing-in.md), makes a resource group, and deletes it in the end, also when it is stopped.

  --subscription ID   whose resources these are (default: ARM_SUBSCRIPTION_ID or AZURE_SUBSCRIPTION_ID)
  --location REGION   where (default: westeurope)
  --minutes N         for how long it may ask (default: 30)
  --only ID,…         some assumptions alone
  --record FILE       where the record goes (default: docs/parity.md)
  --dry-run           say what would be made and what it may cost, and do nothing
  --clean             delete what earlier runs left behind, once its time is over
`;

export interface Flags {
  readonly subscription: string | undefined;
  readonly location: string;
  readonly minutes: number;
  readonly only: readonly string[] | undefined;
  readonly record: string;
  readonly dryRun: boolean;
  readonly clean: boolean;
}

/** A mistake on the command line. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readFlags(args: string[], environment: NodeJS.ProcessEnv, ids: readonly string[]): Flags {
  const values = parsed(args);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 120) {
    throw new UsageError(`--minutes takes a whole number from 1 to 120, got '${values.minutes}'`);
  }
  const only = values.only?.split(',').map((id) => id.trim());
  const unknown = only?.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new UsageError(`--only takes ids of docs/local-azure.md, got '${unknown}'`);
  }
  return {
    subscription: values.subscription ?? environment.ARM_SUBSCRIPTION_ID ?? environment.AZURE_SUBSCRIPTION_ID,
    location: values.location,
    minutes,
    only,
    record: values.record,
    dryRun: values['dry-run'],
    clean: values.clean,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        subscription: { type: 'string' },
        location: { type: 'string', default: 'westeurope' },
        minutes: { type: 'string', default: '30' },
        only: { type: 'string' },
        record: { type: 'string', default: 'docs/parity.md' },
        'dry-run': { type: 'boolean', default: false },
        clean: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
