import { COMMUNICATION_TYPE } from '../../azure/services/communication/resource-types';
import { isNotice } from '../../azure/services/communication/notices';
import type { ShownPush } from '../model';
import { newest, type ShownAzure } from './shown-azure';

/** What reached APNs, FCM and browsers. */
export function inbox({ context, services }: ShownAzure): ShownPush[] {
  const { inbox: pushes, store } = context;
  const owners = new Map<string, string>();
  for (const { id } of store.list({ type: COMMUNICATION_TYPE })) {
    for (const { rawId, devices } of services.communication.users(id)) {
      for (const { handle } of devices) owners.set(handle, rawId);
    }
  }
  return newest(pushes).map((push, index) => ({
    ...push,
    number: pushes.length - 1 - index,
    rawId: owners.get(push.handle),
    sender: isNotice(push.payload) ? 'communication' : 'other',
  }));
}
