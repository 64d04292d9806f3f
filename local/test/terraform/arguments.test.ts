import { AzureError, type AzureRequest } from '../../terraform/azure-errors';
import { AzureTransport } from '../../terraform/azure-transport';
import { azapiProvider } from '../../terraform/azapi';
import { Locks } from '../../terraform/azapi/session';
import { azurermProvider } from '../../terraform/azurerm';
import { AzurermVersion } from '../../terraform/azurerm/version';
import { Dynamic, type CtyObject, type CtyType, type CtyValue } from '../../terraform/cty';
import { PartiallyApplied, type Provider, type ResourceHandler } from '../../terraform/provider';
import type { AttributeSchema, BlockSchema } from '../../terraform/schema';
import { attributeType } from '../../terraform/schema';

/** Arguments that say how Terraform and the provider work, not what is sent. */
const NOT_SENT = [
  'timeouts',
  // Of the older SDK's making: nobody sets it.
  'id',
  // Terraform sees that it changed, and the provider then sends the value.
  'azurerm_key_vault_secret.value_wo_version',
  // How azapi reads, waits, compares and keeps: see its own tests.
  'ignore_casing',
  'ignore_missing_property',
  'locks',
  'read_headers',
  'read_query_parameters',
  'replace_triggers_external_values',
  'replace_triggers_refs',
  'response_export_values',
  'retry',
  'schema_validation_enabled',
  'sensitive_response_export_values',
  // The other way to say which resource; of one on its way out.
  'azapi_update_resource.name',
  'azapi_update_resource.parent_id',
  'delete_headers',
  'delete_query_parameters',
];

const AZAPI = 'azapi';
const GROUP = '/subscriptions/s/resourceGroups/rg';
const transport = new AzureTransport({});
afterAll(() => transport.close());

/** What a configuration needs beside its required arguments. */
const NEEDED: Readonly<Record<string, (path: string) => CtyObject>> = {
  azurerm_eventgrid_system_topic_event_subscription: (path) => ({
    storage_blob_dead_letter_destination: [
      { storage_account_id: `${GROUP}/a`, storage_blob_container_name: 'c' },
    ],
    ...(!/^(webhook|storage_queue|eventhub|hybrid|service_bus)/.test(path) && {
      azure_function_endpoint: [
        {
          function_id: `${GROUP}/providers/Microsoft.Web/sites/fn/functions/f`,
          max_events_per_batch: null,
          preferred_batch_size_in_kilobytes: null,
        },
      ],
    }),
  }),
  azurerm_function_app_flex_consumption: () => ({
    storage_container_endpoint: 'https://st.blob.core.windows.net/packages',
    storage_authentication_type: 'UserAssignedIdentity',
  }),
  azurerm_storage_container: () => ({
    storage_account_id: `${GROUP}/a`,
    default_encryption_scope: 'scope',
  }),
  azurerm_storage_queue: () => ({ storage_account_id: `${GROUP}/a` }),
  azapi_resource: () => ({ type: 'Microsoft.Web/sites@2024-04-01' }),
  azapi_resource_action: () => ({ type: 'Microsoft.Web/sites@2024-04-01' }),
  azapi_update_resource: () => ({
    type: 'Microsoft.Web/sites@2024-04-01',
    resource_id: `${GROUP}/providers/Microsoft.Web/sites/a`,
  }),
};

/** Every path to an argument of a block, names of blocks before it. */
function settable(
  block: BlockSchema,
  prefix: readonly string[] = [],
): { path: string[]; attribute: AttributeSchema }[] {
  const attributes = Object.entries(block.attributes ?? {})
    .filter(([, attribute]) => attribute.required || attribute.optional)
    .map(([name, attribute]) => ({ path: [...prefix, name], attribute }));
  const nested = Object.entries(block.block_types ?? {}).flatMap(([name, inner]) =>
    settable(inner.block, [...prefix, name]),
  );
  return [...attributes, ...nested];
}

/** Values of a type, at least one of which is another than the default. */
function samples(type: CtyType): CtyValue[] {
  if (type === 'string')
    return [
      `${GROUP}/providers/Microsoft.Web/sites/sample`,
      '2031-01-02T03:04:05Z',
      'Linux',
      'SystemAssigned',
    ];
  if (type === 'number') return [7, 8];
  if (type === 'bool') return [true, false];
  if (type === 'dynamic') return [Dynamic.fromJson({ sample: 'sample' }), Dynamic.fromJson(['sample'])];
  if (type[0] === 'map') return samples(type[1]).map((value) => ({ sample: value }));
  if (type[0] === 'object') {
    const names = Object.entries(type[1] as Record<string, CtyType>);
    return [Object.fromEntries(names.map(([name, inner]) => [name, samples(inner)[0]!]))];
  }
  return samples((type as ['list', CtyType])[1]).map((value) => [value]);
}

/** A block in which only what is required is set, along `path` every block on the way, and the argument at its end. */
function configured(block: BlockSchema, path: readonly string[] = [], value?: CtyValue): CtyObject {
  const [name, ...rest] = path;
  const result: CtyObject = {};
  for (const [key, attribute] of Object.entries(block.attributes ?? {})) {
    result[key] = attribute.required ? samples(attributeType(attribute))[0]! : null;
    if (key === name && rest.length === 0) result[key] = value!;
  }
  for (const [key, nested] of Object.entries(block.block_types ?? {})) {
    const inner = key === name ? configured(nested.block, rest, value) : undefined;
    const needed = (nested.min_items ?? 0) > 0 ? configured(nested.block) : undefined;
    const element = inner ?? needed;
    if (nested.nesting_mode === 'single') result[key] = element ?? null;
    else result[key] = element ? [element] : [];
  }
  return result;
}

/** An Azure that has everything, and writes down what it is to change. */
class Listener {
  readonly requests: string[] = [];
  readonly credentials = { subscriptionId: 's', tenantId: 't', clientId: 'c', clientSecret: 'x' };

  private resource(id: string) {
    return {
      id,
      name: id.split('/').at(-1)!,
      type: 'x',
      location: 'westeurope',
      sku: { name: 'FC1', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        vaultUri: `https://kv${id.length}.vault.azure.net/`,
        primaryEndpoints: {},
        sku: { name: 'standard' },
        subnet: { id: 'x' },
      },
    };
  }

  /** How many reads find nothing. */
  absent = 0;

  get = async (id: string) => (this.absent-- > 0 ? undefined : this.resource(id));

  arm = async (
    method: string,
    path: string,
    version: string,
    options: { query?: object; body?: object; headers?: object } = {},
  ) => {
    const { query, body, headers } = options;
    this.requests.push(`${method} ${path} ${version} ${JSON.stringify({ query, body, headers })}`);
    return {
      status: 200,
      headers: {},
      text: '',
      body: { ...this.resource(path), value: [this.resource(path)], nameAvailable: true, keys: [] },
    };
  };

  operation = this.arm;

  send = async ({ method, url, body }: AzureRequest) => {
    this.requests.push(`${method} ${url} ${JSON.stringify(body)}`);
    return { status: 200, headers: {}, text: '', body: { id: `${url.replace(/\?.*/, '')}/v`, value: 'x' } };
  };

  sendSigned = async (request: AzureRequest) => {
    const headers = { 'www-authenticate': 'Bearer resource="https://vault.azure.net"' };
    throw new AzureError(request, { status: 401, headers, text: '', body: {} });
  };

  poll = async (_: unknown, done: () => Promise<boolean>) => void (await done());
}

function session(listener: Listener, version: string): unknown {
  return {
    client: listener,
    subscriptionId: 's',
    tenantId: 't',
    version: new AzurermVersion(version === AZAPI ? '4.55.0' : version),
    storageUseAzuread: true,
    overwritesExisting: true,
    keepsAcceptedCreates: false,
    features: {},
    defaultTags: {},
    defaultLocation: undefined,
    ignoresNoOpChanges: false,
    locks: new Locks(),
  };
}

/** Everything that a configuration makes a provider send: on create, and on update from a bare one. */
async function sent(
  handler: ResourceHandler<unknown>,
  bare: CtyObject,
  config: CtyObject,
  version: string,
): Promise<string> {
  const listener = new Listener();
  // azapi asks before it creates; azurerm is told not to.
  if ('schema_validation_enabled' in bare) listener.absent = 1;
  const signal = new AbortController().signal;
  const context = session(listener, version);
  const plan = async (prior: CtyObject | null, given: CtyObject) =>
    handler.plan({ prior, proposed: given, config: given, private: {} }, context);
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      // What fails after the last write has sent everything.
      if (!(error instanceof PartiallyApplied)) listener.requests.push(`failed: ${(error as Error).message}`);
    }
  };
  await attempt(async () => {
    const { state } = await plan(null, config);
    await handler.create({ planned: state, config, private: {} }, context, signal);
  });
  await attempt(async () => {
    const id = `${GROUP}/providers/Microsoft.Web/sites/fn`;
    const prior = { ...(await plan(null, bare)).state, id };
    const { state } = await plan(prior, config);
    await handler.update({ prior, planned: state, config, private: {} }, context, signal);
  });
  return listener.requests.join('\n').replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '*');
}

/** What a configuration is refused for. */
function refusal(handler: ResourceHandler<unknown>, config: CtyObject): string {
  try {
    handler.validate?.(config);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

async function ignored(provider: Provider<unknown>, type: string, version: string): Promise<string[]> {
  const { block } = provider.schema.resources[type]!;
  const handler = provider.resources[type]!;
  const needed = (config: CtyObject, path = ''): CtyObject => {
    const more = NEEDED[type]?.(path) ?? {};
    const changed = Object.keys(more).filter((name) => name !== path.split('.')[0]);
    return { ...config, ...Object.fromEntries(changed.map((name) => [name, more[name]!])) };
  };
  const bare = needed(configured(block));
  const plain = await sent(handler, bare, bare, version);
  expect(plain.replace(/failed: .* cannot be updated in place/, '')).not.toContain('failed:');
  const result: string[] = [];
  for (const { path, attribute } of settable(block)) {
    const name = path.join('.');
    if (
      NOT_SENT.some((known) => name === known || name.startsWith(`${known}.`) || `${type}.${name}` === known)
    )
      continue;
    const values = samples(attributeType(attribute));
    const configs = values.map((value) => needed(configured(block, path, value), name));
    const prefixes = path.map((_, index) => path.slice(0, index + 1).join('.'));
    const isRefused = (config: CtyObject) =>
      prefixes.some((prefix) => refusal(handler, config).includes(`${prefix} of ${type} is refused`));
    if (configs.some(isRefused)) continue;
    let isSent = false;
    for (const config of configs) isSent ||= (await sent(handler, bare, config, version)) !== plain;
    if (!isSent) result.push(name);
  }
  return result;
}

describe.each(['4.55.0', '4.79.0', '5.2.0'])('azurerm %s', (version) => {
  const provider = azurermProvider({}, transport, version) as Provider<unknown>;
  it.each(Object.keys(provider.resources))('sends or refuses every argument of %s', async (type) => {
    expect(await ignored(provider, type, version)).toEqual([]);
  });
});

describe('azapi', () => {
  const provider = azapiProvider({}, transport) as Provider<unknown>;
  it.each(Object.keys(provider.resources))('sends or refuses every argument of %s', async (type) => {
    expect(await ignored(provider, type, AZAPI)).toEqual([]);
  });
});
