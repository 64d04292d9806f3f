import { AnnotationMetadataEntryType, Testing, type TerraformStack } from 'cdktf';
import { sameCdk } from '../constructs/core/same-cdk';
import { SynthesizedStack } from './synthesized-stack';

/** A stack that cannot be synthesized, with everything that is wrong with it. */
export class SynthesisError extends Error {
  /**
   * @param mistakes each `{what is wrong}\n  at construct {path}`
   * @param options with what cdktf threw, as `cause`
   */
  constructor(
    readonly mistakes: readonly string[],
    options?: ErrorOptions,
  ) {
    super(mistakes.join('\n'), options);
    this.name = 'SynthesisError';
  }
}

/**
 * Synthesizes a stack as `cdktf synth` does, with its Aspects and validations, in memory: nothing is written, and no
 * provider or Azure is asked.
 * @throws SynthesisError with every mistake of the stack
 */
export function synthesize(stack: TerraformStack): SynthesizedStack {
  sameCdk(stack);
  let text: string;
  try {
    text = Testing.synth(stack, true);
  } catch (error) {
    throw asSynthesisError(error);
  }
  const errors = annotations(stack, AnnotationMetadataEntryType.ERROR);
  if (errors.length > 0) {
    throw new SynthesisError(errors.map(({ path, message }) => `${message}\n  at construct ${path}`));
  }
  const warnings = annotations(stack, AnnotationMetadataEntryType.WARN);
  return new SynthesizedStack(
    text,
    warnings.map(({ path, message }) => `${path}: ${message}`),
  );
}

/** What cdktf throws for failed validations, as this library tells it; any other error as it is. */
export function asSynthesisError(error: unknown): unknown {
  const mistakes = validationErrors((error as Error).message);
  return mistakes ? new SynthesisError(mistakes, { cause: error }) : error;
}

/** What cdktf tells of its validations, `[path] message`, as this library tells it; nothing when it is another error. */
export function validationErrors(message: string): string[] | undefined {
  if (!message.includes('Validation failed with the following errors:')) return undefined;
  return message
    .replace(/\n\nIf you wish to ignore these validations[^]*$/, '')
    .split(/\n {2}(?=\[)/)
    .slice(1)
    .map((each) => each.trim().replace(/^\[([^\]]*)\] ([^]*)$/, '$2\n  at construct $1'));
}

function annotations(stack: TerraformStack, type: AnnotationMetadataEntryType) {
  return stack.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter((entry) => entry.type === (type as string))
        .map((entry) => ({ path: node.path, message: String(entry.data) })),
    );
}
