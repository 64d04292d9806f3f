import { find as findPushServices } from './checks/push-services';
import type { HubExpectation, LinkExpectation } from './expectation';
import type { Observation } from './observation';
import type { Due, Repeatable } from './questions';
import type { ProofLevel } from './verdict';
import { linkWindow } from './window';

/** Milliseconds between looks: the first wait, its growth, and the longest wait. */
export const POLLING = { first: 5_000, factor: 2, longest: 30_000 } as const;

/** The look that says how it ended must have asked everything no longer ago than that, milliseconds. */
export const FRESH = 60_000;

/**
 * Milliseconds after which a wait looks whether somebody else has linked meanwhile: what was linked, and the activity
 * log. It decides nothing before the end, when both are asked again.
 */
const STRANGERS_AFTER = { service: 150_000, links: 90_000 } as const;

/** Milliseconds after which a refusal is put to the test: somebody may have given the role that was missing. */
const REFUSAL_AFTER = 90_000;

/** The first look, and what a failure is confirmed by. */
export const everything: Due = () => true;

/** What an answer is confirmed by: whatever was asked too long ago to be vouched for. */
export const stale: Due = (question, o) => age(o, question) > FRESH;

/** What tells how the link is configured: no count and no log does. */
const CONFIGURATION: ReadonlySet<Repeatable> = new Set([
  'service',
  'hub',
  'namespace',
  'rule',
  'credentials',
]);

/** Whether an answer of that level rests on it, and is to be confirmed by it. */
export function restsOn(level: ProofLevel): (question: Repeatable) => boolean {
  return (question) => level !== 'config' || CONFIGURATION.has(question);
}

/**
 * What a wait asks between the first look and the one that confirms its answer: what moves by itself, and of that
 * only what could bring the answer nearer.
 */
export function moving(expectation: HubExpectation | LinkExpectation): Due {
  return (question, o) => {
    if (question !== 'service' && question !== 'links' && question !== 'metrics') return false;
    if (o[question].error) return age(o, question) > REFUSAL_AFTER;
    if (question === 'service') return age(o, 'service') > STRANGERS_AFTER.service;
    const window = linkWindow(o, expectation);
    if (question === 'links') {
      // Until the log shows the link, it may tell that the window closes earlier, or that there is none.
      const told = window.source === 'activity log' || window.source === 'before the activity log';
      return !told || age(o, 'links') > STRANGERS_AFTER.links;
    }
    // Counts prove nothing of the link before that; they may still tell of the probe.
    return window.evidenceFrom <= o.now || findPushServices(o, expectation).status !== 'pass';
  };
}

function age(o: Observation, question: Repeatable): number {
  return o.now - (o[question].askedAt ?? Number.NEGATIVE_INFINITY);
}
