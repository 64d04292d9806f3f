import type { JournalEntry, JournalRequest } from '../../local/terraform/journal';
import type { Latency } from './latency';
import { paceOf, POLL_SECONDS } from './pace';

/** What was asked of Azure for one node of a walk. */
export interface Step {
  readonly node: string;
  readonly type: string;
  readonly action?: JournalEntry['action'];
  readonly requests: readonly JournalRequest[];
}

/** The world that a step is played in. */
export interface World {
  readonly latency: Latency;
  /** False when the provider block says that data planes of storage accounts are not to be waited for. */
  readonly dataPlaneAwaited: boolean;
}

/** Seconds that a step takes with the real providers. */
export function secondsOf(step: Step, { latency, dataPlaneAwaited }: World): number {
  const { type, action, requests } = step;
  const pace =
    action === 'create' || action === 'update' ? paceOf(type, action, dataPlaneAwaited) : undefined;
  const read = latency.answer({ method: 'GET', url: 'https://management.azure.com/' });
  let seconds = requests.reduce((sum, request) => sum + latency.answer(request), 0);
  seconds += (pace?.settling?.seconds ?? 0) + (pace?.settling?.reads ?? 0) * read;
  const behind = action === 'create' ? Math.max(0, ...requests.map((request) => latency.behind(request))) : 0;
  const polls = Math.ceil(Math.max(behind, pace?.firstPoll ?? 0) / POLL_SECONDS);
  return seconds + polls * (POLL_SECONDS + read);
}

/** What of a step has to happen whoever makes it: the writes, and what Azure does behind them. */
export function neededSeconds(step: Step, { latency }: World): number {
  const needed = neededRequests(step);
  const behind =
    step.action === 'create' ? Math.max(0, ...needed.map((request) => latency.behind(request))) : 0;
  return needed.reduce((sum, request) => sum + latency.answer(request), 0) + behind;
}

/**
 * The requests of a step that change something or whose answer somebody needs. Not needed are looks at whether something is
 * there already, and at what has just been written.
 */
export function neededRequests({ action, type, node, requests }: Step): readonly JournalRequest[] {
  if (action === 'delete') return requests.filter(({ method }) => method === 'DELETE');
  if (action) return requests.filter(({ method }) => method !== 'GET');
  const isRead = node.startsWith('data.') || node.startsWith('ephemeral.');
  if (type === 'terraform_data')
    return requests.filter(({ method, url }) => method === 'POST' || url.endsWith('/latest')).slice(0, 2);
  return isRead ? requests.slice(-1) : [];
}
