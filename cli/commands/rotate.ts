import {
  AzureError,
  type AzureErrorKind,
  rotateKeys,
  RotationError,
  rotateRules,
  subscriptionOf,
  type HubExpectation,
  type KeyName,
  type LinkOwner,
  type RotationLock,
  type RotationProgress,
  type RotationResult,
} from '../../link';
import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { deploy, LINK_KEYS_FILE, setLinkKey } from '../deploy';
import { expectationOf } from '../environment';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { LINK_OPTIONS, LINK_USAGE, readLinkArguments, type NamedLink } from '../link-options';
import { readArguments } from '../options';
import { relayRulesOf } from '../relay-outputs';
import { reportText } from '../report-text';
import { LOCK_OPTIONS, LOCK_USAGE, rotationLockOf } from '../rotation-lock';

const OPTIONS = {
  ...LINK_OPTIONS,
  ...LOCK_OPTIONS,
  relay: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  'deploy-command': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const SIGN_IN: readonly AzureErrorKind[] = ['credentials', 'network'];

export const rotate: Command = {
  name: 'rotate',
  summary: "replace both keys of the link's policy, or of the relay's, without a gap",
  usage: `acs-push rotate {environment} [--relay | --all] [options]
acs-push rotate --communication-service ID --hub ID --policy ID (--state-blob URL | --alone) [options]

The link takes about 31 minutes, most of them waiting until the data plane can hold no old key; the relay a minute.
Interrupted anywhere, run it again: it begins anew and ends right.

Meanwhile the Terraform state is locked, so that no deploy can post a key that is about to die: Terraform says who has
the lock, with the operation 'acs-push rotate' (backend azurerm) or OperationTypeInvalid (any other: a console has it).
A rotation that is killed does not keep it. Around its own deploy the rotation lets go of it.

${LINK_USAGE}

  --relay                      the keys of the policies that the environment's relay uses, in place of the link's
  --all                        the relay's, and then the link's
${LOCK_USAGE}
  --deploy-command COMMAND     how the environment is deployed (npx cdktf deploy {environment} --auto-approve)
  --json                       print the outcome as JSON

An environment's key is written to ${LINK_KEYS_FILE} and switched by a deploy, so that Terraform knows of it and the
next plan is clean. With ids, the link is switched directly; a stack that owns it has to be told its key afterwards.

exit code: 0 rotated, 1 stopped, or somebody else has the lock, 2 bad input, or nothing to lock, 3 not begun, since
Azure cannot be reached
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('rotate', args, OPTIONS);
    const link = await readLinkArguments('rotate', positionals, values, io);
    const { environment } = link;
    const relayToo = values.relay || values.all;
    if (environment === undefined && values['deploy-command'] !== undefined) {
      throw new BadInput('--deploy-command goes with an environment');
    }
    if (values.relay && values.all) throw new BadInput("--all has the relay's keys in it: leave out --relay");
    if (environment === undefined && relayToo) {
      throw new BadInput(
        '--relay and --all go with an environment, whose outputs name the policies of its relay',
      );
    }
    const rules = relayToo ? await relayRulesOf(environment!, io) : [];
    if (values.relay && rules.length === 0) {
      throw new BadInput(
        `the environment '${environment}' has no relay: deploy it, with events: { target: 'relay' }`,
      );
    }
    const lock = rotationLockOf(environment, values, io);
    try {
      const result = await rotateAll(link, values.relay, rules, lock, values['deploy-command'], io);
      io.out(values.json ? jsonText(result, rules) : outcomeText(result, rules));
      if (result && environment !== undefined) io.err(`keep ${LINK_KEYS_FILE} under version control\n`);
      else if (result) io.err(`a stack that owns this link has to be given key: '${result.linked}'\n`);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof RotationError)) throw error;
      const { cause, linked } = error;
      // Nothing was begun: whoever runs this hears of the sign-in, or of the network, and of no rotation.
      if (cause instanceof AzureError && linked === undefined && SIGN_IN.includes(cause.kind)) throw cause;
      io.err(`${error.message}\n`);
      return EXIT.failed;
    }
  },
};

async function rotateAll(
  { environment, expectation }: NamedLink,
  relayOnly: boolean,
  rules: readonly HubExpectation[],
  lock: RotationLock | 'alone',
  deployCommand: string | undefined,
  io: Io,
): Promise<RotationResult | undefined> {
  const ports = { ...io.connect(subscriptionOf(expectation.notificationHubId)), lock };
  const { signal } = io;
  if (rules.length > 0) {
    await rotateRules(ports, rules, { signal, onProgress: (message) => io.err(`${message}\n`) });
  }
  if (relayOnly) return undefined;
  const owner = environment === undefined ? undefined : ownerOf(environment, deployCommand, io);
  return rotateKeys({ ...ports, ...(owner && { owner }) }, expectation, {
    signal,
    onProgress: (progress) => io.err(progressText(progress)),
  });
}

function ownerOf(environment: string, deployCommand: string | undefined, io: Io): LinkOwner {
  return {
    key: async () => (await expectationOf(environment, io)).key,
    switchTo: async (key: KeyName) => {
      setLinkKey(environment, key, io);
      await deploy(environment, io, deployCommand);
    },
  };
}

function jsonText(result: RotationResult | undefined, rules: readonly HubExpectation[]): string {
  const relay = rules.length > 0 ? { relay: rules.map(({ ruleId }) => ruleId) } : {};
  return `${JSON.stringify({ version: 1, ...relay, ...result }, undefined, 2)}\n`;
}

function outcomeText(result: RotationResult | undefined, rules: readonly HubExpectation[]): string {
  const relay = rules.map(({ ruleId }) => `rotated: both keys of ${ruleId} are new\n`).join('');
  if (!result) return relay;
  return `${relay}${reportText({ report: result.report })}rotated: linked is the ${result.linked} key; both old keys are dead\n`;
}

function progressText({ step, message, linked, until }: RotationProgress): string {
  const key = linked === undefined ? '' : ` (linked: ${linked})`;
  return `${step}: ${message}${until === undefined ? '' : `, until ${until}`}${key}\n`;
}
