import { iso } from '../../core/clock';
import { z } from 'zod';
import { controlRoute, type ControlRoute } from '../../core/control-route';
import { seconds, text, time } from '../../core/control-schemas';
import type { Communication } from './data-plane';
import type { HubLink } from './resource-types';

const acsId = text;
const platform = z.enum(['apns', 'fcmv1']);
const user = z.strictObject({ acsId, rawId: text });
const device = user.extend({ platform, handle: text, ttlSeconds: z.number().optional() });
const call = z.strictObject({
  acsId,
  from: text,
  to: z.union([text, z.array(text).min(1)]),
  callerDisplayName: z.string().optional(),
  answeredAfterSeconds: seconds.optional(),
  endedAfterSeconds: seconds.optional(),
});
const answering = user.extend({ afterSeconds: seconds });
const chatMessage = z.strictObject({
  acsId,
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
  acsId,
  from: text,
  to: text,
  text: z.string(),
  pascalCase: z.boolean().optional(),
});
const event = z.strictObject({ acsId, eventType: text, subject: z.string(), data: z.unknown() });

/** What became of the push to each device. */
const pushes = z.array(
  z.object({ rawId: text, handle: text, hubId: text.optional(), status: z.int().optional() }),
);
const sentMessage = z.object({ threadId: text, messageId: text, pushes });
const link = z.object({ resourceId: text, linkedAt: time, effectiveAt: time });

/** People who call, chat and send SMS, their devices, and the links as the data plane knows them. */
export function communicationRoutes(communication: Communication): readonly ControlRoute[] {
  return [
    controlRoute({
      method: 'POST',
      path: '/devices',
      summary: 'Registers a device of a user for pushes, as the SDKs for calling and chat do.',
      body: device,
      handle: ({ body }) => communication.registerDevice(body),
    }),
    controlRoute({
      method: 'GET',
      path: '/devices',
      summary: "A user's devices, and until when each is registered.",
      query: z.object({ acsId, rawId: text }),
      answer: z.array(z.object({ handle: text, platform, expiresAt: time })),
      handle: ({ query }) =>
        communication
          .devicesOf(query.acsId, query.rawId)
          .map(({ expiresAt, ...known }) => ({ ...known, expiresAt: iso(expiresAt) })),
    }),
    controlRoute({
      method: 'DELETE',
      path: '/devices',
      summary: 'Unregisters a device of a user.',
      body: device.omit({ platform: true, ttlSeconds: true }),
      handle: ({ body }) => communication.unregisterDevice(body),
    }),
    controlRoute({
      method: 'POST',
      path: '/answering',
      summary: 'Lets a user answer every call after so many seconds.',
      body: answering,
      handle: ({ body }) => communication.setAnswering(body),
    }),
    controlRoute({
      method: 'DELETE',
      path: '/answering',
      summary: 'Lets a user answer no call any more.',
      body: answering.omit({ afterSeconds: true }),
      handle: ({ body }) => communication.setAnswering(body),
    }),
    controlRoute({
      method: 'POST',
      path: '/calls',
      summary: 'Places a call: pushes to every callee, and the events of the call.',
      body: call,
      answer: z.object({ serverCallId: text, pushes }),
      async handle({ body }) {
        const placed = await communication.placeCall(body);
        return { serverCallId: placed.serverCallId, pushes: placed.pushes };
      },
    }),
    controlRoute({
      method: 'POST',
      path: '/chat-messages',
      summary: 'Sends a chat message to the other participants of a thread.',
      body: chatMessage,
      answer: sentMessage,
      handle: ({ body }) => communication.sendChatMessage(body),
    }),
    controlRoute({
      method: 'PATCH',
      path: '/chat-messages',
      summary: 'Edits a chat message.',
      body: knownChatMessage,
      answer: sentMessage,
      handle: ({ body }) => communication.editChatMessage(body),
    }),
    controlRoute({
      method: 'DELETE',
      path: '/chat-messages',
      summary: 'Deletes a chat message.',
      body: knownChatMessage,
      answer: sentMessage,
      handle: ({ body }) => communication.deleteChatMessage(body),
    }),
    controlRoute({
      method: 'POST',
      path: '/sms',
      summary: 'Lets an SMS arrive.',
      body: sms,
      answer: z.object({ messageId: text }),
      handle: ({ body }) => communication.sendSms(body),
    }),
    controlRoute({
      method: 'POST',
      path: '/events',
      summary: 'Raises any other event of Communication Services, as it is given.',
      body: event,
      handle: ({ body }) => communication.raiseEvent(body),
    }),
    controlRoute({
      method: 'GET',
      path: '/links',
      summary: 'The link to a hub that the data plane uses now, and those that it does not know of yet.',
      query: z.object({ acsId }),
      answer: z.object({ effective: link.nullable(), pending: z.array(link) }),
      handle({ query }) {
        const { effective, pending } = communication.links(query.acsId);
        return { effective: effective ? shownLink(effective) : null, pending: pending.map(shownLink) };
      },
    }),
  ];
}

/** The connection string is a secret; what is linked and when is not. */
function shownLink({ resourceId, linkedAt, effectiveAt }: HubLink): z.output<typeof link> {
  return { resourceId, linkedAt: iso(linkedAt), effectiveAt: iso(effectiveAt) };
}
