import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { controlRoute, type ControlRoute } from '../azure/core/control-route';
import { anyPushService, text } from '../azure/core/control-schemas';
import type { PushServices } from './push-services';

const publicKey = text.refine(isPublicKey, 'is no public key in PEM');

/** What Apple, Google, browsers and phones do. */
export function pushServicesRoutes(pushServices: PushServices): readonly ControlRoute[] {
  return [
    controlRoute({
      method: 'POST',
      path: '/push-services/handles',
      summary: 'Tells push services of a handle: whether it is live, and which app it belongs to.',
      body: z.strictObject({
        handle: text,
        state: z.enum(['live', 'expired', 'bad']),
        topic: text.optional(),
        environment: z.enum(['production', 'sandbox']).optional(),
      }),
      handle: ({ body: { handle, state, ...about } }) => pushServices.setHandle(handle, state, about),
    }),
    controlRoute({
      method: 'POST',
      path: '/push-services/online',
      summary: "Takes an Android phone's network away, or gives it back.",
      body: z.strictObject({ handle: text, online: z.boolean() }),
      handle: ({ body }) => pushServices.setOnline(body.handle, body.online),
    }),
    controlRoute({
      method: 'POST',
      path: '/push-services/keys',
      summary: 'Registers the public key of a credential: from then on no other signs for it.',
      body: z.discriminatedUnion('service', [
        z.strictObject({ service: z.literal('apns'), teamId: text, keyId: text, publicKey }),
        z.strictObject({ service: z.literal('fcmv1'), projectId: text, clientEmail: text, publicKey }),
      ]),
      handle: ({ body: key }) =>
        key.service === 'apns'
          ? pushServices.registerApnsKey(key.teamId, key.keyId, key.publicKey)
          : pushServices.registerFcmKey(key.projectId, key.clientEmail, key.publicKey),
    }),
    controlRoute({
      method: 'POST',
      path: '/push-services/rejected-credentials',
      summary: 'Refuses the credentials of a push service, of a hub, or of both together.',
      body: z.strictObject({ service: anyPushService.optional(), hubId: text.optional() }),
      handle: ({ body }) => pushServices.rejectCredentials(body),
    }),
    controlRoute({
      method: 'DELETE',
      path: '/push-services/rejected-credentials',
      summary: 'Takes all credentials again.',
      handle: () => pushServices.acceptCredentials(),
    }),
    controlRoute({
      method: 'POST',
      path: '/push-services/reachable',
      summary: 'Makes a push service unreachable, or reachable again.',
      body: z.strictObject({ service: anyPushService, reachable: z.boolean() }),
      handle: ({ body }) => pushServices.setReachable(body.service, body.reachable),
    }),
  ];
}

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}
