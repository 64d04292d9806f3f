import { runCdk } from '../cdk-run';
import { deployedText } from '../deployed-text';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { atDashes, oneStack, readArguments } from '../options';
import { approved, CDK_OPTIONS, CDK_USAGE } from '../recover/cdk-options';
import { emptyStateText, lookIfEmpty } from '../recover/empty-state';
import { toTake } from '../recover/look';
import { stateText } from '../stacks';

export const deployCommand: Command = {
  name: 'deploy',
  summary: 'deploy a stack, unless its state is empty although its resources are there',
  usage: `acs-push deploy {stack} --auto-approve [-- options]

Runs 'cdktf deploy' (or cdktn, where that is installed). Where the Terraform state is empty, it asks Azure before for what
the plan would make: what is there already would stop the deploy half-way, one resource after the other.

${CDK_USAGE}

exit code: 0 deployed, 1 the deploy failed, or the state is empty and resources are there, 2 bad input, 3 Azure cannot be
reached
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { own, passed } = atDashes(args);
    const { values, positionals } = readArguments('deploy', own, CDK_OPTIONS);
    const stack = oneStack('deploy', positionals);
    approved('deploy', values);
    io.progress.line(`state: ${stateText(await io.stacks.find(stack))}`);
    const look = await lookIfEmpty(stack, io);
    if (look && toTake(look).length > 0) {
      io.err(await emptyStateText(stack, look, io));
      return EXIT.failed;
    }
    const started = Date.now();
    const applied = await runCdk('deploy', stack, io, { verbose: values.verbose }, passed.slice(1));
    io.out(await deployedText(stack, applied, Date.now() - started, io));
    return EXIT.ok;
  },
};
