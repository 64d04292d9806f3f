import { TerraformStack } from 'cdktf';
import { synthesize } from '../synthesize';
import type { SynthesizedStack } from '../synthesized-stack';
import { shown } from './differences';

/** What a matcher answers to Jest and Vitest. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** A stack, or what {@link synthesize} made of one. */
export function synthesized(matcher: string, received: unknown): SynthesizedStack {
  if (TerraformStack.isStack(received)) return synthesize(received);
  if (typeof (received as Partial<SynthesizedStack> | undefined)?.addressed === 'function') {
    return received as SynthesizedStack;
  }
  throw new TypeError(
    `${matcher} takes a TerraformStack or what synthesize(stack) returns, got ${shown(received)}: ` +
      'write expect(synthesize(stack))',
  );
}

/** Lines of a list, indented; those beyond the first few are counted. */
export function listed(lines: readonly string[], most = 20): string {
  const rest = lines.length - most;
  return [...lines.slice(0, most), ...(rest > 0 ? [`… and ${rest} more`] : [])]
    .map((line) => `\n  ${line}`)
    .join('');
}
