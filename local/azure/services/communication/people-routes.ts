import { z } from 'zod';
import { controlRoute, type ControlRoute } from '../../core/control-route';
import { text } from '../../core/control-schemas';
import type { Communication } from './data-plane';
import type { LinkPolicy } from './link-policy';

const participant = z.strictObject({ serverCallId: text, rawId: text.optional() });
const linked = z.strictObject({ acsId: text });
const policy = z.object({ policyId: text });

/** What people do with a call that goes on, with their registrations, and in the portal. */
export function peopleRoutes(communication: Communication, policies: LinkPolicy): readonly ControlRoute[] {
  /** The link that counts now, or else the next one. */
  const linkOf = (acsId: string) => {
    const { effective, pending } = communication.links(acsId);
    const link = effective ?? pending[0];
    if (!link) throw new RangeError(`${acsId} is linked to no hub`);
    return link;
  };
  return [
    controlRoute({
      method: 'POST',
      path: '/calls/answer',
      summary:
        'Answers a call that rings, one callee or the first who has not declined; the call goes on until somebody hangs up.',
      body: participant,
      handle: ({ body }) => communication.answerCall(body.serverCallId, body.rawId),
    }),
    controlRoute({
      method: 'POST',
      path: '/calls/decline',
      summary: 'Declines a call that rings, one callee or all; it ends when nobody is left.',
      body: participant,
      handle: ({ body }) => communication.declineCall(body.serverCallId, body.rawId),
    }),
    controlRoute({
      method: 'POST',
      path: '/calls/hang-up',
      summary:
        'Hangs up, the caller or a participant who is named; a callee whom the call still rings declines it.',
      body: participant,
      handle: ({ body }) => communication.hangUpCall(body.serverCallId, body.rawId),
    }),
    controlRoute({
      method: 'POST',
      path: '/users/sign-out',
      summary: 'Unregisters all devices of a user, as an app does that signs out everywhere.',
      body: z.strictObject({ acsId: text, rawId: text }),
      answer: z.object({ devices: z.int().min(0) }),
      handle: ({ body }) => ({ devices: communication.signOut(body) }),
    }),
    controlRoute({
      method: 'POST',
      path: '/devices/expire',
      summary: "Ends the life of a device's registration now, which nobody is told.",
      body: z.strictObject({ acsId: text, rawId: text, handle: text }),
      handle: ({ body }) => communication.expireDevice(body),
    }),
    controlRoute({
      method: 'POST',
      path: '/links/turn-key',
      summary:
        'Regenerates the key that a link has, as somebody does in the portal, and does not link again.',
      body: linked,
      answer: policy,
      handle: async ({ body }) => ({ policyId: await policies.turnKey(linkOf(body.acsId)) }),
    }),
    controlRoute({
      method: 'POST',
      path: '/links/remake-policy',
      summary: 'Deletes the access policy that a link names and makes it again: its keys are others then.',
      body: linked,
      answer: policy,
      handle: async ({ body }) => ({ policyId: await policies.remake(linkOf(body.acsId)) }),
    }),
  ];
}
