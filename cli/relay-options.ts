import { HUB_RULE_TYPE, SITE_TYPE } from '../link/resource-id';
import { checkedContainer, checkedId, checkedStorageAccount } from './checked-values';
import type { Io } from './io';
import { relayOf, type RelayParts } from './relay-parts';
import { stackOrIds } from './stack-or-ids';

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
    sendRuleId: checkedId('--relay-policy', rule!, HUB_RULE_TYPE),
    ...(app === undefined ? {} : { functionAppId: checkedId('--function-app', app, SITE_TYPE) }),
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
    functionAppId: checkedId('--function-app', app!, SITE_TYPE),
    storageAccount: checkedStorageAccount('--storage-account', account!),
    ...(eventGridAccount !== undefined && {
      eventGridStorageAccount: checkedStorageAccount('--event-grid-storage-account', eventGridAccount),
    }),
    deadLetterContainer: checkedContainer('--dead-letter-container', container!),
  };
}
