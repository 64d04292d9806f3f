import { iso } from '../../azure/core/clock';
import { COMMUNICATION_TYPE } from '../../azure/services/communication/resource-types';
import type { ShownCall, ShownMessage, ShownUser } from '../model';
import { newest, type ShownAzure } from './shown-azure';

/** Users of every Communication Services resource, and their devices. */
export function users({ context, services }: ShownAzure): ShownUser[] {
  return context.store.list({ type: COMMUNICATION_TYPE }).flatMap(({ id }) =>
    services.communication.users(id).map(({ rawId, devices }) => ({
      acsId: id,
      rawId,
      devices: devices.map(({ platform, handle, expiresAt }) => ({
        platform,
        handle,
        expiresAt: iso(expiresAt),
      })),
    })),
  );
}

export function calls({ services }: ShownAzure): ShownCall[] {
  return newest(services.communication.knownCalls()).map(({ startedAt, pushes, ...call }) => ({
    ...call,
    startedAt: iso(startedAt),
    pushes: pushes.map(({ rawId, handle, status }) => ({ rawId, handle, status })),
  }));
}

export function messages({ services }: ShownAzure): ShownMessage[] {
  return newest(services.communication.knownMessages()).map((message) => ({
    acsId: message.acsId,
    threadId: message.threadId,
    messageId: message.messageId,
    from: message.from,
    to: message.to,
    text: message.text,
    sentAt: iso(message.sentAt),
    state: message.state,
  }));
}
