import { outputName, outputPrefixes, STACK_OUTPUTS, type StackOutput } from '../link/stack-outputs';
import { BadInput } from './bad-input';
import { checkedOutput } from './checked-values';
import type { Io } from './io';
import { stateText, type FoundStack } from './stacks';
import { isDeployed, readTerraformOutputs } from './terraform-outputs';

/** What a deployed stack gives out of its PushNotifications. */
export class StackParts {
  constructor(
    readonly stack: string,
    /** Of its outputs; `''` is none. */
    readonly prefix: string,
    private readonly outputs: Readonly<Record<string, unknown>>,
  ) {}

  value(output: StackOutput): unknown {
    return this.outputs[outputName(output, this.prefix)];
  }

  /** @throws BadInput when it cannot be what the library gives out under that name */
  text(output: StackOutput): string | undefined {
    const value = this.value(output);
    if (typeof value !== 'string' || value === '') return undefined;
    const source = `the output '${outputName(output, this.prefix)}' of the stack '${this.stack}'`;
    return checkedOutput(output, source, value);
  }

  /** @throws BadInput when the stack does not give it out, or what it gives out cannot be it */
  need(output: StackOutput, ofWhat = 'the last deploy did not come to it: deploy it again'): string {
    const text = this.text(output);
    if (text !== undefined) return text;
    throw new BadInput(
      `the stack '${this.stack}' has no output '${outputName(output, this.prefix)}': ${ofWhat}, or name the resources by their ids`,
    );
  }

  /** ARM ids under any of these names. */
  texts(...outputs: StackOutput[]): string[] {
    return outputs.flatMap((output) => this.text(output) ?? []);
  }
}

/** Why a stack may lack what belongs to a relay. */
export const NO_RELAY = 'it has no relay (events), or the last deploy did not come to it: deploy it with one';

/**
 * What a stack gives out, as it is now.
 * @throws BadInput when there is no such stack, it is not deployed, gives out nothing, or several sets of which none is
 * chosen
 */
export async function partsOf(name: string, io: Pick<Io, 'stacks'>): Promise<StackParts> {
  const stack = await io.stacks.find(name);
  const outputs = await readTerraformOutputs(stack);
  const names = Object.keys(outputs);
  const prefixes = outputPrefixes(names);
  const { outputsPrefix: chosen } = io.stacks;
  if (prefixes.length === 0 && !names.some((output) => PLAIN_NAMES.has(output))) {
    throw new BadInput((await isDeployed(stack)) ? givesOutNothing(name) : isNotDeployed(stack));
  }
  const [first = '', ...others] = prefixes;
  if (chosen !== undefined && chosen !== first && !others.includes(chosen)) {
    throw new BadInput(
      `the stack '${name}' has no outputs '${chosen}': there are ${listed([first, ...others])}`,
    );
  }
  if (chosen === undefined && others.length > 0) {
    throw new BadInput(
      `the stack '${name}' has several PushNotifications: choose one by ${listed(prefixes.map((prefix) => `--outputs ${prefix || "''"}`))}`,
    );
  }
  return new StackParts(name, chosen ?? first, outputs);
}

const PLAIN_NAMES: ReadonlySet<string> = new Set(Object.values(STACK_OUTPUTS));

function listed(words: readonly string[]): string {
  return words.map((word) => (word === '' ? "'' (without a prefix)" : word)).join(', ');
}

function isNotDeployed(stack: FoundStack): string {
  return (
    `nothing of the stack '${stack.name}' is deployed by its state (${stateText(stack)}): deploy it; ` +
    'if it is deployed, its state is elsewhere: choose its workspace by TF_WORKSPACE, give what its deploy gives to ' +
    'terraform init by TF_CLI_ARGS_init, or name the resources by their ids'
  );
}

function givesOutNothing(stack: string): string {
  return (
    `the stack '${stack}' is deployed and gives out nothing of PushNotifications: it has outputs: false, or was deployed ` +
    'with a version that gave out nothing: deploy it again, or name the resources by their ids'
  );
}
