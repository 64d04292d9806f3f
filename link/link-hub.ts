import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { KeyName, LinkExpectation } from './expectation';
import { fingerprints, listKeys } from './hub-rule';

/**
 * Links with one of the rule's present keys: the documented `linkNotificationHub`. Answers the fingerprints of both.
 * @throws AzureError
 */
export async function linkHub(
  azure: AzureReader,
  expectation: LinkExpectation,
  key: KeyName,
  signal?: AbortSignal,
): Promise<Readonly<Record<KeyName, string>>> {
  const { communicationServiceId, notificationHubId, ruleId } = expectation;
  const strings = await listKeys(azure, ruleId, signal);
  if (!strings) throw new AzureError('rejected', `the rule ${ruleId} does not exist`);
  const answer = await azure.act(
    communicationServiceId,
    'linkNotificationHub',
    API_VERSIONS.communication,
    { resourceId: notificationHubId, connectionString: strings[key] },
    signal,
  );
  if (answer === undefined) throw new AzureError('rejected', `${communicationServiceId} does not exist`);
  return fingerprints(strings);
}
