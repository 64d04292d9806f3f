import { HUB_RULE_TYPE } from '../link/resource-id';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { checkedId, relayOf, type RelayParts } from './relay-parts';
import { stackOrIds } from './stack-or-ids';

export const FUNCTION_APP_TYPE = 'Microsoft.Web/sites';

/** The options by which a command is told which relay's hub to send through. */
export const SENDER_OPTIONS = {
  'relay-policy': { type: 'string' },
  'function-app': { type: 'string' },
} as const;

/** The options by which a command is told where dead letters lie, and what takes them again. */
export const DEAD_LETTER_OPTIONS = {
  'function-app': { type: 'string' },
  'storage-account': { type: 'string' },
  'dead-letter-container': { type: 'string' },
  'event-grid-storage-account': { type: 'string' },
} as const;

type Values<Options> = { readonly [option in keyof Options]?: string | undefined };

/** Whose rule to send with, and with `functionApp` whose settings. @throws BadInput */
export async function readSender(
  command: string,
  positionals: readonly string[],
  values: Values<typeof SENDER_OPTIONS>,
  functionApp: boolean,
  io: Io,
): Promise<{ stack?: string; sendRuleId: string; functionAppId?: string }> {
  const { 'relay-policy': rule, 'function-app': app } = values;
  const ids = { 'relay-policy': rule, 'function-app': app };
  const needed = functionApp ? (['relay-policy', 'function-app'] as const) : (['relay-policy'] as const);
  const stack = stackOrIds(command, positionals, ids, needed, io);
  if (stack !== undefined) return { stack, ...(await relayOf(stack, io)) };
  return {
    sendRuleId: checkedId('relay-policy', rule!, HUB_RULE_TYPE),
    ...(app === undefined ? {} : { functionAppId: checkedId('function-app', app, FUNCTION_APP_TYPE) }),
  };
}

/** @throws BadInput */
export async function readDeadLetterPlace(
  command: string,
  positionals: readonly string[],
  values: Values<typeof DEAD_LETTER_OPTIONS>,
  io: Io,
): Promise<Omit<RelayParts, 'sendRuleId'>> {
  const { 'function-app': app, 'storage-account': account, 'dead-letter-container': container } = values;
  const { 'event-grid-storage-account': eventGridAccount } = values;
  const ids = {
    'function-app': app,
    'storage-account': account,
    'dead-letter-container': container,
    'event-grid-storage-account': eventGridAccount,
  };
  const stack = stackOrIds(
    command,
    positionals,
    ids,
    ['function-app', 'storage-account', 'dead-letter-container'],
    io,
  );
  if (stack !== undefined) return relayOf(stack, io);
  return {
    functionAppId: checkedId('function-app', app!, FUNCTION_APP_TYPE),
    storageAccount: checkedName('storage-account', account!, STORAGE_ACCOUNT),
    ...(eventGridAccount !== undefined && {
      eventGridStorageAccount: checkedName('event-grid-storage-account', eventGridAccount, STORAGE_ACCOUNT),
    }),
    deadLetterContainer: checkedName('dead-letter-container', container!, /^[a-z0-9-]{3,63}$/),
  };
}

function checkedName(option: string, name: string, shape: RegExp): string {
  if (shape.test(name)) return name;
  throw new BadInput(`--${option} takes its name, such as ${EXAMPLES[option]}, got '${name}'`);
}

const STORAGE_ACCOUNT = /^[a-z0-9]{3,24}$/;

const EXAMPLES: Readonly<Record<string, string>> = {
  'storage-account': 'stcontosox7k2p9',
  'dead-letter-container': 'deadletter',
  'event-grid-storage-account': 'stcontosoeventsx7k2p9',
};
