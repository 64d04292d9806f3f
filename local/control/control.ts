import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { Communication } from '../azure/services/communication/data-plane';
import type { LocalAzureContext } from '../azure/core/context';
import type { EventGridDelivery } from '../azure/services/event-grid/delivery';
import type { LocalResponse } from '../azure/core/http';
import type { HubBehaviour } from '../azure/services/notification-hubs/behaviour';
import type { NotificationHubDataPlane } from '../azure/services/notification-hubs/data-plane';
import type { PushServices } from '../push-services/push-services';
import type { Monitor } from '../azure/services/monitor/reading';

/** What the control API reaches into. */
export interface ControlledServices {
  readonly context: LocalAzureContext;
  readonly communication: Communication;
  readonly pushServices: PushServices;
  readonly eventGrid: EventGridDelivery;
  readonly hubs: NotificationHubDataPlane;
  readonly monitor: Monitor;
  setHubBehaviour(change: Partial<HubBehaviour>): void;
}

/**
 * Answers a request of the control API; `path` may carry a query, `body` is parsed JSON. Everything that can be
 * asked is described in docs/local-azure.md. Bad input is 400 `{error}`, an unknown path 404.
 */
export type Control = (method: string, path: string, body?: unknown) => Promise<LocalResponse>;

type Handler = (body: unknown, query: URLSearchParams) => unknown;

const text = z.string().min(1);
const seconds = z.number().min(0);
const percent = z.number().min(0).max(100);
const service = z.enum(['apns', 'fcmv1']);
const anyService = z.enum(['apns', 'fcmv1', 'browser']);
const lag = z.tuple([seconds, seconds]);

const device = z.strictObject({
  acsId: text,
  rawId: text,
  platform: service,
  handle: text,
  ttlSeconds: z.number().optional(),
});
const call = z.strictObject({
  acsId: text,
  from: text,
  to: z.union([text, z.array(text).min(1)]),
  callerDisplayName: z.string().optional(),
  answeredAfterSeconds: seconds.optional(),
  endedAfterSeconds: seconds.optional(),
});
const answering = z.strictObject({ acsId: text, rawId: text, afterSeconds: seconds });
const chatMessage = z.strictObject({
  acsId: text,
  from: text,
  to: z.array(text),
  text: z.string(),
  threadId: text.optional(),
  senderDisplayName: z.string().optional(),
  messageId: text.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
const knownChatMessage = chatMessage.extend({ messageId: text });
const sms = z.strictObject({
  acsId: text,
  from: text,
  to: text,
  text: z.string(),
  pascalCase: z.boolean().optional(),
});
const event = z.strictObject({ acsId: text, eventType: text, subject: z.string(), data: z.unknown() });
const handle = z.strictObject({
  handle: text,
  state: z.enum(['live', 'expired', 'bad']),
  topic: text.optional(),
  environment: z.enum(['production', 'sandbox']).optional(),
});
const network = z.strictObject({ handle: text, online: z.boolean() });
const publicKey = text.refine(isPublicKey, 'is no public key in PEM');
const registeredKey = z.discriminatedUnion('service', [
  z.strictObject({ service: z.literal('apns'), teamId: text, keyId: text, publicKey }),
  z.strictObject({ service: z.literal('fcmv1'), projectId: text, clientEmail: text, publicKey }),
]);
const rejection = z.strictObject({ service: anyService.optional(), hubId: text.optional() });
const reachability = z.strictObject({ service: anyService, reachable: z.boolean() });
const right = z.enum(['Listen', 'Manage', 'Send']);
const hubBehaviour = z.strictObject({
  telemetrySeconds: lag.optional(),
  telemetryRights: z.array(right).min(1).optional(),
  missingRightStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  networkRefusalStatus: z.union([z.literal(401), z.literal(403)]).optional(),
  systemData: z.boolean().optional(),
});
const quota = z.strictObject({ namespaceId: text, pushesPerMonth: z.int().min(0).nullable() });
const namespaceState = z.strictObject({ namespaceId: text, enabled: z.boolean() });
const silentMetric = z.union([text, z.strictObject({ metric: text, resourceId: text })]);
const faults = z.strictObject({
  hubs: z
    .strictObject({
      formats: z.array(text).optional(),
      throttledPercent: percent.optional(),
      retryAfterSeconds: seconds.optional(),
      refusedPercent: percent.optional(),
      refusedStatus: z.int().min(400).max(499).optional(),
      failedPercent: percent.optional(),
      lostAnswerPercent: percent.optional(),
      timeoutPercent: percent.optional(),
      timeoutSeconds: seconds.optional(),
    })
    .optional(),
  eventGrid: z
    .strictObject({
      duplicatePercent: percent.optional(),
      disorder: z.boolean().optional(),
      deadLetterDelaySeconds: seconds.optional(),
    })
    .optional(),
  monitor: z
    .strictObject({
      metricLagMinutes: lag.optional(),
      activityLogLagSeconds: lag.optional(),
      requestBodies: z.boolean().optional(),
      silent: z.array(silentMetric).optional(),
    })
    .optional(),
});

/**
 * What no Azure has: looking into the push services and the event deliveries, letting people call and chat, and
 * breaking things. For http on loopback only, without authentication.
 */
export function createControl(services: ControlledServices): Control {
  const { context, communication, pushServices, eventGrid, hubs, monitor } = services;

  const routes: Readonly<Record<string, Handler>> = {
    'GET /inbox': (_, query) =>
      context.inbox.filter((push) =>
        (['handle', 'service', 'hubId'] as const).every(
          (field) => push[field].toLowerCase() === (query.get(field) ?? push[field]).toLowerCase(),
        ),
      ),
    'DELETE /inbox': () => {
      context.inbox.length = 0;
    },
    'GET /activity-log': () => context.activityLog,
    'GET /clock': () => ({ now: iso(context.clock.now()), speed: context.clock.speed }),
    'POST /devices': taking(device, (body) => communication.registerDevice(body)),
    'GET /devices': (_, query) =>
      communication
        .devicesOf(query.get('acsId') ?? '', query.get('rawId') ?? '')
        .map(({ expiresAt, ...known }) => ({ ...known, expiresAt: iso(expiresAt) })),
    'DELETE /devices': taking(device.omit({ platform: true, ttlSeconds: true }), (body) =>
      communication.unregisterDevice(body),
    ),
    'POST /answering': taking(answering, (body) => communication.setAnswering(body)),
    'DELETE /answering': taking(answering.omit({ afterSeconds: true }), (body) =>
      communication.setAnswering(body),
    ),
    'POST /calls': taking(call, async (body) => {
      const { serverCallId, pushes } = await communication.placeCall(body);
      return { serverCallId, pushes };
    }),
    'POST /chat-messages': taking(chatMessage, (body) => communication.sendChatMessage(body)),
    'PATCH /chat-messages': taking(knownChatMessage, (body) => communication.editChatMessage(body)),
    'DELETE /chat-messages': taking(knownChatMessage, (body) => communication.deleteChatMessage(body)),
    'POST /sms': taking(sms, (body) => communication.sendSms(body)),
    'POST /events': taking(event, (body) => communication.raiseEvent(body)),
    'GET /links': (_, query) => {
      const { effective, pending } = communication.links(query.get('acsId') ?? '');
      // The connection string is a secret; what is linked and when is not.
      const shown = (link: (typeof pending)[number]) => ({
        resourceId: link.resourceId,
        linkedAt: iso(link.linkedAt),
        effectiveAt: iso(link.effectiveAt),
      });
      return { effective: effective ? shown(effective) : null, pending: pending.map(shown) };
    },
    'POST /push-services/handles': taking(handle, ({ handle: name, state, ...about }) =>
      pushServices.setHandle(name, state, about),
    ),
    'POST /push-services/online': taking(network, ({ handle: name, online }) =>
      pushServices.setOnline(name, online),
    ),
    'POST /push-services/keys': taking(registeredKey, (key) =>
      key.service === 'apns'
        ? pushServices.registerApnsKey(key.teamId, key.keyId, key.publicKey)
        : pushServices.registerFcmKey(key.projectId, key.clientEmail, key.publicKey),
    ),
    'POST /push-services/rejected-credentials': taking(rejection, (which) =>
      pushServices.rejectCredentials(which),
    ),
    'DELETE /push-services/rejected-credentials': () => pushServices.acceptCredentials(),
    'POST /push-services/reachable': taking(reachability, (body) =>
      pushServices.setReachable(body.service, body.reachable),
    ),
    'POST /hubs/behaviour': taking(hubBehaviour, (body) => services.setHubBehaviour(body)),
    'POST /hubs/quota': taking(quota, ({ namespaceId, pushesPerMonth }) =>
      hubs.setQuota(namespaceId, pushesPerMonth ?? undefined),
    ),
    'POST /hubs/namespace-state': taking(namespaceState, ({ namespaceId, enabled }) =>
      hubs.setEnabled(namespaceId, enabled),
    ),
    'GET /event-grid/deliveries': () => ({
      pending: eventGrid.pending(),
      deliveries: eventGrid.deliveries(),
    }),
    'GET /dead-letters': () => eventGrid.deadLetters(),
    'POST /faults': taking(faults, (body) => {
      if (body.hubs) hubs.setFaults(body.hubs);
      if (body.eventGrid) eventGrid.setFaults(body.eventGrid);
      if (body.monitor) monitor.setLag(body.monitor);
    }),
    'DELETE /faults': () => {
      hubs.setFaults({});
      eventGrid.setFaults({});
      monitor.setLag({ silent: [] });
    },
  };

  return async (method, path, body) => {
    const url = new URL(path, 'http://127.0.0.1');
    const route = routes[`${method.toUpperCase()} ${url.pathname.replace(/\/+$/, '')}`];
    if (!route) return { status: 404, body: { error: `there is no ${method} ${url.pathname}` } };
    try {
      const answer = await route(body, url.searchParams);
      return answer === undefined ? { status: 204 } : { status: 200, body: answer };
    } catch (error) {
      if (error instanceof RangeError) return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
}

/** A handler for bodies of that shape. @throws RangeError naming every member that is wrong */
function taking<S extends z.ZodType>(schema: S, run: (body: z.output<S>) => unknown): Handler {
  return (body) => {
    const read = schema.safeParse(body);
    if (read.success) return run(read.data);
    const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new RangeError(wrong.join('; '));
  };
}

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
