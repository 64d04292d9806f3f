import type { AzureError } from './azure-error';
import type { Observation, Reading } from './observation';

/** What a look may ask Azure Resource Manager about, by the reading that keeps the answer. */
export const QUESTIONS = [
  'service',
  'hub',
  'namespace',
  'otherSenders',
  'rule',
  'credentials',
  'links',
  'regenerations',
  'metrics',
] as const;
export type Question = (typeof QUESTIONS)[number];

/** Of a hub that nobody links there is no link to ask about. */
export const HUB_QUESTIONS: readonly Question[] = QUESTIONS.filter(
  (question) => question !== 'service' && question !== 'links' && question !== 'regenerations',
);

/**
 * And the rule's keys. They are asked for a probe, which is sent once when the hub takes it, and again where they are
 * compared with the key that the link was made with.
 */
export type Repeatable = Question | 'keys';

/** Whether a look asks that anew, by what is known when its turn comes. */
export type Due = (question: Repeatable, o: Observation) => boolean;

/** Whether the question has no answer yet that could be had by asking again. */
export function isOpen({ answer, error }: Reading<unknown>): boolean {
  return error ? mayBeMended(error) : !answer;
}

/** Whether an older answer stands in for one that the newest attempt did not bring. */
export function isOutdated({ answer, error }: Reading<unknown>): boolean {
  return answer !== undefined && error !== undefined;
}

export function mayBeMended(error: AzureError): boolean {
  return error.transient || error.kind === 'budget';
}
