import { askingAgain } from '../../link/ask-again';
import type { Io } from '../io';
import type { RecoveryPlace } from './place';

/** What a recovery of a stack works with. @throws BadInput when there is no such stack, or it cannot be initialized */
export async function placeOf(stack: string, io: Io, also: readonly string[] = []): Promise<RecoveryPlace> {
  const { azure, clock } = io.connect(io.environment.ARM_SUBSCRIPTION_ID);
  const onProgress = (message: string) => io.progress.line(message);
  return {
    ...(await io.stacks.withProviders(stack)),
    azure: askingAgain(azure, clock, onProgress),
    also: new Set(also),
    signal: io.signal,
    onProgress,
  };
}
