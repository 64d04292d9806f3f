import type { AzureError } from './azure-error';
import { unknown, waiting, type Finding } from './check';
import type { Reading } from './observation';
import type { NeededRole } from './roles';

/** The finding of a check whose question Azure did not answer: never a failure of the link. */
export function unanswered(reading: Reading<unknown>, needed: NeededRole): Finding {
  const { error } = reading;
  if (!error) return waiting('not asked yet');
  if (error.kind === 'forbidden') {
    const where = needed.scope === 'resource' ? 'the Communication Services resource' : `the ${needed.scope}`;
    return unknown(
      `not allowed: ${needed.operation}`,
      `give the signed-in principal the role '${needed.role}' on ${where}, or a role with ${needed.operation}`,
    );
  }
  if (error.transient || error.kind === 'budget') return waiting(error.message, retryHint(error));
  return unknown(error.message);
}

function retryHint(error: AzureError): string | undefined {
  return error.kind === 'network' ? 'look after the network between here and Azure' : undefined;
}
