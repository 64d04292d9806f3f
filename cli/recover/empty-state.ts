import type { Io } from '../io';
import { stateText } from '../stacks';
import { isDeployed } from '../terraform-outputs';
import { toTake, type Look } from './look';
import { placeOf } from './place-of';
import { listLost } from './take';

/**
 * What is there of a stack whose state is empty, as it is before the first deploy, and after the last destroy.
 * Undefined when the state is not empty.
 * @throws BadInput when the stack cannot be planned
 */
export async function lookIfEmpty(stack: string, io: Io): Promise<Look | undefined> {
  if (await isDeployed(await io.stacks.find(stack))) return undefined;
  return listLost(await placeOf(stack, io));
}

/** For people: that a state is empty, and what is there all the same. */
export async function emptyStateText(stack: string, look: Look, io: Io): Promise<string> {
  const ids = toTake(look)
    .map(({ id }) => `  ${id}`)
    .join('\n');
  const state = stateText(await io.stacks.find(stack));
  return (
    `the state of '${stack}' is empty (${state}), and these are there:\n${ids}\n` +
    `take them into the state by 'npx acs-push recover ${stack}', or put the state's last copy in its place\n`
  );
}
