import { SynthesizedStack } from './synthesized-stack';

/**
 * Writes what {@link synthesize} returns into snapshots as {@link SynthesizedStack.snapshot} has it, as JSON, the same in
 * Jest and Vitest: `expect.addSnapshotSerializer(snapshotSerializer)`.
 */
export const snapshotSerializer = {
  test: (value: unknown): boolean => value instanceof SynthesizedStack,
  serialize: (value: SynthesizedStack): string => JSON.stringify(value.snapshot(), null, 2),
};
