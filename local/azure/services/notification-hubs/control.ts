import { z } from 'zod';
import { controlRoute, type ControlRoute } from '../../core/control-route';
import { lag, percent, seconds, text } from '../../core/control-schemas';
import { faultSwitch, type FaultSwitch } from '../../core/fault-switch';
import type { HubBehaviour } from './behaviour';
import type { NotificationHubDataPlane } from './data-plane';

const refusal = z.union([z.literal(401), z.literal(403)]);

/** How hubs behave where no document says it, their quota, and what Azure does to a namespace. */
export function notificationHubsRoutes(
  hubs: NotificationHubDataPlane,
  setBehaviour: (change: Partial<HubBehaviour>) => void,
): readonly ControlRoute[] {
  return [
    controlRoute({
      method: 'POST',
      path: '/hubs/behaviour',
      summary: 'Changes how hubs behave where the documentation of Azure is silent.',
      body: z.strictObject({
        telemetrySeconds: lag.optional(),
        telemetryRights: z
          .array(z.enum(['Listen', 'Manage', 'Send']))
          .min(1)
          .optional(),
        missingRightStatus: refusal.optional(),
        networkRefusalStatus: refusal.optional(),
        systemData: z.boolean().optional(),
      }),
      handle: ({ body }) => setBehaviour(body),
    }),
    controlRoute({
      method: 'POST',
      path: '/hubs/quota',
      summary: "Sets how many pushes a namespace has a month; null is the tier's own number again.",
      body: z.strictObject({ namespaceId: text, pushesPerMonth: z.int().min(0).nullable() }),
      handle: ({ body }) => hubs.setQuota(body.namespaceId, body.pushesPerMonth ?? undefined),
    }),
    controlRoute({
      method: 'POST',
      path: '/hubs/namespace-state',
      summary: 'Disables a namespace, as Azure does to that of a disabled subscription, or enables it again.',
      body: z.strictObject({ namespaceId: text, enabled: z.boolean() }),
      handle: ({ body }) => hubs.setEnabled(body.namespaceId, body.enabled),
    }),
  ];
}

/** What share of requests to hubs goes wrong. */
export function notificationHubsFaults(hubs: NotificationHubDataPlane): FaultSwitch {
  return faultSwitch({
    name: 'hubs',
    schema: z.strictObject({
      formats: z.array(text).optional(),
      throttledPercent: percent.optional(),
      retryAfterSeconds: seconds.optional(),
      refusedPercent: percent.optional(),
      refusedStatus: z.int().min(400).max(499).optional(),
      failedPercent: percent.optional(),
      lostAnswerPercent: percent.optional(),
      timeoutPercent: percent.optional(),
      timeoutSeconds: seconds.optional(),
    }),
    set: (faults) => hubs.setFaults(faults),
    clear: () => hubs.setFaults({}),
  });
}
