import { isOver, outcomeOf, type PushOutcome, type PushOutcomeReport } from '../../relay/operations';
import { NOTIFICATION_HUB_TYPE } from '../../link/resource-id';
import { BadInput } from '../bad-input';
import { checkedId } from '../checked-values';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments, readDuration } from '../options';
import { connectToRelay } from '../relay-connection';
import { relayHubIdsOf } from '../relay-parts';
import { STACK_USAGE, stackOrIds } from '../stack-or-ids';

const OPTIONS = {
  hub: { type: 'string', multiple: true },
  policy: { type: 'string', multiple: true },
  wait: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** How often the hub is asked while it is waited for, in milliseconds. */
const ASK_EVERY_MS = 2_000;

/** The rule with all rights that Azure makes in every hub. */
const FULL_RULE = 'authorizationRules/DefaultFullSharedAccessSignature';

export const outcome: Command = {
  name: 'outcome',
  summary: 'say what became of one push of the relay, as far as the hub tells',
  usage: `acs-push outcome {stack} NOTIFICATION_ID [options]
acs-push outcome --hub ID [--hub ID …] NOTIFICATION_ID [options]

${STACK_USAGE}
or
  --hub ID                     ARM id of a hub that the relay sends through; may be repeated

  NOTIFICATION_ID              of one push: 'notificationId' in the relay's log line, or as 'acs-push test-send' prints
                               it
  --wait TIME                  ask again until the push has come to its end, so long at most: 30s, 5m
  --policy ID                  ARM id of the authorization rule to ask with, one for each hub; default is the rule with
                               all rights that Azure makes in every hub, whose keys one needs the right to list
  --json                       print as JSON

A hub tells of single pushes in the tier Standard alone, some seconds later, and not for ever. From an event to the ids
of its pushes: docs/relay.md, "What became of one push".

exit code: 0 every device took it, 1 one did not or nothing is told, 2 bad input, 3 not known or not over yet, or Azure
cannot be reached to sign in
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('outcome', args, OPTIONS);
    const id = positionals.at(-1);
    if (id === undefined || (positionals.length < 2 && values.hub === undefined) || positionals.length > 2) {
      throw new BadInput(
        "which push? give a stack, or --hub, and one notification id; see 'acs-push outcome --help'",
      );
    }
    if (!/^[A-Za-z0-9-]{1,100}$/.test(id)) {
      throw new BadInput(`a notification id is letters, digits and -, got '${id}'`);
    }
    const stack = stackOrIds('outcome', positionals.slice(0, -1), { hub: values.hub }, ['hub'], io);
    const hubs =
      stack === undefined
        ? values.hub!.map((hub) => checkedId('--hub', hub, NOTIFICATION_HUB_TYPE))
        : await relayHubIdsOf(stack, io);
    const rules = values.policy ?? hubs.map((hub) => `${hub}/${FULL_RULE}`);
    const connection = connectToRelay(io, hubs[0]!);
    const { clock } = connection;
    const until = clock.now() + (values.wait === undefined ? 0 : readDuration('wait', values.wait));
    for (;;) {
      const found = await outcomeOf(id, rules, connection);
      const over = found.kind === 'not-told' || (found.kind === 'told' && isOver(found.report));
      if (over || clock.now() + ASK_EVERY_MS > until) {
        io.out(
          values.json ? `${JSON.stringify({ kind: found.kind, ...reportIn(found) })}\n` : text(id, found),
        );
        return exitCode(found);
      }
      io.signal.throwIfAborted();
      await clock.sleep(ASK_EVERY_MS);
    }
  },
};

function reportIn(found: PushOutcome): Partial<PushOutcomeReport> {
  return found.kind === 'told' ? found.report : {};
}

function exitCode(found: PushOutcome): number {
  if (found.kind === 'not-told') return EXIT.failed;
  if (found.kind === 'unknown' || !isOver(found.report)) return EXIT.notProved;
  const names = Object.values(found.report.counts).flatMap((counts) => Object.keys(counts));
  return names.length > 0 && names.every((name) => name === 'Success') ? EXIT.ok : EXIT.failed;
}

function text(id: string, found: PushOutcome): string {
  switch (found.kind) {
    case 'not-told':
      return (
        'the hub tells nothing of single pushes (403): its namespace is not of the tier Standard, or the rule may not ' +
        'ask; its metrics tell of all pushes together\n'
      );
    case 'unknown':
      return (
        `no hub of the relay knows of ${id} (404): not yet, which takes seconds and can take half an hour, or not any ` +
        "more, or it is of another hub; ask again, or wait with '--wait 5m'\n"
      );
    case 'told': {
      const { hub, state, enqueuedAt, endedAt, counts } = found.report;
      const lines = Object.entries(counts).flatMap(([service, outcomes]) =>
        Object.entries(outcomes ?? {}).map(([name, count]) => `  ${service}  ${count} ${name}\n`),
      );
      const times = [enqueuedAt && `sent ${enqueuedAt}`, endedAt && `ended ${endedAt}`]
        .filter(Boolean)
        .join(', ');
      return `${state}  hub ${hub}${times ? `, ${times}` : ''}\n${lines.join('')}${MEANING[state] ?? ''}`;
    }
  }
}

/** What a state means for whoever waits for a push. */
const MEANING: Readonly<Record<string, string>> = {
  NoTargetFound:
    '  no device is registered for it: the user has none on that platform, or in that language\n',
  Abandoned: '  the push service could not be reached, and the hub has given up\n',
  Enqueued: '  the hub has it and has not begun\n',
  Processing: '  the hub is at it: it tries for up to half an hour\n',
};
