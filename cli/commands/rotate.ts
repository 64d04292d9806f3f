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
import { HUB_RULE_TYPE } from '../../link/resource-id';
import type { Step } from '../../terminal';
import { BadInput } from '../bad-input';
import { readCdktfConfig } from '../cdktf-config';
import { checkedId } from '../checked-values';
import type { Command } from '../command';
import { deploy, setLinkKey } from '../deploy';
import { expectationOf } from '../deployed-link';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { LINK_OPTIONS, LINK_USAGE, readLinkArguments, type NamedLink } from '../link-options';
import { readArguments } from '../options';
import { relayRulesOf, ruleWithHub } from '../relay-parts';
import { reportText } from '../report-text';
import { LOCK_OPTIONS, LOCK_USAGE, rotationLockOf } from '../rotation-lock';
import { NO_RELAY, partsOf } from '../stack-parts';
import { untilText } from '../until-text';

const OPTIONS = {
  ...LINK_OPTIONS,
  ...LOCK_OPTIONS,
  relay: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  'relay-policy': { type: 'string', multiple: true },
  'deploy-command': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const LINK_IDS = ['communication-service', 'hub', 'policy'] as const;

const SIGN_IN: readonly AzureErrorKind[] = ['credentials', 'network'];

export const rotate: Command = {
  name: 'rotate',
  summary: "replace both keys of the link's policy, or of the relay's, without a gap",
  usage: `acs-push rotate {stack} [--relay | --all] [options]
acs-push rotate --communication-service ID --hub ID --policy ID (--state-blob URL | --alone) [options]
acs-push rotate --relay-policy ID [--relay-policy ID …] (--state-blob URL | --alone) [options]

The link takes about 31 minutes, most of them waiting until the data plane can hold no old key; the relay a minute.
Interrupted anywhere, run it again: it begins anew and ends right.

Meanwhile the Terraform state is locked, so that no deploy can post a key that is about to die: Terraform says who has
the lock, with the operation 'acs-push rotate' (backend azurerm) or OperationTypeInvalid (any other: a console has it).
A rotation that is killed does not keep it with the backends azurerm and local; with any other, 'terraform force-unlock'
may be needed. Around its own deploy the rotation lets go of it.

${LINK_USAGE}

  --relay                      the keys of the policies that the stack's relay uses, in place of the link's
  --all                        the relay's, and then the link's
  --relay-policy ID            ARM id of a rule whose keys a relay uses, where no stack names them; may be repeated;
                               with the link's three ids, then the link's
${LOCK_USAGE}
  --deploy-command COMMAND     how the stack is deployed (npx cdktf deploy {stack} --auto-approve; npx cdktn
                               where that is installed)
  --json                       print the outcome as JSON

The key that a stack links with is written into the context of cdktf.json and switched by a deploy, so that Terraform
knows of it and the next plan is clean. With ids, the link is switched directly; a stack that owns it has to be told its
key afterwards.

exit code: 0 rotated, 1 stopped, or somebody else has the lock, 2 bad input, or nothing to lock, 3 not begun, since
Azure cannot be reached
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('rotate', args, OPTIONS);
    const { link, stack, rules } = await readTargets(positionals, values, io);
    if (stack === undefined && values['deploy-command'] !== undefined) {
      throw new BadInput('--deploy-command goes with a stack');
    }
    if (stack !== undefined && link) checkDeployable(stack, values['deploy-command'], io.folder);
    const lock = await rotationLockOf(stack, values, io);
    try {
      const result = await rotateAll(link, rules, lock, values['deploy-command'], io);
      io.out(values.json ? jsonText(result, rules) : outcomeText(result, rules));
      if (result && stack !== undefined) io.progress.line('keep cdktf.json under version control');
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

/** Before a rotation begins, which gets to its deploy after a quarter of an hour. @throws BadInput */
function checkDeployable(stack: string, command: string | undefined, folder: string): void {
  const config = readCdktfConfig(folder);
  if (!config) {
    throw new BadInput(
      `no cdktf.json in ${folder}, and the key that '${stack}' links with is written into it: run in its folder`,
    );
  }
  if (config.app === undefined && command === undefined) {
    throw new BadInput(
      `cdktf.json in ${folder} has no app, and the link's key is switched by a deploy: run in its folder, or give --deploy-command`,
    );
  }
}

/** Whose keys are replaced: of the link, of the rules of a relay, or both. */
interface Targets {
  readonly stack?: string;
  readonly link?: NamedLink;
  readonly rules: readonly HubExpectation[];
}

/** @throws BadInput */
async function readTargets(
  positionals: readonly string[],
  values: ReturnType<typeof readArguments<typeof OPTIONS>>['values'],
  io: Io,
): Promise<Targets> {
  const { relay, all, 'relay-policy': policies } = values;
  if (relay && all) throw new BadInput("--all has the relay's keys in it: leave out --relay");
  if (policies) {
    if (positionals.length > 0 || relay || all) {
      throw new BadInput('--relay-policy is for a relay that no stack names: leave it out, or the stack');
    }
    const rules = policies.map((id) => ruleWithHub(checkedId('--relay-policy', id, HUB_RULE_TYPE)));
    const withLink = LINK_IDS.some((option) => values[option] !== undefined);
    return {
      rules,
      ...(withLink ? { link: await readLinkArguments('rotate', positionals, values, io) } : {}),
    };
  }
  if (positionals.length === 0 && (relay || all)) {
    throw new BadInput(
      '--relay and --all go with a stack, whose outputs name the policies of its relay: give --relay-policy with their ids',
    );
  }
  const link = await readLinkArguments('rotate', positionals, values, io);
  const { stack } = link;
  const rules = relay || all ? await relayRulesOf(stack!, io) : [];
  if (relay && rules.length === 0) {
    throw new BadInput(`the stack '${stack}' gives out no relay: ${NO_RELAY}, or give --relay-policy`);
  }
  return { stack, rules, ...(relay ? {} : { link }) };
}

async function rotateAll(
  link: NamedLink | undefined,
  rules: readonly HubExpectation[],
  lock: RotationLock | 'alone',
  deployCommand: string | undefined,
  io: Io,
): Promise<RotationResult | undefined> {
  const hub = (rules[0] ?? link!.expectation).notificationHubId;
  const ports = { ...io.connect(subscriptionOf(hub)), lock };
  const { signal } = io;
  if (rules.length > 0) {
    await rotateRules(ports, rules, { signal, onProgress: (message) => io.progress.line(message) });
  }
  if (!link) return undefined;
  const owner = link.stack === undefined ? undefined : await ownerOf(link.stack, deployCommand, io);
  const told = (result: RotationResult) => `rotated: linked is the ${result.linked} key`;
  const work = (step: Step) =>
    rotateKeys({ ...ports, ...(owner && { owner }) }, link.expectation, {
      signal,
      onProgress: (progress) => {
        step.line(progressText(progress));
        step.now(waitText(progress));
      },
    });
  return io.progress.step('rotating', work, told);
}

async function ownerOf(stack: string, deployCommand: string | undefined, io: Io): Promise<LinkOwner> {
  const { prefix } = await partsOf(stack, io);
  return {
    key: async () => (await expectationOf(stack, io)).key,
    switchTo: async (key: KeyName) => {
      setLinkKey(stack, prefix, key, io);
      await deploy(stack, io, deployCommand);
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
  return `${step}: ${message}${until === undefined ? '' : `, until ${until}`}${key}`;
}

/** What it waits for, counting down. */
function waitText({ message, time, until }: RotationProgress): () => string {
  if (until === undefined) return () => message;
  const counted = untilText(until, time);
  return () => `${message}, ${counted()}`;
}
