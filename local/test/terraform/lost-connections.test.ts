import { AzureTransport } from '../../terraform/azure-transport';
import { azapiProvider } from '../../terraform/azapi';
import { azurermProvider } from '../../terraform/azurerm';
import { Dynamic, type CtyObject } from '../../terraform/cty';
import { PartiallyApplied, type Provider, type ResourceHandler } from '../../terraform/provider';
import { blockType, type ResourceSchema } from '../../terraform/schema';
import { AnswerServer, OBJECT_ID, SUBSCRIPTION, type RecordedRequest } from './answer-server';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
const HUB_NAMESPACE = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/ns`;
const ROLE = '0f0f0f0f-0000-4000-8000-000000000001';

/** What came of creating a resource: it is there and known, known half-made, or not known at all. */
interface Outcome {
  readonly kept: 'whole' | 'tainted' | 'nothing';
  readonly error?: string;
}

describe('a create', () => {
  let azure: AnswerServer;
  let transport: AzureTransport;

  beforeEach(async () => {
    azure = await AnswerServer.start();
    transport = new AzureTransport(azure.environment);
    azure.resources.set(GROUP.toLowerCase(), { id: GROUP, name: 'rg', location: 'westeurope' });
  });

  afterEach(async () => {
    transport.close();
    await azure.close();
  });

  async function create<S>(
    provider: Provider<S>,
    type: string,
    given: CtyObject,
    settings: CtyObject = {},
  ): Promise<Outcome> {
    const schema = provider.schema.resources[type]!;
    const config = { ...nothing(schema), ...given };
    const session = await provider.configure(settings);
    const handler = provider.resources[type] as ResourceHandler<S>;
    const plan = await handler.plan({ prior: null, proposed: config, config, private: {} }, session);
    try {
      const signal = new AbortController().signal;
      await handler.create({ planned: plan.state, config, private: {} }, session, signal);
      return { kept: 'whole' };
    } catch (error) {
      return error instanceof PartiallyApplied
        ? { kept: 'tainted', error: (error.cause as Error).message }
        : { kept: 'nothing', error: (error as Error).message };
    }
  }

  const azurerm = (version = '4.55.0') => azurermProvider(azure.environment, transport, version);
  const namespace = (): CtyObject => ({
    name: 'ns',
    resource_group_name: 'rg',
    location: 'westeurope',
    namespace_type: 'NotificationHub',
    sku_name: 'Free',
  });
  const azapiNamespace = (): CtyObject => ({
    type: 'Microsoft.NotificationHubs/namespaces@2023-10-01-preview',
    parent_id: GROUP,
    name: 'ns',
    location: 'westeurope',
    body: Dynamic.fromJson({ sku: { name: 'Free' }, properties: {} }),
    response_export_values: Dynamic.fromJson([]),
  });
  /** Loses the answers of the first requests that fit. */
  const loseFirst = (method: string, path: string, times = 1) => {
    let left = times;
    azure.lose = (request) => matches(request, method, path) && left-- > 0;
  };
  const sent = (method: string, path: string) =>
    azure.requests.filter((request) => matches(request, method, path)).length;

  describe('by azurerm whose answer is lost', () => {
    it('is not sent again, and leaves a resource behind that no state knows', async () => {
      loseFirst('PUT', HUB_NAMESPACE);
      const outcome = await create(azurerm(), 'azurerm_notification_hub_namespace', namespace());
      expect(outcome.kept).toBe('nothing');
      expect(outcome.error).toContain('HTTP response was nil; connection may have been reset');
      expect(sent('PUT', HUB_NAMESPACE)).toBe(1);
      expect(azure.get(HUB_NAMESPACE)).toBeDefined();
    });

    it('is in the way of every rerun', async () => {
      loseFirst('PUT', HUB_NAMESPACE);
      await create(azurerm(), 'azurerm_notification_hub_namespace', namespace());
      const rerun = await create(azurerm(), 'azurerm_notification_hub_namespace', namespace());
      expect(rerun).toEqual({
        kept: 'nothing',
        error:
          `a resource with the ID "${HUB_NAMESPACE}" already exists - to be managed via Terraform this resource needs to ` +
          'be imported into the State. Please see the resource documentation for "azurerm_notification_hub_namespace" for more information',
      });
    });

    it('reads again whatever it asked, since a GET may be repeated', async () => {
      loseFirst('GET', HUB_NAMESPACE, 2);
      const outcome = await create(azurerm(), 'azurerm_notification_hub_namespace', namespace());
      expect(outcome).toEqual({ kept: 'whole' });
      expect(sent('PUT', HUB_NAMESPACE)).toBe(1);
    });

    it('keeps nothing when the reads of its own wait fail, and something when those after it do', async () => {
      azure.intercept = (request) =>
        matches(request, 'GET', HUB_NAMESPACE) && azure.get(HUB_NAMESPACE) ? forbidden : undefined;
      const waiting = await create(azurerm(), 'azurerm_notification_hub_namespace', namespace());
      expect(waiting.kept).toBe('nothing');

      azure.intercept = (request) => (request.path.endsWith('/listKeys') ? forbidden : undefined);
      const communication = await create(azurerm(), 'azurerm_communication_service', {
        name: 'acs',
        resource_group_name: 'rg',
        data_location: 'Europe',
      });
      expect(communication.kept).toBe('tainted');
    });

    it('of a role without a name tries another name each time, which Azure refuses; with a name it is in the way', async () => {
      const assignment = {
        scope: GROUP,
        principal_id: OBJECT_ID,
        role_definition_id: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
      };
      const path = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/`;
      azure.intercept = (request) =>
        request.method === 'PUT' && [...azure.resources.keys()].some((id) => id.includes('roleassignments'))
          ? {
              status: 409,
              body: {
                error: { code: 'RoleAssignmentExists', message: 'The role assignment already exists.' },
              },
            }
          : undefined;
      loseFirst('PUT', path);
      await create(azurerm(), 'azurerm_role_assignment', assignment);
      const rerun = await create(azurerm(), 'azurerm_role_assignment', assignment);
      expect(rerun.kept).toBe('nothing');
      expect(rerun.error).toContain('RoleAssignmentExists');
      const puts = azure.requests.filter((request) => matches(request, 'PUT', path));
      expect(new Set(puts.map((request) => request.path)).size).toBe(2);

      azure.resources.clear();
      loseFirst('PUT', path);
      await create(azurerm(), 'azurerm_role_assignment', { ...assignment, name: ROLE });
      const named = await create(azurerm(), 'azurerm_role_assignment', { ...assignment, name: ROLE });
      expect(named.error).toContain(`a resource with the ID "${path}${ROLE}" already exists`);
    });
  });

  describe('by azurerm that is accepted and then fails', () => {
    const operation = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Communication/operations/1`;
    const acs = { name: 'acs', resource_group_name: 'rg', data_location: 'Europe' };
    const accepted = (request: RecordedRequest) => {
      if (request.path === operation) {
        return { status: 200, body: { status: 'Failed', error: { code: 'Conflict', message: 'no' } } };
      }
      return matches(request, 'PUT', `${GROUP}/providers/Microsoft.Communication`)
        ? {
            status: 201,
            headers: { 'azure-asyncoperation': `https://management.azure.com${operation}` },
            body: {},
          }
        : undefined;
    };

    it('is forgotten by 4.55', async () => {
      azure.intercept = accepted;
      const outcome = await create(azurerm(), 'azurerm_communication_service', acs);
      expect(outcome).toEqual({ kept: 'nothing', error: expect.stringContaining('Conflict') });
    });

    it('is kept from 4.75 on where the provider is told to', async () => {
      azure.intercept = accepted;
      const features = [{ persist_id_on_create_before_polling_for_completion: true }];
      const told = await create(azurerm('4.79.0'), 'azurerm_communication_service', acs, { features });
      expect(told.kept).toBe('tainted');
      const untold = await create(azurerm('4.79.0'), 'azurerm_communication_service', acs);
      expect(untold.kept).toBe('nothing');
    });
  });

  describe('by azapi', () => {
    const azapi = () => azapiProvider(azure.environment, transport);

    it('is sent again when its answer is lost', async () => {
      loseFirst('PUT', HUB_NAMESPACE);
      expect(await create(azapi(), 'azapi_resource', azapiNamespace())).toEqual({ kept: 'whole' });
      expect(sent('PUT', HUB_NAMESPACE)).toBe(2);
    });

    it('is kept, tainted, when all its answers are lost and the resource is there', async () => {
      azure.lose = (request) => matches(request, 'PUT', HUB_NAMESPACE);
      expect((await create(azapi(), 'azapi_resource', azapiNamespace())).kept).toBe('tainted');
      expect(sent('PUT', HUB_NAMESPACE)).toBe(4);
    });

    it('is forgotten when it cannot be read after it was made', async () => {
      azure.intercept = (request) =>
        matches(request, 'GET', HUB_NAMESPACE) && azure.get(HUB_NAMESPACE) ? forbidden : undefined;
      expect((await create(azapi(), 'azapi_resource', azapiNamespace())).kept).toBe('nothing');
    });

    it('is not sent again when `retry` names other errors alone, and is kept, tainted', async () => {
      loseFirst('PUT', HUB_NAMESPACE);
      const outcome = await create(azapi(), 'azapi_resource', {
        ...azapiNamespace(),
        retry: { error_message_regex: ['NotFound'], interval_seconds: 1 },
      });
      expect(outcome.kept).toBe('tainted');
      expect(sent('PUT', HUB_NAMESPACE)).toBe(1);
    });

    it('asks once alone whether the resource is there, whatever `retry` names', async () => {
      azure.resources.set(HUB_NAMESPACE.toLowerCase(), {
        id: HUB_NAMESPACE,
        type: 'Microsoft.NotificationHubs/namespaces',
      });
      const outcome = await create(azapi(), 'azapi_resource', {
        ...azapiNamespace(),
        retry: { error_message_regex: ['already exists'], interval_seconds: 1 },
      });
      expect(outcome.error).toContain(`A resource with the ID "${HUB_NAMESPACE}" already exists`);
      expect(sent('GET', HUB_NAMESPACE)).toBe(1);
    });

    it('repeats what `retry` names without asking again whether the resource is there', async () => {
      let failed = false;
      azure.intercept = (request) => {
        if (!matches(request, 'PUT', HUB_NAMESPACE) || failed) return undefined;
        failed = true;
        return { status: 404, body: { error: { code: 'ParentNotFound', message: 'not yet' } } };
      };
      const outcome = await create(azapi(), 'azapi_resource', {
        ...azapiNamespace(),
        retry: { error_message_regex: ['ParentNotFound'], interval_seconds: 1 },
      });
      expect(outcome).toEqual({ kept: 'whole' });
      expect(sent('GET', HUB_NAMESPACE)).toBe(2);
    });
  });

  describe.each([
    ['azurerm', [408, 424, 429, 500, 502, 503, 504], [409, 501]],
    ['azapi', [408, 429, 500, 502, 503, 504], [409, 424, 501]],
  ])('by %s', (name, repeated, final) => {
    const make = () =>
      name === 'azurerm'
        ? create(azurerm(), 'azurerm_notification_hub_namespace', namespace())
        : create(azapiProvider(azure.environment, transport), 'azapi_resource', azapiNamespace());
    const failOnce = (status: number) => {
      let failed = false;
      azure.intercept = (request) => {
        if (failed || !matches(request, 'PUT', HUB_NAMESPACE)) return undefined;
        failed = true;
        return { status, body: { error: { code: 'Busy', message: 'again' } } };
      };
    };

    it.each(repeated)('is repeated after %d', async (status) => {
      failOnce(status);
      expect(await make()).toEqual({ kept: 'whole' });
    });

    it.each(final)('is not repeated after %d', async (status) => {
      failOnce(status);
      expect((await make()).kept).toBe('nothing');
      expect(sent('PUT', HUB_NAMESPACE)).toBe(1);
    });
  });

  it('by azapi is given up at once when Azure wants more than a minute of patience', async () => {
    azure.intercept = (request) =>
      matches(request, 'PUT', HUB_NAMESPACE)
        ? { status: 429, headers: { 'retry-after': '61' }, body: { error: { code: 'TooManyRequests' } } }
        : undefined;
    const outcome = await create(
      azapiProvider(azure.environment, transport),
      'azapi_resource',
      azapiNamespace(),
    );
    expect(outcome.error).toContain('429');
    expect(sent('PUT', HUB_NAMESPACE)).toBe(1);
  });
});

const forbidden = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } };

function matches(request: RecordedRequest, method: string, path: string): boolean {
  return request.method === method && request.path.startsWith(path);
}

/** A configuration in which nothing is set. */
function nothing(schema: ResourceSchema): CtyObject {
  const [, attributes] = blockType(schema.block) as ['object', Record<string, unknown>];
  const blocks = schema.block.block_types ?? {};
  return Object.fromEntries(
    Object.keys(attributes).map((name) => [
      name,
      name in blocks && blocks[name]!.nesting_mode !== 'single' ? [] : null,
    ]),
  );
}
