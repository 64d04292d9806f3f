import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { diffText } from '../diff/diff-text';
import { diffOf, isSame } from '../diff/stack-diff';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments } from '../options';
import { readStack } from '../topology/blocks';

const OPTIONS = {
  json: { type: 'boolean', default: false },
  'exit-code': { type: 'boolean', default: false },
} as const;

export const diff: Command = {
  name: 'diff',
  summary: 'show two stacks side by side: what only one has, and what is set otherwise',
  usage: `acs-push diff {stack} {stack} [options]

Compares two stacks as they were synthesized last, or as the project's app writes them where they were not: Azure is not
asked. What differs by the stack's own name is no difference; nor are names, ids and what refers to them, where they
differ by the suffix that makes names unique. A location or a tier is compared as it is, also where names hold it.

Of a secret it says that it differs, never what it is. Hidden is what Terraform is told is sensitive, what is marked as a
secret beside it, what is called like one (of app settings: pass, pwd, secret, token, key, credential, auth), values of
secrets of a vault, and of other texts the parts that look like one, or that are one of those again:
docs/topology.md says it all. What nothing tells from any other text is shown.

  --json                       print as JSON, with values in full but for secrets
  --exit-code                  tell by the exit code too whether they differ

exit code: 0 compared, 1 they differ (with --exit-code), 2 no such stack, or one that cannot be synthesized
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('diff', args, OPTIONS);
    const [first, second, surplus] = positionals;
    if (first === undefined || second === undefined) {
      throw new BadInput("of which two stacks? see 'acs-push diff --help'");
    }
    if (surplus !== undefined) throw new BadInput(`two stacks at a time; got also '${surplus}'`);
    const a = readStack(first, await io.stacks.synthesized(first));
    const b = readStack(second, await io.stacks.synthesized(second));
    const found = diffOf(a, b);
    io.out(values.json ? `${JSON.stringify(found, undefined, 2)}\n` : diffText(found));
    return values['exit-code'] && !isSame(found) ? EXIT.failed : EXIT.ok;
  },
};
