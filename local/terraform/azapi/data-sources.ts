import { ARM_HOST, type ArmResource } from '../azure-client';
import { AzureError } from '../azure-errors';
import type { CtyObject } from '../cty';
import { ProviderError, type DataSourceHandler } from '../provider';
import { output, type Json } from './body';
import {
  headersOf,
  idType,
  parseType,
  queryOf,
  resourceId,
  retryRules,
  splitId,
  timeoutOf,
  withRetryDefaults,
  type AzapiSession,
} from './session';

const READ_MS = 5 * 60_000;

/** `data "azapi_resource"`: reads any ARM resource; with `retry` it waits until the resource is there. */
export const azapiResourceData: DataSourceHandler<AzapiSession> = {
  async read(config, session, signal) {
    const { apiVersion } = parseType(config['type']);
    const id = idOf(config, session);
    let resource: ArmResource | undefined;
    try {
      resource = await read(id, apiVersion, config, session, signal);
    } catch (error) {
      const missing = error instanceof AzureError && error.status === 404;
      if (!missing || config['ignore_not_found'] !== true) throw error;
    }
    const { parentId, name } = splitId(id);
    return {
      ...config,
      id,
      name,
      parent_id: parentId,
      resource_id: id,
      retry: withRetryDefaults(config['retry']),
      exists: resource !== undefined,
      location: resource?.location ?? null,
      tags: resource?.tags ?? null,
      identity: identities(resource),
      output: output(
        resource as unknown as Json | undefined,
        config['response_export_values'],
        () => resource as unknown as Json | undefined,
      ),
    };
  },
};

function identities(resource: ArmResource | undefined): CtyObject[] {
  const identity = resource?.identity;
  if (!identity) return [];
  return [
    {
      type: identity.type,
      identity_ids: Object.keys(identity.userAssignedIdentities ?? {}),
      principal_id: identity.principalId ?? '',
      tenant_id: identity.tenantId ?? '',
    },
  ];
}

/** `data "azapi_resource_list"`: all resources of a type below a parent, page by page. */
export const azapiResourceListData: DataSourceHandler<AzapiSession> = {
  async read(config, session, signal) {
    const { type, apiVersion } = parseType(config['type']);
    const id = resourceId(config['parent_id'] as string, type, '').replace(/\/$/, '');
    let page = await read<{ value?: Json[]; nextLink?: string }>(id, apiVersion, config, session, signal);
    const value = [...(page.value ?? [])];
    while (page.nextLink) {
      if (!page.nextLink.startsWith(`${ARM_HOST}/`)) {
        throw new ProviderError(
          'Unexpected nextLink',
          `${id} continues at ${page.nextLink}, expected ${ARM_HOST}`,
        );
      }
      page = (await session.client.send({ method: 'GET', url: page.nextLink, signal })).body as typeof page;
      value.push(...(page.value ?? []));
    }
    return {
      ...config,
      id,
      retry: withRetryDefaults(config['retry']),
      output: output({ value }, config['response_export_values'], () => ({ value })),
    };
  },
};

/** `data "azapi_resource_id"`: takes an id apart, or puts one together; asks nobody. */
export const azapiResourceIdData: DataSourceHandler<AzapiSession> = {
  async read(config, session) {
    const id = idOf(config, session);
    const { parentId, name } = splitId(id);
    const segments = id.split('/').filter((segment) => segment !== '');
    const parts: Record<string, string> = {};
    for (let index = 0; index + 1 < segments.length; index += 2)
      parts[segments[index]!] = segments[index + 1]!;
    return {
      ...config,
      id,
      name,
      parent_id: parentId,
      resource_id: id,
      resource_group_name: parts['resourceGroups'] ?? '',
      subscription_id: parts['subscriptions'] ?? '',
      provider_namespace: idType(id).split('/')[0]!,
      parts,
    };
  },
};

/** `data "azapi_client_config"`: who is signed in. */
export const azapiClientConfigData: DataSourceHandler<AzapiSession> = {
  async read(config, session) {
    const { subscriptionId, tenantId } = session.client.credentials;
    return {
      ...config,
      id: `clientConfigs/subscriptionId=${subscriptionId};tenantId=${tenantId}`,
      subscription_id: subscriptionId,
      subscription_resource_id: `/subscriptions/${subscriptionId}`,
      tenant_id: tenantId,
      object_id: await session.client.objectId(),
    };
  },
};

function idOf(config: CtyObject, session: AzapiSession): string {
  if (config['resource_id'] !== null) return config['resource_id'] as string;
  const { type } = parseType(config['type']);
  const parent = config['parent_id'] ?? `/subscriptions/${session.client.credentials.subscriptionId}`;
  if (config['name'] === null) {
    throw new ProviderError('Invalid configuration', 'either resource_id or name and parent_id are required');
  }
  return resourceId(parent as string, type, config['name'] as string);
}

async function read<T = ArmResource>(
  id: string,
  apiVersion: string,
  config: CtyObject,
  session: AzapiSession,
  signal: AbortSignal,
): Promise<T> {
  const { body } = await session.client.arm('GET', id, apiVersion, {
    query: queryOf(config['query_parameters']),
    headers: headersOf(config['headers']),
    retries: retryRules(config['retry'], { text: timeoutOf(config, 'read'), fallbackMs: READ_MS }),
    signal,
  });
  return body as T;
}
