import { BadInput } from './bad-input';
import type { Io } from './io';

export const STACK_USAGE = `  stack                        a stack that is deployed, of the cdktf project in this folder: its ids come from its
                               state; --outputs PREFIX chooses among several PushNotifications, and --output DIR is
                               where cdktf wrote to: 'acs-push help'`;

/**
 * The stack that a command was given, or undefined when it was given ids instead.
 * @param ids values of the options that name resources, by the options' names
 * @param needed those that are needed without a stack
 * @throws BadInput when it was given both, or not enough
 */
export function stackOrIds<Option extends string>(
  command: string,
  positionals: readonly string[],
  ids: Readonly<Record<Option, unknown>>,
  needed: readonly Option[],
  io: Pick<Io, 'stacks'>,
): string | undefined {
  const [stack, surplus] = positionals;
  if (surplus !== undefined) throw new BadInput(`one stack at a time; got also '${surplus}'`);
  const given = (Object.keys(ids) as Option[]).filter((option) => ids[option] !== undefined);
  if (stack !== undefined && given.length > 0) {
    throw new BadInput(
      `a stack names its resources itself, got '${stack}' and ${optionsText(given)}: give either it or ids`,
    );
  }
  if (stack !== undefined) return stack;
  if (needed.some((option) => ids[option] === undefined)) {
    throw new BadInput(
      `of what? give a stack that is deployed, or ${optionsText(needed)}; see 'acs-push ${command} --help'`,
    );
  }
  if (io.stacks.outputsPrefix !== undefined) throw new BadInput('--outputs goes with a stack, got ids');
  return undefined;
}

function optionsText(options: readonly string[]): string {
  const names = options.map((option) => `--${option}`);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : String(names[0]);
}
