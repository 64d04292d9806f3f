import type { HubExpectation, KeyName } from './expectation';
import { verifyHub, type VerifyPorts } from './verify-link';

/** Milliseconds that a new key may take until the hub accepts it. */
const NEW_KEY_TIMEOUT = 5 * 60_000;

/** Milliseconds between two questions. */
const ASK_EVERY = 5_000;

/**
 * Waits until the hub accepts a key of a Send-only rule: at once, as a rule; nobody promises it.
 * @returns what stood against it when the time was over; undefined when it is accepted
 * @throws AzureError
 */
export async function proveKey(
  ports: VerifyPorts,
  { notificationHubId, ruleId, apns, fcmV1 }: HubExpectation,
  key: KeyName,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { clock } = ports;
  const hub = { notificationHubId, ruleId, key, ...(apns && { apns }), ...(fcmV1 && { fcmV1 }) };
  for (const begin = clock.now(); ;) {
    const { checks } = await verifyHub(ports, hub, { level: 'config', ...(signal ? { signal } : {}) });
    signal?.throwIfAborted();
    const opens = checks.find(({ id }) => id === 'connection-string');
    if (opens?.status === 'pass') return undefined;
    if (clock.now() - begin >= NEW_KEY_TIMEOUT) return opens?.evidence ?? 'the hub was not asked';
    await clock.sleep(ASK_EVERY, signal);
  }
}
