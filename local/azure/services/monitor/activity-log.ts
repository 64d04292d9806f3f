import { badRequest } from '../../core/http';
import { randomUUID } from 'node:crypto';
import type { ActivityLogEntry, LocalAzureContext } from '../../core/context';
import type { LocalResponse } from '../../core/http';
import { seededRandom } from '../../core/random';
import type { ArmOperation, OperationRequest } from '../../core/arm/resource-type';
import { requireVersion } from './api-versions';
import type { MonitorDelays } from './delays';

const API_VERSIONS = ['2015-04-01', '2017-03-01-preview'];
/** Most the Activity Log gives back, in days. */
const DAYS = 90;
const DAY = 24 * 60 * 60_000;

/** The activity log of a subscription. */
export class ActivityLogReading {
  /** What ARM answers from it. */
  readonly operations: readonly ArmOperation[] = [
    {
      method: 'GET',
      path: '/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values',
      action: 'Microsoft.Insights/eventtypes/values/read',
      handle: (operation) => this.read(operation),
    },
  ];

  constructor(
    private readonly context: LocalAzureContext,
    private readonly delays: MonitorDelays,
  ) {}

  private read({ apiVersion, parameters, request }: OperationRequest): LocalResponse {
    requireVersion(apiVersion, API_VERSIONS);
    const filter = readFilter(request.query.get('$filter') ?? '');
    const now = this.context.clock.now();
    const since = filter.get('eventtimestamp ge');
    if (since === undefined || !Number.isFinite(Date.parse(since))) {
      throw badRequest("The $filter must have a start: eventTimestamp ge '{time}'.");
    }
    if (Date.parse(since) < now - DAYS * DAY) {
      throw badRequest(`The activity log keeps ${DAYS} days.`);
    }
    const until = filter.get('eventtimestamp le');
    const resource = filter.get('resourceuri eq') ?? filter.get('resourceid eq');
    const group = filter.get('resourcegroupname eq');
    const prefix = `/subscriptions/${parameters.subscription}`.toLowerCase();
    const found = this.context.activityLog
      .map((entry, index) => ({ entry, index, at: Date.parse(entry.eventTimestamp) }))
      .filter(({ entry, at, index }) => {
        const id = entry.resourceId.toLowerCase();
        return (
          id.startsWith(`${prefix}/`) &&
          at >= Date.parse(since) &&
          at <= (until === undefined ? now : Date.parse(until)) &&
          (resource === undefined || id === resource.toLowerCase()) &&
          (group === undefined || id.startsWith(`${prefix}/resourcegroups/${group.toLowerCase()}/`)) &&
          at + this.delays.entryLag(index) <= now
        );
      })
      .sort((a, b) => b.at - a.at || b.index - a.index);
    return { status: 200, body: { value: found.map(({ entry, index }) => this.shown(entry, index)) } };
  }

  private shown(entry: ActivityLogEntry, index: number): Record<string, unknown> {
    const submitted = Date.parse(entry.eventTimestamp) + this.delays.entryLag(index);
    const localized = (value: string) => ({ value, localizedValue: value });
    const [, subscriptionId, resourceGroupName, provider] =
      /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(?:\/providers\/([^/]+))?/i.exec(
        entry.resourceId,
      ) ?? [];
    return {
      id: `${entry.resourceId}/events/${index}/ticks/${Date.parse(entry.eventTimestamp)}`,
      eventDataId: seededId(`${this.delays.seed}/${index}`),
      correlationId: seededId(`${this.delays.seed}/correlation/${index}`),
      operationId: seededId(`${this.delays.seed}/operation/${index}`),
      eventTimestamp: entry.eventTimestamp,
      submissionTimestamp: new Date(submitted).toISOString(),
      operationName: localized(entry.operationName),
      eventName: localized('EndRequest'),
      category: localized('Administrative'),
      status: localized(entry.status),
      subStatus: localized(entry.status === 'Succeeded' ? 'OK' : ''),
      level: entry.status === 'Succeeded' ? 'Informational' : 'Error',
      resourceId: entry.resourceId,
      resourceGroupName,
      resourceProviderName: provider === undefined ? undefined : localized(provider),
      subscriptionId,
      caller: entry.caller,
      ...(this.delays.requestBodies && entry.requestBody !== undefined
        ? { properties: { requestbody: entry.requestBody } }
        : {}),
    };
  }
}

/** `eventTimestamp ge '…' and resourceUri eq '…'` as a map from `name operator`, lower case, to its value. */
function readFilter(filter: string): Map<string, string> {
  const terms = new Map<string, string>();
  for (const match of filter.matchAll(/(\w+)\s+(ge|le|eq)\s+'([^']*)'/gi)) {
    terms.set(`${match[1]} ${match[2]}`.toLowerCase(), match[3]!);
  }
  return terms;
}

function seededId(seed: string): string {
  const random = seededRandom(seed);
  return randomUUID().replace(/[0-9a-f]/g, () => Math.floor(random() * 16).toString(16));
}
