import type { CallRequest, ChatMessageRequest, Communication, SmsRequest } from './communication';
import { asObject } from './arm-resource-id';
import type { LocalAzureContext } from './context';
import type { DeliveryFaults, EventGridDelivery } from './event-grid-delivery';
import type { Faults } from './faults';
import type { LocalResponse } from './http';
import type { NotificationHubDataPlane } from './notification-hub-data-plane';
import type { HandleState, PushServices, PushServiceName } from './push-services';
import type { Monitor, MonitorOptions } from './resource-providers/monitor';

/** What the control API reaches into. */
export interface ControlledServices {
  readonly context: LocalAzureContext;
  readonly communication: Communication;
  readonly pushServices: PushServices;
  readonly eventGrid: EventGridDelivery;
  readonly hubs: NotificationHubDataPlane;
  readonly monitor: Monitor;
}

/** Answers a request of the control API; `path` may carry a query. The API is described in docs/local-azure.md. */
export type Control = (method: string, path: string, body?: unknown) => Promise<LocalResponse>;

type Handler = (body: Record<string, unknown>, query: URLSearchParams) => unknown;

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
    'GET /clock': () => ({ now: new Date(context.clock.now()).toISOString(), speed: context.clock.speed }),
    'POST /devices': (body) =>
      communication.registerDevice(body as unknown as Parameters<Communication['registerDevice']>[0]),
    'DELETE /devices': (body) =>
      communication.unregisterDevice(body as unknown as Parameters<Communication['unregisterDevice']>[0]),
    'POST /calls': (body) => communication.placeCall(body as unknown as CallRequest),
    'POST /chat-messages': (body) => communication.sendChatMessage(body as unknown as ChatMessageRequest),
    'PATCH /chat-messages': (body) =>
      communication.editChatMessage(body as unknown as ChatMessageRequest & { messageId: string }),
    'DELETE /chat-messages': (body) =>
      communication.deleteChatMessage(body as unknown as ChatMessageRequest & { messageId: string }),
    'POST /sms': (body) => communication.sendSms(body as unknown as SmsRequest),
    'POST /events': (body) =>
      communication.raiseEvent(body as unknown as Parameters<Communication['raiseEvent']>[0]),
    'GET /links': (_, query) => {
      const { effective, pending } = communication.links(query.get('acsId') ?? '');
      // The connection string is a secret; who links and when is not.
      const shown = (link: typeof effective) =>
        link && {
          resourceId: link.resourceId,
          linkedAt: new Date(link.linkedAt).toISOString(),
          effectiveAt: new Date(link.effectiveAt).toISOString(),
        };
      return { effective: shown(effective) ?? null, pending: pending.map(shown) };
    },
    'POST /push-services/handles': (body) => {
      const { handle, state, ...about } = body;
      pushServices.setHandle(String(handle), state as HandleState, about);
    },
    'POST /push-services/keys': (body) => {
      const { service, publicKey } = body;
      if (service === 'apns') {
        pushServices.registerApnsKey(String(body.teamId), String(body.keyId), String(publicKey));
      } else {
        pushServices.registerFcmKey(String(body.projectId), String(body.clientEmail), String(publicKey));
      }
    },
    'POST /push-services/rejected-credentials': (body) =>
      pushServices.rejectCredentials(body as { service?: PushServiceName; hubId?: string }),
    'DELETE /push-services/rejected-credentials': () => pushServices.acceptCredentials(),
    'POST /push-services/reachable': (body) =>
      pushServices.setReachable(body.service as PushServiceName, body.reachable !== false),
    'GET /event-grid/deliveries': () => ({
      pending: eventGrid.pending(),
      deliveries: eventGrid.deliveries(),
    }),
    'GET /dead-letters': () => eventGrid.deadLetters(),
    'POST /faults': (body) => {
      if (body.hubs) hubs.setFaults(body.hubs as Faults);
      if (body.eventGrid) eventGrid.setFaults(body.eventGrid as DeliveryFaults);
      if (body.monitor) monitor.setLag(body.monitor as Partial<Omit<MonitorOptions, 'seed'>>);
    },
    'DELETE /faults': () => {
      hubs.setFaults({});
      eventGrid.setFaults({});
    },
  };

  return async (method, path, body) => {
    const url = new URL(path, 'http://127.0.0.1');
    const route = routes[`${method.toUpperCase()} ${url.pathname.replace(/\/+$/, '')}`];
    if (!route) return { status: 404, body: { error: `there is no ${method} ${url.pathname}` } };
    try {
      const answer = await route(asObject(body), url.searchParams);
      return answer === undefined ? { status: 204 } : { status: 200, body: answer };
    } catch (error) {
      if (error instanceof RangeError) return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
}
