import type { ArmResource } from '../azure-client';
import { ctyEquals, Dynamic, UNKNOWN, type CtyObject } from '../cty';
import { ProviderError, refuseArguments, type Path, type ResourceHandler } from '../provider';
import {
  fingerprint,
  fingerprintChanged,
  isObject,
  jsonOf,
  merge,
  observed,
  output,
  type Json,
} from './body';
import {
  headersOf,
  parseType,
  queryOf,
  resourceId,
  retryRules,
  splitId,
  timeoutOf,
  withRetryDefaults,
  type AzapiSession,
} from './session';

const MINUTE = 60_000;
const DEFAULTS = { ignore_casing: false, ignore_missing_property: true };

/** `azapi_update_resource`: properties merged into a resource that something else created. Deleting undoes nothing. */
export const azapiUpdateResource: ResourceHandler<AzapiSession> = {
  validate(config) {
    refuseArguments('azapi', 'azapi_update_resource', config, [
      'ignore_other_items_in_list',
      'list_unique_id_property',
      'sensitive_body_version',
    ]);
    if (config['type'] !== UNKNOWN) parseType(config['type']);
    if (config['resource_id'] === null && (config['name'] === null || config['parent_id'] === null)) {
      throw new ProviderError(
        'Invalid configuration',
        'either resource_id or both name and parent_id are required',
      );
    }
  },

  plan({ prior, proposed, config, private: known }) {
    const state: CtyObject = {
      ...proposed,
      sensitive_body: null,
      retry: withRetryDefaults(config['retry']),
      id: prior?.['id'] ?? UNKNOWN,
    };
    for (const [name, value] of Object.entries(DEFAULTS)) state[name] = config[name] ?? value;
    for (const name of ['name', 'parent_id', 'resource_id'])
      state[name] = config[name] ?? prior?.[name] ?? UNKNOWN;
    if (prior && ctyEquals(prior['body'], state['body'])) state['body'] = prior['body']!;
    const requiresReplace: Path[] = prior
      ? ['name', 'parent_id', 'resource_id', 'replace_triggers_external_values']
          .filter((name) => !ctyEquals(prior[name], state[name]))
          .map((name) => [name])
      : [];
    const changes =
      !prior ||
      ['type', 'body', 'response_export_values'].some((name) => !ctyEquals(prior[name], state[name])) ||
      fingerprintChanged(config['sensitive_body'], known['sensitive_body']);
    state['output'] = changes ? UNKNOWN : (prior['output'] ?? null);
    return { state, requiresReplace };
  },

  create: ({ planned, config }, session, signal) => write('create', planned, config, session, signal),
  update: ({ planned, config }, session, signal) => write('update', planned, config, session, signal),

  async read({ state }, session, signal) {
    const { apiVersion } = parseType(state['type']);
    const resource = await session.client.get(state['id'] as string, apiVersion, {
      ...readOptions(state),
      signal,
    });
    if (!resource) return null;
    const configured = jsonOf(state['body']);
    const body =
      configured === undefined
        ? null
        : observed(configured, resource as unknown as Json, {
            ignoreCasing: state['ignore_casing'] === true,
            ignoreMissingProperty: state['ignore_missing_property'] !== false,
          });
    const fresh = exported(state, resource);
    return {
      state: {
        ...state,
        body: body === null || ctyEquals(body, state['body']) ? state['body']! : Dynamic.fromJson(body),
        output: ctyEquals(fresh, state['output']) ? state['output']! : fresh,
      },
    };
  },

  async delete() {},
};

async function write(
  operation: 'create' | 'update',
  planned: CtyObject,
  config: CtyObject,
  session: AzapiSession,
  signal: AbortSignal,
) {
  const { type, apiVersion } = parseType(planned['type']);
  const id =
    planned['resource_id'] === UNKNOWN
      ? resourceId(planned['parent_id'] as string, type, planned['name'] as string)
      : (planned['resource_id'] as string);
  const { parentId, name } = splitId(id);
  const retries = retryRules(planned['retry'], {
    text: timeoutOf(planned, operation),
    fallbackMs: 30 * MINUTE,
  });
  const read = { ...readOptions(planned), retries, signal };
  const resource = await session.locks.hold(planned['locks'], async () => {
    const existing = await session.client.get<Json>(id, apiVersion, read);
    if (!existing) {
      throw new ProviderError(
        'Resource to update not found',
        `${id} does not exist; azapi_update_resource creates none`,
      );
    }
    const body = merge(merge(writable(existing), jsonOf(planned['body'])), jsonOf(config['sensitive_body']));
    await session.client.operation('PUT', id, apiVersion, {
      body,
      query: queryOf(planned['update_query_parameters']),
      headers: headersOf(planned['update_headers']),
      retries,
      signal,
    });
    return session.client.get(id, apiVersion, read);
  });
  const sensitive = fingerprint(config['sensitive_body']);
  return {
    state: {
      ...planned,
      id,
      name,
      parent_id: parentId,
      resource_id: id,
      output: planned['output'] === UNKNOWN ? exported(planned, resource) : planned['output']!,
    },
    private: sensitive === undefined ? {} : { sensitive_body: sensitive },
  };
}

/** Without what no type lets anybody write. azapi also leaves out what the type's own definition calls read-only. */
function writable(existing: Json): Json {
  if (!isObject(existing)) return existing;
  const { id: _id, type: _type, systemData: _systemData, ...rest } = existing;
  return rest;
}

function exported(state: CtyObject, resource: ArmResource | undefined) {
  const answer = resource as unknown as Json | undefined;
  return output(answer, state['response_export_values'], () => answer);
}

function readOptions(state: CtyObject) {
  const query = queryOf(state['read_query_parameters']);
  const headers = headersOf(state['read_headers']);
  return { ...(query && { query }), ...(headers && { headers }) };
}
