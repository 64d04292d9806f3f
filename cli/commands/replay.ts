import {
  DeadLetterBox,
  functionDelivery,
  type DeadLetterEntry,
  type DeadLetterFilter,
} from '../../relay/operations';
import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments, readChoice, readTime } from '../options';
import { connectToRelay } from '../relay-connection';
import { DEAD_LETTER_OPTIONS, readDeadLetterPlace } from '../relay-options';
import { STACK_USAGE } from '../stack-or-ids';

const OPTIONS = {
  ...DEAD_LETTER_OPTIONS,
  list: { type: 'boolean', default: false },
  show: { type: 'string' },
  all: { type: 'boolean', default: false },
  id: { type: 'string', multiple: true },
  'kept-by': { type: 'string' },
  reason: { type: 'string' },
  'event-type': { type: 'string' },
  'event-id': { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  open: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

export const replay: Command = {
  name: 'replay',
  summary: 'list, show and deliver again the events that lie in the dead-letter container',
  usage: `acs-push replay {stack} --list [filter]
acs-push replay {stack} --show ID
acs-push replay {stack} --id ID [--id ID …]
acs-push replay {stack} --all [filter]
acs-push replay --function-app ID --storage-account NAME --dead-letter-container NAME --list | …

${STACK_USAGE}
or
  --function-app ID            ARM id of the relay's Function App
  --storage-account NAME       the storage account that has the dead letters
  --dead-letter-container NAME the container in it
  --event-grid-storage-account NAME  the account with Event Grid's own, where that is another one

  --list                       list what lies there; says nothing of what people wrote
  --show ID                    one entry whole, the event included
  --id ID                      deliver that entry again, once
  --all                        deliver again, once each, everything that the filter lets through

filter:
  --kept-by relay|event-grid   who gave the event up
  --reason TEXT                for which reason
  --event-type NAME            Microsoft.Communication.ChatMessageReceived, or without the prefix
  --event-id ID
  --since TIME, --until TIME   when the event happened: ISO 8601
  --open                       not replayed yet

  --json                       print as JSON

exit code: 0 done, 1 an entry could not be delivered or was refused again, 2 bad input, 3 Azure cannot be reached
to sign in
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('replay', args, OPTIONS);
    const modes = [values.list, values.show !== undefined, values.all, values.id !== undefined];
    if (modes.filter(Boolean).length !== 1) {
      throw new BadInput("what? give one of --list, --show, --id and --all; see 'acs-push replay --help'");
    }
    const filter = filterOf(values);
    const parts = await readDeadLetterPlace('replay', positionals, values, io);
    const connection = connectToRelay(io, parts.functionAppId);
    const box = new DeadLetterBox(
      connection,
      parts.storageAccount,
      parts.deadLetterContainer,
      parts.eventGridStorageAccount,
    );
    if (values.show !== undefined) {
      const entry = await find(box, values.show);
      io.out(`${JSON.stringify(entry, undefined, 2)}\n`);
      return EXIT.ok;
    }
    if (values.list) {
      let found = 0;
      for await (const entry of box.list(filter)) {
        found++;
        io.out(values.json ? json(entry) : line(entry));
      }
      if (found === 0) io.err('no dead letters\n');
      return EXIT.ok;
    }
    const deliver = await functionDelivery(parts.functionAppId, connection);
    const entries = values.id ? given(box, values.id) : box.list(filter);
    let failed = 0;
    for await (const entry of entries) {
      io.signal.throwIfAborted();
      const result = await box.replay(entry, deliver);
      if (result.kind === 'failed' || result.kind === 'kept-again') failed++;
      io.out(
        values.json
          ? `${JSON.stringify({ id: entry.id, ...result })}\n`
          : `${outcome(result)}  ${entry.id}\n`,
      );
    }
    return failed > 0 ? EXIT.failed : EXIT.ok;
  },
};

type Values = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

function filterOf(values: Values): DeadLetterFilter {
  const time = (name: 'since' | 'until') => {
    const text = values[name];
    return text === undefined ? undefined : new Date(readTime(name, text, Date.now())).toISOString();
  };
  return {
    keptBy:
      values['kept-by'] === undefined
        ? undefined
        : readChoice('kept-by', values['kept-by'], ['relay', 'event-grid'] as const),
    reason: values.reason,
    eventType: values['event-type'],
    eventId: values['event-id'],
    since: time('since'),
    until: time('until'),
    open: values.open,
  };
}

async function find(box: DeadLetterBox, id: string): Promise<DeadLetterEntry> {
  const entry = await box.show(id);
  if (!entry) throw new BadInput(`no dead letter '${id}'; 'acs-push replay … --list' shows those there are`);
  return entry;
}

async function* given(box: DeadLetterBox, ids: readonly string[]): AsyncGenerator<DeadLetterEntry> {
  for (const id of ids) yield await find(box, id);
}

function outcome(result: Awaited<ReturnType<DeadLetterBox['replay']>>): string {
  switch (result.kind) {
    case 'replayed':
      return 'replayed';
    case 'already':
      return `replayed before, ${result.at}`;
    case 'kept-again':
      return `KEPT AGAIN, the relay refused it: ${result.reason}`;
    case 'failed':
      return `FAILED, the function answered ${result.status}`;
  }
}

function line({ id, keptBy, reason, eventType, eventTime, replayedAt }: DeadLetterEntry): string {
  const state = replayedAt ? `replayed ${replayedAt}` : 'open';
  return `${eventTime ?? '?'}  ${eventType ?? '?'}  ${keptBy}: ${reason}  ${state}\n  ${id}\n`;
}

/** Without the event, which holds what people wrote. */
function json({ event: _, ...entry }: DeadLetterEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
