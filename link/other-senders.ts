import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { sameResourceId, subscriptionOf } from './resource-id';

/** Pages that are followed; each holds as many resources as Azure likes. */
const MAX_PAGES = 20;

/**
 * Other Communication Services resources that are linked to the hub. Only those of its own subscription can be
 * (`WrongSubscription`). Needs the right to read them all.
 * @throws AzureError
 */
export async function readOtherSenders(
  azure: AzureReader,
  notificationHubId: string,
  communicationServiceId: string | undefined,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const path = `/subscriptions/${subscriptionOf(notificationHubId)}/providers/Microsoft.Communication/communicationServices`;
  const others: string[] = [];
  let query: Record<string, string> = {};
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = (await azure.query(path, API_VERSIONS.communication, query, signal)) as
      ResourceList | undefined;
    for (const { id = '', properties } of answer?.value ?? []) {
      const linked = properties?.notificationHubId;
      if (!linked || !sameResourceId(linked, notificationHubId)) continue;
      if (communicationServiceId === undefined || !sameResourceId(id, communicationServiceId))
        others.push(id);
    }
    if (!answer?.nextLink) break;
    query = Object.fromEntries(
      [...new URL(answer.nextLink).searchParams].filter(([name]) => name !== 'api-version'),
    );
  }
  return others;
}

interface ResourceList {
  readonly value?: readonly {
    readonly id?: string;
    readonly properties?: { readonly notificationHubId?: string };
  }[];
  readonly nextLink?: string;
}
