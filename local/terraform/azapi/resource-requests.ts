import type { ArmResource } from '../azure-client';
import { UNKNOWN, type CtyObject } from '../cty';
import { ProviderError } from '../provider';
import { readAfterWrite, type RetryRules } from '../retries';
import { beyond, fingerprint, jsonOf, merge, output, type Json } from './body';
import { identityBody, observedIdentity } from './identity';
import { headersOf, parseType, queryOf, retryRules, timeoutOf, type AzapiSession } from './session';

const MINUTE = 60_000;

export function get(
  id: string,
  state: CtyObject,
  session: AzapiSession,
  signal: AbortSignal,
  retries?: RetryRules,
): Promise<ArmResource | undefined> {
  const query = queryOf(state['read_query_parameters']);
  const headers = headersOf(state['read_headers']);
  return session.client.get(id, parseType(state['type']).apiVersion, { query, headers, retries, signal });
}

/** The body is always whole: Azure keeps nothing that a PUT leaves out. */
export async function put(
  id: string,
  operation: 'create' | 'update',
  planned: CtyObject,
  config: CtyObject,
  session: AzapiSession,
  signal: AbortSignal,
  retries: RetryRules | undefined,
): Promise<void> {
  const { apiVersion } = parseType(planned['type']);
  const known = (name: string) => (planned[name] === UNKNOWN ? undefined : jsonOf(planned[name]));
  const base: { [name: string]: Json } = {};
  const location = known('location');
  const tags = known('tags');
  if (location !== undefined) base['location'] = location;
  if (tags !== undefined) base['tags'] = tags;
  const identity = identityBody(planned['identity'] as CtyObject[]);
  if (identity !== undefined) base['identity'] = identity;
  const body = merge(merge(base, jsonOf(planned['body'])), jsonOf(config['sensitive_body']));
  const query = queryOf(planned[`${operation}_query_parameters`]);
  const headers = headersOf(planned[`${operation}_headers`]);
  const accepted = await session.client.operation('PUT', id, apiVersion, {
    body,
    query,
    headers,
    retries,
    signal,
  });
  let resource = accepted.body as ArmResource | undefined;
  await session.client.poll(signal, async () => {
    const state = (resource?.properties as { provisioningState?: string } | undefined)?.provisioningState;
    if (state === 'Failed' || state === 'Canceled') {
      throw new ProviderError(`Provisioning ended as ${state}`, `${id} has provisioningState ${state}`);
    }
    if (!UNFINISHED.has(String(state).toLowerCase())) return true;
    resource = await get(id, planned, session, signal, retries);
    return false;
  });
}

/** azapi keeps nothing of a resource that it cannot read after it was written. */
export async function readBack(
  id: string,
  planned: CtyObject,
  config: CtyObject,
  session: AzapiSession,
  signal: AbortSignal,
  retries: RetryRules | undefined,
) {
  const resource = await get(id, planned, session, signal, readAfterWrite(retries));
  if (!resource) {
    throw new ProviderError('Resource not found', `${id} was written and then not found`);
  }
  const sensitive = fingerprint(config['sensitive_body']);
  return {
    state: written(id, planned, resource),
    private: sensitive === undefined ? {} : { sensitive_body: sensitive },
  };
}

const UNFINISHED = new Set([
  'accepted',
  'creating',
  'inprogress',
  'pending',
  'provisioning',
  'running',
  'updating',
]);

export function written(id: string, planned: CtyObject, resource: ArmResource | undefined): CtyObject {
  const answer = resource as unknown as Json | undefined;
  return {
    ...planned,
    id,
    location: planned['location'] === UNKNOWN ? (resource?.location ?? null) : planned['location']!,
    tags: planned['tags'] === UNKNOWN ? (isEmpty(resource?.tags) ? null : resource!.tags!) : planned['tags']!,
    identity: observedIdentity(planned['identity'] as CtyObject[], resource),
    output:
      planned['output'] === UNKNOWN
        ? output(answer, planned['response_export_values'], () =>
            answer === undefined ? undefined : beyond(answer, jsonOf(planned['body'])),
          )
        : planned['output']!,
  };
}

export function rules(state: CtyObject, operation: string, minutes: number): RetryRules | undefined {
  return retryRules(state['retry'], { text: timeoutOf(state, operation), fallbackMs: minutes * MINUTE });
}

export function isEmpty(tags: object | null | undefined): boolean {
  return !tags || Object.keys(tags).length === 0;
}
