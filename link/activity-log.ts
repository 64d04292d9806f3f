import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { sameResourceId, subscriptionOf } from './resource-id';

/**
 * How far back the activity log is asked, milliseconds. It keeps 90 days (azure-docs `azure-monitor/platform/
 * activity-log.md`) and refuses questions about more; a day less allows for clocks that disagree.
 */
export const LOG_LOOK_BACK = 89 * 24 * 60 * 60_000;

/** Source: azure-docs `role-based-access-control/permissions/general.md` and the operations of Microsoft.NotificationHubs. */
export const LINK_OPERATION = 'Microsoft.Communication/CommunicationServices/LinkNotificationHub/action';
export const REGENERATE_OPERATION =
  'Microsoft.NotificationHubs/Namespaces/NotificationHubs/authorizationRules/regenerateKeys/action';

/** Something that was done to a resource and succeeded. */
export interface LoggedOperation {
  /** Azure's time, milliseconds since the epoch. */
  readonly time: number;
  readonly caller: string;
  /** Body of the request as far as the log tells it. Of interest: which key was regenerated. */
  readonly requestBody?: string;
}

/** What was done this second is asked for too, though Azure tells its time in whole seconds; milliseconds. */
const AHEAD = 5 * 60_000;

/** Pages that are followed; a single resource has few events. */
const MAX_PAGES = 5;

/**
 * The times at which an operation on one resource succeeded, oldest first.
 * @param from milliseconds since the epoch; no earlier than what the log keeps
 * @param now Azure's time
 * @throws AzureError
 */
export async function readOperations(
  azure: AzureReader,
  resourceId: string,
  operation: string,
  from: number,
  now: number,
  signal?: AbortSignal,
): Promise<LoggedOperation[]> {
  const path = `/subscriptions/${subscriptionOf(resourceId)}/providers/Microsoft.Insights/eventtypes/management/values`;
  const filter = `eventTimestamp ge '${new Date(from).toISOString()}' and eventTimestamp le '${new Date(now + AHEAD).toISOString()}' and resourceUri eq '${resourceId}'`;
  const found: LoggedOperation[] = [];
  let query: Record<string, string> = { $filter: filter };
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = (await azure.query(path, API_VERSIONS.activityLog, query, signal)) as
      ActivityLogAnswer | undefined;
    for (const event of answer?.value ?? []) {
      const time = Date.parse(event.eventTimestamp ?? '');
      if (Number.isNaN(time) || !sameText(textOf(event.operationName), operation)) continue;
      if (!sameText(textOf(event.status), 'Succeeded')) continue;
      if (!sameResourceId(event.resourceId ?? resourceId, resourceId)) continue;
      const requestBody = event.properties?.requestbody;
      found.push({ time, caller: event.caller ?? 'unknown', ...(requestBody ? { requestBody } : {}) });
    }
    const next = answer?.nextLink ? new URL(answer.nextLink).searchParams.get('$skipToken') : null;
    if (!next) break;
    query = { $filter: filter, $skipToken: next };
  }
  return found.sort((a, b) => a.time - b.time);
}

interface ActivityLogAnswer {
  readonly value?: readonly {
    readonly eventTimestamp?: string;
    readonly operationName?: LocalizableText;
    readonly status?: LocalizableText;
    readonly resourceId?: string;
    readonly caller?: string;
    readonly properties?: { readonly requestbody?: string };
  }[];
  readonly nextLink?: string;
}

type LocalizableText = string | { readonly value?: string };

function textOf(text: LocalizableText | undefined): string {
  return typeof text === 'string' ? text : (text?.value ?? '');
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
