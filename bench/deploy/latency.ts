import { parsePath } from '../../local/azure/core/arm/path';
import type { JournalRequest } from '../../local/terraform/journal';

/** How long Azure takes: for an answer, and for what goes on behind it. */
export interface Latency {
  readonly name: 'none' | 'azure';
  /** Seconds until a request is answered. */
  answer(request: JournalRequest): number;
  /** Seconds that a write goes on after its answer, by the last type in the path. */
  behind(request: JournalRequest): number;
}

/** A server that answers at once, and is then done. */
export const NO_LATENCY: Latency = { name: 'none', answer: () => 0, behind: () => 0 };

/**
 * Seconds until Azure answers. Each is an assumption: Azure publishes no such figures, and none could be measured here. They
 * are meant to be of the right size: what matters is which of them add up, and that they are the same for whoever is compared.
 */
export const ANSWER_SECONDS = { GET: 0.2, POST: 0.4, PUT: 1, PATCH: 1, DELETE: 1, token: 0.3, publish: 12 };

/** Seconds that Azure goes on after it answered a PUT of a new one; assumptions as well. What is not listed is done at once. */
export const BEHIND_SECONDS: Readonly<Record<string, number>> = {
  'microsoft.communication/communicationservices': 5,
  'microsoft.eventgrid/systemtopics': 3,
  'microsoft.eventgrid/systemtopics/eventsubscriptions': 5,
  'microsoft.notificationhubs/namespaces': 8,
  'microsoft.operationalinsights/workspaces': 8,
  'microsoft.storage/storageaccounts': 18,
  'microsoft.web/serverfarms': 6,
  'microsoft.web/sites': 12,
};

export const AZURE_LATENCY: Latency = {
  name: 'azure',
  answer({ method, url }) {
    const { host, pathname } = new URL(url);
    if (host === 'login.microsoftonline.com') return ANSWER_SECONDS.token;
    if (pathname === '/api/publish') return ANSWER_SECONDS.publish;
    return ANSWER_SECONDS[method as keyof typeof ANSWER_SECONDS] ?? ANSWER_SECONDS.GET;
  },
  behind({ method, url }) {
    const type = parsePath(new URL(url).pathname)?.type.toLowerCase() ?? '';
    return method === 'PUT' ? (BEHIND_SECONDS[type] ?? 0) : 0;
  },
};
