import {
  AzureError,
  type AzureErrorKind,
  rotateKeys,
  RotationError,
  subscriptionOf,
  type KeyName,
  type RotationProgress,
} from '../../link';
import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { deploy, LINK_KEYS_FILE, setLinkKey } from '../deploy';
import { expectationOf } from '../environment';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { LINK_OPTIONS, LINK_USAGE, readLinkArguments } from '../link-options';
import { readArguments } from '../options';
import { reportText } from '../report-text';

const OPTIONS = {
  ...LINK_OPTIONS,
  'deploy-command': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const SIGN_IN: readonly AzureErrorKind[] = ['credentials', 'network'];

export const rotate: Command = {
  name: 'rotate',
  summary: "replace both keys of the link's policy without a gap",
  usage: `acs-push rotate {environment} [options]
acs-push rotate --communication-service ID --hub ID --policy ID [options]

Takes about 21 minutes, most of them waiting until the data plane can hold no old key. Interrupted anywhere, run it
again: it begins anew and ends right.

${LINK_USAGE}

  --deploy-command COMMAND     how the environment is deployed (npx cdktf deploy {environment} --auto-approve)
  --json                       print the outcome as JSON

An environment's key is written to ${LINK_KEYS_FILE} and switched by a deploy, so that Terraform knows of it and the
next plan is clean. With ids, the link is switched directly; a stack that owns it has to be told its key afterwards.

exit code: 0 rotated, 1 stopped, 2 bad input, 3 not begun, since Azure cannot be reached
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('rotate', args, OPTIONS);
    const { environment, expectation } = await readLinkArguments('rotate', positionals, values, io);
    if (environment === undefined && values['deploy-command'] !== undefined) {
      throw new BadInput('--deploy-command goes with an environment');
    }
    const switchLink =
      environment === undefined
        ? undefined
        : async (key: KeyName) => {
            setLinkKey(environment, key, io);
            await deploy(environment, io, values['deploy-command']);
            const { key: deployed } = await expectationOf(environment, io);
            if (deployed === key) return;
            throw new Error(
              `the deploy has left '${environment}' on the ${deployed ?? 'same'} key; expected the ${key} one: its stack has to read ${LINK_KEYS_FILE}`,
            );
          };
    let linked: KeyName | undefined;
    try {
      const result = await rotateKeys(
        {
          ...io.connect(subscriptionOf(expectation.notificationHubId)),
          ...(switchLink ? { switchLink } : {}),
        },
        expectation,
        {
          signal: io.signal,
          onProgress: (progress) => {
            linked = progress.linked;
            io.err(progressText(progress));
          },
        },
      );
      io.out(
        values.json
          ? `${JSON.stringify({ version: 1, ...result }, undefined, 2)}\n`
          : `${reportText({ report: result.report })}rotated: linked is the ${result.linked} key; both old keys are dead\n`,
      );
      if (environment !== undefined) io.err(`keep ${LINK_KEYS_FILE} under version control\n`);
      else io.err(`a stack that owns this link has to be given key: '${result.linked}'\n`);
      return EXIT.ok;
    } catch (error) {
      if (error instanceof BadInput) throw error;
      const cause = error instanceof RotationError ? error.cause : error;
      // Nothing was begun: whoever runs this hears of the sign-in, or of the network, and of no rotation.
      if (cause instanceof AzureError && linked === undefined && SIGN_IN.includes(cause.kind)) throw cause;
      if (!(error instanceof RotationError)) throw error;
      io.err(`${error.message}\n`);
      return EXIT.failed;
    }
  },
};

function progressText({ step, message, linked, until }: RotationProgress): string {
  const key = linked === undefined ? '' : ` (linked: ${linked})`;
  return `${step}: ${message}${until === undefined ? '' : `, until ${until}`}${key}\n`;
}
