import { cdkCommand } from '../cdk-command';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { oneStack, readArguments } from '../options';
import type { Look } from '../recover/look';
import { placeOf } from '../recover/place-of';
import { listLost, takeLost, type Recovery } from '../recover/take';
import { lookText, recoveryText } from '../recover/recovery-text';
import { stateText } from '../stacks';

const OPTIONS = {
  list: { type: 'boolean', default: false },
  also: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

export const recover: Command = {
  name: 'recover',
  summary: 'take into the Terraform state what a broken deploy made and the state does not know',
  usage: `acs-push recover {stack} [options]

For a deploy that was killed, or lost Azure's answer, and now says that something already exists; and for a state that is
empty although resources are there. Plans the stack, asks Azure for each resource that the plan would make, and imports
those that are there, until no more are found. Afterwards the plan is empty, or goes on where the deploy broke off.
Nothing in Azure is changed and nothing is deleted; interrupted anywhere, run it again.

  stack                        a stack of the cdktf project in this folder; needs what its deploy needs: the sign-in, and
                               values for its variables (TF_VAR_{name})
  --list                       show what would be taken, and change nothing
  --also ADDRESS               take that resource too, which lies where the stack makes nothing else that stands by
                               itself, and so may be somebody else's; may be repeated
  --json                       print the outcome as JSON

exit code: 0 all that was found is taken (with --list: it was looked for), 1 something was found and not taken, or the
state is locked, 2 bad input, or the stack cannot be planned, 3 Azure cannot be reached, or did not tell of a resource
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('recover', args, OPTIONS);
    const stack = oneStack('recover', positionals);
    const found = await io.stacks.find(stack);
    io.progress.line(`state: ${stateText(found)}`);
    const place = await placeOf(stack, io, values.also);
    if (values.list) {
      const look = await listLost(place);
      io.out(values.json ? jsonText({ look }) : lookText(look));
      return look.unread.length > 0 ? EXIT.notProved : EXIT.ok;
    }
    const recovery = await takeLost(place);
    const deploy = `npx ${cdkCommand(io.folder)} deploy ${stack}`;
    io.out(values.json ? jsonText(recovery) : recoveryText(recovery, deploy));
    if (recovery.left.length > 0) return EXIT.failed;
    return recovery.look.unread.length > 0 ? EXIT.notProved : EXIT.ok;
  },
};

function jsonText({ look, ...recovery }: Partial<Recovery> & { readonly look: Look }): string {
  const { found, ...rest } = look;
  return `${JSON.stringify({ version: 1, ...recovery, ...(recovery.taken ? {} : { found }), ...rest }, undefined, 2)}\n`;
}
