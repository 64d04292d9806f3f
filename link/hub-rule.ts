import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { KeyName } from './expectation';
import { fingerprint } from './fingerprint';
import type { RuleFacts } from './observation';

/** Both connection strings of a rule. Secrets: passed on at once, never kept or shown. */
export type ConnectionStrings = Readonly<Record<KeyName, string>>;

/** Undefined when the rule does not exist. @throws AzureError */
export async function readRule(
  azure: AzureReader,
  ruleId: string,
  signal?: AbortSignal,
): Promise<RuleFacts | undefined> {
  const rule = await azure.get(ruleId, API_VERSIONS.notificationHubs, signal);
  if (!rule) return undefined;
  const { rights, createdTime } = rule.properties;
  const createdAt = Date.parse(typeof createdTime === 'string' ? createdTime : '');
  return {
    rights: Array.isArray(rights) ? rights.map(String) : [],
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
  };
}

/** Undefined when the rule does not exist. @throws AzureError */
export async function listKeys(
  azure: AzureReader,
  ruleId: string,
  signal?: AbortSignal,
): Promise<ConnectionStrings | undefined> {
  const answer = await azure.act(ruleId, 'listKeys', API_VERSIONS.notificationHubs, undefined, signal);
  return answer === undefined ? undefined : connectionStrings(answer, ruleId);
}

/** Replaces one of the rule's keys; the old one is dead from then on. @throws AzureError */
export async function regenerateKey(
  azure: AzureReader,
  ruleId: string,
  key: KeyName,
  signal?: AbortSignal,
): Promise<ConnectionStrings> {
  const policyKey = key === 'primary' ? 'PrimaryKey' : 'SecondaryKey';
  const answer = await azure.act(
    ruleId,
    'regenerateKeys',
    API_VERSIONS.notificationHubs,
    { policyKey },
    signal,
  );
  if (answer === undefined) throw new AzureError('rejected', `the rule ${ruleId} does not exist`);
  return connectionStrings(answer, ruleId);
}

/** Fingerprints of both keys, to tell whether one has changed. */
export function fingerprints(strings: ConnectionStrings): Readonly<Record<KeyName, string>> {
  return { primary: fingerprint(strings.primary), secondary: fingerprint(strings.secondary) };
}

function connectionStrings(answer: unknown, ruleId: string): ConnectionStrings {
  const { primaryConnectionString: primary, secondaryConnectionString: secondary } = answer as {
    primaryConnectionString?: unknown;
    secondaryConnectionString?: unknown;
  };
  if (typeof primary !== 'string' || typeof secondary !== 'string') {
    throw new AzureError('rejected', `listKeys of ${ruleId} answered no connection strings`);
  }
  return { primary, secondary };
}
