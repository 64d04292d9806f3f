import type { AzureReader } from './azure-reader';
import { AzureError } from './azure-error';
import type { Clock } from './clock';
import { parseConnectionString } from './connection-string';
import type { HubClient, SendOutcomes } from './hub-client';
import { listKeys } from './hub-rule';
import type { ProbeResult } from './observation';
import { parseResourceId } from './resource-id';

/**
 * The rule with every right that Azure makes with each hub. What became of a message is asked with it: no page says that
 * a right to send is enough.
 */
const FULL_RULE = 'DefaultFullSharedAccessSignature';

/**
 * Times that the hub is asked what became of a push, and milliseconds between. All of it right after the send: a hub
 * counts a question that it has no answer to as a failed request, and those must not look like calls being refused.
 */
const TELEMETRY_ATTEMPTS = 10;
const TELEMETRY_INTERVAL = 1_000;

/** What the hub itself tells of the probe's pushes; nothing when it does not, or nobody may ask. */
export async function readOutcomes(
  { azure, client, sleep }: { azure: AzureReader; client: HubClient; sleep: Clock['sleep'] },
  hubId: string,
  sends: ProbeResult['sends'],
  signal?: AbortSignal,
): Promise<SendOutcomes> {
  if (!sends.some(({ notificationId }) => notificationId !== undefined)) return {};
  const hubName = parseResourceId(hubId).name;
  const keys = await orNothing(listKeys(azure, `${hubId}/authorizationRules/${FULL_RULE}`, signal));
  if (!keys) return {};
  const connection = parseConnectionString(keys.primary);
  let outcomes: SendOutcomes = {};
  for (let attempt = 0; attempt < TELEMETRY_ATTEMPTS; attempt++) {
    for (const { platform, notificationId } of sends) {
      if (notificationId === undefined || outcomes[platform]) continue;
      const told = await orNothing(client.outcomes(connection, hubName, notificationId, signal));
      outcomes = { ...outcomes, ...told };
    }
    if (sends.every(({ platform }) => outcomes[platform])) break;
    await sleep(TELEMETRY_INTERVAL, signal);
    signal?.throwIfAborted();
  }
  return outcomes;
}

/** The metrics tell the same, later. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof AzureError) return undefined;
    throw error;
  });
}
