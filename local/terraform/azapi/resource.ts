import type { ArmResource } from '../azure-client';
import { AzureError } from '../azure-errors';
import { ctyEquals, Dynamic, isWhollyKnown, UNKNOWN, type CtyObject } from '../cty';
import { settle } from '../planning';
import {
  PartiallyApplied,
  ProviderError,
  refuseArguments,
  type Path,
  type ResourceHandler,
} from '../provider';
import { beyond, fingerprintChanged, jsonOf, observed, output, type Json } from './body';
import { isNoOp, replacedByRefs, replacedByValues, sameLocation, sameText } from './changes';
import { importedIdentity, observedIdentity, plannedIdentity } from './identity';
import {
  headersOf,
  idType,
  parseType,
  queryOf,
  resourceId,
  splitId,
  withRetryDefaults,
  type AzapiSession,
} from './session';
import { get, isEmpty, put, readBack, rules, written } from './resource-requests';

const DEFAULTS = {
  schema_validation_enabled: true,
  ignore_casing: false,
  ignore_missing_property: true,
  ignore_null_property: false,
};

/** What would make other requests or other plans, and is played nowhere. */
const UNSUPPORTED = [
  'ignore_body_changes',
  'ignore_null_property',
  'ignore_other_items_in_list',
  'list_unique_id_property',
  'removing_special_chars',
  'sensitive_body_version',
];

/** The attributes whose change is sent to Azure; a change of any other only changes state. */
const SENT = ['type', 'body', 'location', 'tags', 'identity'] as const;

/** `azapi_resource`: any ARM resource, written whole by one PUT. */
export const azapiResource: ResourceHandler<AzapiSession> = {
  validate(config) {
    refuseArguments('azapi', 'azapi_resource', config, UNSUPPORTED);
    if (config['type'] === UNKNOWN) return;
    const { type } = parseType(config['type']);
    if (config['parent_id'] === null && !isResourceGroup(type)) {
      throw new ProviderError(
        'Missing required argument',
        `the argument "parent_id" is required for ${type}`,
      );
    }
  },

  async plan({ prior, proposed, config, private: known }, session) {
    const state: CtyObject = { ...proposed, sensitive_body: null, ignore_body_changes: null };
    for (const [name, value] of Object.entries(DEFAULTS)) state[name] = config[name] ?? value;
    state['retry'] = withRetryDefaults(config['retry']);
    state['id'] = prior?.['id'] ?? UNKNOWN;
    state['parent_id'] = config['parent_id'] ?? `/subscriptions/${session.client.credentials.subscriptionId}`;
    state['body'] = config['body'] ?? Dynamic.fromJson({});
    if (prior && ctyEquals(prior['body'], state['body'])) state['body'] = prior['body']!;
    if (prior && (await isNoOp(prior, state, session))) {
      state['body'] = prior['body']!;
      state['type'] = prior['type']!;
    }
    const inherited = (name: string) => (prior ? (prior[name] ?? null) : UNKNOWN);
    state['location'] = config['location'] ?? session.defaultLocation ?? inherited('location');
    if (prior && sameLocation(prior['location'], state['location'])) state['location'] = prior['location']!;
    state['tags'] =
      Object.keys(session.defaultTags).length > 0 && isWhollyKnown(config['tags'] ?? null)
        ? { ...session.defaultTags, ...((config['tags'] as CtyObject | null) ?? {}) }
        : (config['tags'] ?? inherited('tags'));
    state['identity'] = plannedIdentity(config['identity'] as CtyObject[], prior?.['identity']);

    const requiresReplace: Path[] = [];
    if (prior) {
      for (const name of ['name', 'parent_id']) {
        if (!ctyEquals(prior[name], state[name])) requiresReplace.push([name]);
      }
      if (replacedByValues(prior, state)) requiresReplace.push(['replace_triggers_external_values']);
      if (replacedByRefs(prior, state)) requiresReplace.push(['body']);
      if (state['location'] !== null && !ctyEquals(prior['location'], state['location'])) {
        requiresReplace.push(['location']);
      }
      if (
        state['type'] === UNKNOWN ||
        !sameText(parseType(prior['type']).type, parseType(state['type']).type)
      ) {
        requiresReplace.push(['type']);
      }
    }
    const changes =
      !prior ||
      [...SENT, 'response_export_values'].some((name) => !ctyEquals(prior[name], state[name])) ||
      fingerprintChanged(config['sensitive_body'], known['sensitive_body']);
    state['output'] = changes ? UNKNOWN : (prior['output'] ?? null);
    return { state, requiresReplace };
  },

  /** What is there already is asked once: `retry` is for the PUT and for the reads after it. */
  async create({ planned, config }, session, signal) {
    const { type } = parseType(planned['type']);
    const id = resourceId(planned['parent_id'] as string, type, planned['name'] as string);
    if (await get(id, planned, session, signal)) {
      throw new ProviderError(
        'Resource already exists',
        `A resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported ` +
          'into the State. Please see the resource documentation for "azapi_resource" for more information.',
      );
    }
    const retries = rules(planned, 'create', 30);
    return session.locks.hold(planned['locks'], async () => {
      try {
        await put(id, 'create', planned, config, session, signal, retries);
      } catch (error) {
        // azapi looks what became of it, and keeps what is there.
        const there = await get(id, planned, session, new AbortController().signal, retries).catch(
          () => undefined,
        );
        throw there ? new PartiallyApplied(error, settle(written(id, planned, there))) : error;
      }
      return readBack(id, planned, config, session, signal, retries);
    });
  },

  async update({ prior, planned, config, private: known }, session, signal) {
    const id = prior['id'] as string;
    const sent =
      SENT.some((name) => !ctyEquals(prior[name], planned[name])) ||
      fingerprintChanged(config['sensitive_body'], known['sensitive_body']);
    if (!sent) {
      const resource = await get(id, planned, session, signal);
      return { state: written(id, planned, resource), private: known };
    }
    const retries = rules(planned, 'update', 30);
    return session.locks.hold(planned['locks'], async () => {
      await put(id, 'update', planned, config, session, signal, retries);
      return readBack(id, planned, config, session, signal, retries);
    });
  },

  async read({ state }, session, signal) {
    const id = state['id'] as string;
    const resource = await get(id, state, session, signal, rules(state, 'read', 5));
    if (!resource) return null;
    const actual = resource as unknown as Json;
    const configured = jsonOf(state['body']) ?? {};
    const body = observed(configured, actual, {
      ignoreCasing: state['ignore_casing'] === true,
      ignoreMissingProperty: state['ignore_missing_property'] !== false,
    });
    const seen: CtyObject = {
      ...state,
      body: ctyEquals(body, state['body']) ? state['body']! : Dynamic.fromJson(body),
      location: sameLocation(state['location'], resource.location)
        ? state['location']!
        : (resource.location ?? null),
      tags: state['tags'] === null && isEmpty(resource.tags) ? null : (resource.tags ?? null),
      identity: observedIdentity(state['identity'] as CtyObject[] | null, resource),
      output: output(actual, state['response_export_values'], () => beyond(actual, configured)),
    };
    return { state: keepEqual(seen, state, 'output') };
  },

  async delete({ prior }, session, signal) {
    const { apiVersion } = parseType(prior['type']);
    const id = prior['id'] as string;
    const query = queryOf(prior['delete_query_parameters']);
    const headers = headersOf(prior['delete_headers']);
    const retries = rules(prior, 'delete', 30);
    await session.locks.hold(prior['locks'], async () => {
      try {
        await session.client.operation('DELETE', id, apiVersion, { query, headers, retries, signal });
      } catch (error) {
        if (!(error instanceof AzureError && error.status === 404)) throw error;
      }
    });
  },

  async import(text, session) {
    const [id, query] = text.split('?');
    const apiVersion = new URLSearchParams(query).get('api-version');
    if (!id?.startsWith('/') || !apiVersion) {
      throw new ProviderError(
        'Invalid import id',
        `got ${text}, expected a resource id with its API version: /subscriptions/…/name?api-version=2025-05-01`,
      );
    }
    const { parentId, name } = splitId(id);
    const resource = await session.client.get(id, apiVersion);
    return {
      id,
      name,
      parent_id: parentId,
      type: `${idType(id)}@${apiVersion}`,
      body: resource === undefined ? null : Dynamic.fromJson(importedBody(resource)),
      identity: importedIdentity(resource),
      ...DEFAULTS,
    };
  },
};

/** What can be configured of a resource that was imported: everything but what has an attribute of its own. */
function importedBody(resource: ArmResource): Json {
  const own = new Set(['id', 'name', 'type', 'location', 'tags', 'identity', 'systemData']);
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !own.has(name))) as Json;
}

/** A value that is the same stays the very same, type and all, so that a refresh shows no difference. */
function keepEqual(seen: CtyObject, state: CtyObject, name: string): CtyObject {
  return ctyEquals(seen[name], state[name]) ? { ...seen, [name]: state[name]! } : seen;
}

function isResourceGroup(type: string): boolean {
  return sameText(type, 'Microsoft.Resources/resourceGroups');
}
