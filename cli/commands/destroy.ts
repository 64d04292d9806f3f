import { runCdk } from '../cdk-run';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { atDashes, oneStack, readArguments } from '../options';
import { approved, CDK_OPTIONS, CDK_USAGE } from '../recover/cdk-options';
import { emptyStateText, lookIfEmpty } from '../recover/empty-state';
import { knownResources, stillThere } from '../recover/left-behind';
import { toTake } from '../recover/look';
import { placeOf } from '../recover/place-of';
import { stateText } from '../stacks';

export const destroyCommand: Command = {
  name: 'destroy',
  summary: 'destroy a stack, and say what is left of it',
  usage: `acs-push destroy {stack} --auto-approve [-- options]

Runs 'cdktf destroy' (or cdktn, where that is installed), which says of a state that was lost that there is nothing to
destroy. This asks Azure: before, where the state is empty, for what the plan would make; and afterwards for what the
state knew and for what the plan would make.

${CDK_USAGE}

exit code: 0 nothing is left, 1 the destroy failed, or something is left, or the state is empty and resources are there,
2 bad input, 3 Azure cannot be reached, or did not tell of a resource
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { own, passed } = atDashes(args);
    const { values, positionals } = readArguments('destroy', own, CDK_OPTIONS);
    const stack = oneStack('destroy', positionals);
    approved('destroy', values);
    io.progress.line(`state: ${stateText(await io.stacks.find(stack))}`);
    const look = await lookIfEmpty(stack, io);
    if (look && toTake(look).length > 0) {
      io.err(await emptyStateText(stack, look, io));
      return EXIT.failed;
    }
    if (look) {
      io.out(`nothing of '${stack}' is there\n`);
      return look.unread.length > 0 ? EXIT.notProved : EXIT.ok;
    }
    const place = await placeOf(stack, io);
    const known = await knownResources(place.terraform);
    await runCdk('destroy', stack, io, { verbose: values.verbose }, passed.slice(1));
    const left = new Set((await stillThere(known, place)).map(({ id }) => id));
    const after = await lookIfEmpty(stack, io);
    for (const { id } of after ? toTake(after) : []) left.add(id);
    if (left.size > 0) {
      const ids = [...left].map((id) => `  ${id}\n`).join('');
      io.err(
        `left of '${stack}':\n${ids}delete them, or 'npx acs-push recover ${stack}' and destroy again\n`,
      );
      return EXIT.failed;
    }
    io.out(`nothing of '${stack}' is left\n`);
    return after && after.unread.length > 0 ? EXIT.notProved : EXIT.ok;
  },
};
