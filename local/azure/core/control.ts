import { z } from 'zod';
import type { LocalAzureContext } from './context';
import { controlRoute, type ControlRoute } from './control-route';
import { anyPushService, text, time } from './control-schemas';

const push = z.object({
  time,
  service: anyPushService,
  hubId: text,
  handle: text,
  headers: z.record(z.string(), z.string()),
  payload: z.unknown(),
});
const activity = z.object({
  eventTimestamp: time,
  operationName: text,
  resourceId: text,
  status: z.enum(['Succeeded', 'Failed']),
  caller: text,
  requestBody: z.string().optional(),
});

/** What the control API shows of local Azure as a whole: pushes that arrived, and what ARM did. */
export function coreControlRoutes({ inbox, activityLog }: LocalAzureContext): readonly ControlRoute[] {
  return [
    controlRoute({
      method: 'GET',
      path: '/inbox',
      summary:
        'The pushes that reached APNs, FCM and browsers, oldest first; those of a handle, service or hub.',
      query: push.pick({ handle: true, service: true, hubId: true }).partial(),
      answer: z.array(push),
      handle: ({ query }) =>
        inbox.filter((one) =>
          (['handle', 'service', 'hubId'] as const).every(
            (field) => one[field].toLowerCase() === (query[field] ?? one[field]).toLowerCase(),
          ),
        ),
    }),
    controlRoute({
      method: 'DELETE',
      path: '/inbox',
      summary: 'Forgets the pushes that arrived.',
      handle() {
        inbox.length = 0;
      },
    }),
    controlRoute({
      method: 'GET',
      path: '/activity-log',
      summary:
        'What was written, deleted and done by way of ARM, oldest first, without the lag of Azure Monitor.',
      answer: z.array(activity),
      handle: () => activityLog,
    }),
  ];
}
