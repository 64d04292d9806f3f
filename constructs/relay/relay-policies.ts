import type { Construct } from 'constructs';
import { addOwnPolicy } from '../notification-hubs/own-policy';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';

/** The rules that a relay sends with, one on each of its hubs. */
export function sendPolicies(
  relay: Construct,
  hubs: readonly INotificationHub[],
  name?: string,
): IHubPolicy[] {
  return hubs.map((hub) =>
    addOwnPolicy(relay, {
      hub,
      right: 'Send',
      prop: 'policyNames.send',
      name,
      defaults: { id: 'RelaySendPolicy', name: 'relay-send' },
    }),
  );
}

/** The rules that a relay's devices API registers devices with, one on each of its hubs. */
export function listenPolicies(
  relay: Construct,
  hubs: readonly INotificationHub[],
  name?: string,
): IHubPolicy[] {
  return hubs.map((hub) =>
    addOwnPolicy(relay, {
      hub,
      right: 'Listen',
      prop: 'policyNames.devices',
      name,
      defaults: { id: 'RelayDevicesPolicy', name: 'relay-devices' },
    }),
  );
}
