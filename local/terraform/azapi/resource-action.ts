import type { HttpMethods } from '@azure/core-rest-pipeline';
import { ctyEquals, UNKNOWN, type CtyObject, type CtyValue } from '../cty';
import {
  ProviderError,
  refuseArguments,
  type DataSourceHandler,
  type EphemeralHandler,
  type Path,
  type ResourceHandler,
} from '../provider';
import { fingerprint, fingerprintChanged, jsonOf, merge, output, type Json } from './body';
import {
  headersOf,
  parseType,
  queryOf,
  retryRules,
  timeoutOf,
  withRetryDefaults,
  type AzapiSession,
} from './session';

const MINUTE = 60_000;

/** The attributes whose change performs the action again. */
const SENT = ['method', 'body', 'when', 'headers', 'query_parameters'] as const;

/** The action's answer. A sensitive body is laid over the body. */
async function perform(
  attributes: CtyObject,
  sensitive: CtyValue | undefined,
  operation: { readonly name: string; readonly minutes: number },
  session: AzapiSession,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const { apiVersion } = parseType(attributes['type']);
  const body = merge(jsonOf(attributes['body']), jsonOf(sensitive));
  const retries = retryRules(attributes['retry'], {
    text: timeoutOf(attributes, operation.name),
    fallbackMs: operation.minutes * MINUTE,
  });
  return session.locks.hold(attributes['locks'], async () => {
    const response = await session.client.operation(
      (attributes['method'] as HttpMethods | null) ?? 'POST',
      actionId(attributes),
      apiVersion,
      {
        body,
        query: queryOf(attributes['query_parameters']),
        headers: headersOf(attributes['headers']),
        retries,
        signal,
      },
    );
    return response.body as Json | undefined;
  });
}

function actionId(attributes: CtyObject): string {
  const action = attributes['action'] as string | null;
  return action ? `${attributes['resource_id'] as string}/${action}` : (attributes['resource_id'] as string);
}

function outputs(attributes: CtyObject, answer: Json | undefined): CtyObject {
  const none = () => undefined;
  return {
    output: output(answer, attributes['response_export_values'], none),
    sensitive_output: output(answer, attributes['sensitive_response_export_values'], none),
  };
}

/** `azapi_resource_action`: a request made on apply or on destroy. Azure is never asked what became of it. */
export const azapiResourceAction: ResourceHandler<AzapiSession> = {
  validate(config) {
    refuseArguments('azapi', 'azapi_resource_action', config, ['ignore_not_found', 'sensitive_body_version']);
    if (config['type'] !== UNKNOWN) parseType(config['type']);
    if (config['when'] === 'destroy' && config['sensitive_body'] !== null) {
      throw new ProviderError(
        'Invalid configuration',
        'sensitive_body cannot be used with when = "destroy": it is not kept, so nothing could be sent',
      );
    }
  },

  plan({ prior, proposed, config, private: known }) {
    const state: CtyObject = {
      ...proposed,
      sensitive_body: null,
      method: config['method'] ?? 'POST',
      when: config['when'] ?? 'apply',
      retry: withRetryDefaults(config['retry']),
      id: prior?.['id'] ?? UNKNOWN,
      exist: prior?.['exist'] ?? UNKNOWN,
    };
    if (prior && ctyEquals(prior['body'], state['body'])) state['body'] = prior['body']!;
    const requiresReplace: Path[] = prior
      ? ['type', 'resource_id', 'action']
          .filter((name) => !ctyEquals(prior[name], state[name]))
          .map((name) => [name])
      : [];
    const changes =
      !prior ||
      [...SENT, 'response_export_values', 'sensitive_response_export_values'].some(
        (name) => !ctyEquals(prior[name], state[name]),
      ) ||
      fingerprintChanged(config['sensitive_body'], known['sensitive_body']);
    for (const name of ['output', 'sensitive_output'])
      state[name] = changes ? UNKNOWN : (prior[name] ?? null);
    return { state, requiresReplace };
  },

  create: ({ planned, config }, session, signal) => act('create', planned, config, session, signal),
  update: ({ planned, config }, session, signal) => act('update', planned, config, session, signal),

  async read({ state }) {
    return { state };
  },

  async delete({ prior }, session, signal) {
    if (prior['when'] === 'destroy')
      await perform(prior, null, { name: 'delete', minutes: 30 }, session, signal);
  },
};

async function act(
  name: 'create' | 'update',
  planned: CtyObject,
  config: CtyObject,
  session: AzapiSession,
  signal: AbortSignal,
) {
  const state: CtyObject = {
    ...planned,
    id: actionId(planned),
    exist: true,
    output: null,
    sensitive_output: null,
  };
  if (planned['when'] !== 'apply') return { state };
  const answer = await perform(planned, config['sensitive_body'], { name, minutes: 30 }, session, signal);
  const sensitive = fingerprint(config['sensitive_body']);
  const fresh = outputs(planned, answer);
  return {
    state: {
      ...state,
      ...Object.fromEntries(
        Object.entries(fresh).map(([key, value]) => [key, planned[key] === UNKNOWN ? value : planned[key]!]),
      ),
    },
    private: sensitive === undefined ? {} : { sensitive_body: sensitive },
  };
}

/** `data "azapi_resource_action"`: a request made on every read. */
export const azapiResourceActionData: DataSourceHandler<AzapiSession> = {
  async read(config, session, signal) {
    const answer = await perform(config, null, { name: 'read', minutes: 5 }, session, signal);
    return {
      ...config,
      id: actionId(config),
      method: config['method'] ?? 'POST',
      retry: withRetryDefaults(config['retry']),
      ...outputs(config, answer),
    };
  },
};

/** `ephemeral "azapi_resource_action"`: a request whose answer is in neither plan nor state. */
export const azapiResourceActionEphemeral: EphemeralHandler<AzapiSession> = {
  async open(config, session, signal) {
    const answer = await perform(
      config,
      config['sensitive_body'],
      { name: 'open', minutes: 5 },
      session,
      signal,
    );
    return {
      ...config,
      id: actionId(config),
      method: config['method'] ?? 'POST',
      retry: withRetryDefaults(config['retry']),
      output: outputs(config, answer)['output']!,
    };
  },
};
