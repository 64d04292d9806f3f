import type { Io } from '../io';
import type { RecoveryPlace } from './place';

/** What a recovery of a stack works with. @throws BadInput when there is no such stack, or it cannot be initialized */
export async function placeOf(stack: string, io: Io, also: readonly string[] = []): Promise<RecoveryPlace> {
  return {
    ...(await io.stacks.withProviders(stack)),
    azure: io.connect(io.environment.ARM_SUBSCRIPTION_ID).azure,
    also: new Set(also),
    signal: io.signal,
    onProgress: (message) => io.err(`${message}\n`),
  };
}
