import { AzureTransport } from '../../terraform/azure-transport';
import { azurermProvider } from '../../terraform/azurerm';
import type { AzurermSession } from '../../terraform/azurerm/resource';
import { upgradeState } from '../../terraform/azurerm/state-upgrades';
import { AzurermVersion } from '../../terraform/azurerm/version';

const transport = new AzureTransport({});
afterAll(() => transport.close());

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg';

test.each([
  ['4.55.0', 'azurerm-4.55.0', '2023-05-01', '2022-10-01'],
  ['4.66.3', 'azurerm-4.55.0', '2023-05-01', '2022-10-01'],
  ['4.67.0', 'azurerm-4.55.0', '2025-06-01', '2022-10-01'],
  ['4.73.0', 'azurerm-4.55.0', '2025-08-01', '2022-10-01'],
  ['4.79.0', 'azurerm-4.79.0', '2025-08-01', '2022-10-01'],
  ['4.90.0', 'azurerm-4.79.0', '2025-08-01', '2022-10-01'],
  ['5.0.0', 'azurerm-5.2.0', '2025-08-01', '2025-07-01'],
  ['5.2.0', 'azurerm-5.2.0', '2025-08-01', '2025-07-01'],
  ['5.9.1', 'azurerm-5.2.0', '2025-08-01', '2025-07-01'],
])('azurerm %s announces %s and sends its api-versions', (text, schema, storageAccounts, workspaces) => {
  const version = new AzurermVersion(text);
  expect(version.schema).toBe(schema);
  expect(version.apiVersions).toEqual({ storageAccounts, workspaces });
});

test.each(['4.54.9', '3.117.0', '6.0.0', 'newest'])('azurerm %s is refused by name', (text) => {
  expect(() => azurermProvider({}, transport, text)).toThrow(
    `the stand-in azurerm provider plays 4.55 to 5.x, got ${text}`,
  );
});

describe('a resource', () => {
  /** The api-versions that a read asks with. */
  async function asked(playing: string, type: string, id: string): Promise<string[]> {
    const versions: string[] = [];
    const client = {
      get: (_id: string, version: string) => {
        versions.push(version);
        return Promise.resolve(undefined);
      },
    };
    const session = {
      client,
      version: new AzurermVersion(playing),
      features: {},
    } as unknown as AzurermSession;
    await azurermProvider({}, transport, playing).resources[type]!.read(
      { state: { id }, private: {} },
      session,
      new AbortController().signal,
    );
    return versions;
  }

  test('is asked for with the api-version of the version', async () => {
    const account = `${GROUP}/providers/Microsoft.Storage/storageAccounts/st`;
    const workspace = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law`;
    expect(await asked('4.55.0', 'azurerm_storage_account', account)).toEqual(['2023-05-01']);
    expect(await asked('5.2.0', 'azurerm_storage_account', account)).toEqual(['2025-08-01']);
    expect(await asked('4.79.0', 'azurerm_log_analytics_workspace', workspace)).toEqual(['2022-10-01']);
    expect(await asked('5.2.0', 'azurerm_log_analytics_workspace', workspace)).toEqual(['2025-07-01']);
  });

  const validate = (playing: string, type: string, config: object) => () =>
    azurermProvider({}, transport, playing).resources[type]!.validate!(config as never);

  test('takes a function’s id letter by letter from 5.0 on', () => {
    const subscription = (functionId: string) => ({ azure_function_endpoint: [{ function_id: functionId }] });
    const type = 'azurerm_eventgrid_system_topic_event_subscription';
    const id = `${GROUP}/providers/Microsoft.Web/sites/func/functions/On`;
    expect(validate('5.2.0', type, subscription(id))).not.toThrow();
    expect(validate('4.79.0', type, subscription(id.toLowerCase()))).not.toThrow();
    expect(validate('5.2.0', type, subscription(id.toLowerCase()))).toThrow('letter by letter');
  });

  test('takes no older TLS from 4.79 on', () => {
    expect(validate('4.55.0', 'azurerm_storage_account', { min_tls_version: 'TLS1_1' })).not.toThrow();
    expect(validate('4.79.0', 'azurerm_storage_account', { min_tls_version: 'TLS1_1' })).toThrow(
      'expected min_tls_version to be one of ["TLS1_2"], got TLS1_1',
    );
  });

  test('says of Application Insights the same by both names, where it has both', async () => {
    const plan = async (playing: string, config: object) => {
      const { state } = await azurermProvider({}, transport, playing).resources[
        'azurerm_application_insights'
      ]!.plan({ prior: null, proposed: {}, config: config as never, private: {} }, {
        version: new AzurermVersion(playing),
      } as AzurermSession);
      return Object.fromEntries(Object.entries(state).filter(([name]) => name.startsWith('local_auth')));
    };
    const older = { local_authentication_disabled: true };
    const newer = { local_authentication_enabled: false };
    expect(await plan('4.55.0', older)).toEqual(older);
    expect(await plan('4.79.0', { ...older, local_authentication_enabled: null })).toEqual({
      ...older,
      ...newer,
    });
    expect(await plan('4.79.0', { ...newer, local_authentication_disabled: null })).toEqual({
      ...older,
      ...newer,
    });
    expect(await plan('5.2.0', newer)).toEqual(newer);
  });
});

describe('state of an older version', () => {
  const account = `${GROUP}/providers/Microsoft.Storage/storageAccounts/st`;
  const container = { id: `${account}/blobServices/default/containers/c`, name: 'c' };

  test('of a container is kept, when its id is that of ARM', () => {
    expect(upgradeState('azurerm_storage_container', 1, 2, container)).toEqual(container);
    expect(upgradeState('azurerm_storage_queue', 1, 1, container)).toEqual(container);
  });

  test.each([
    ['by the name of its account', 'azurerm_storage_container', 1, 2, 'https://st.blob.core.windows.net/c'],
    ['that nobody upgrades', 'azurerm_storage_account', 3, 4, container.id],
    ['of a newer version', 'azurerm_storage_container', 2, 1, container.id],
  ])('%s is refused', (_what, type, version, wanted, id) => {
    expect(() => upgradeState(type, version, wanted, { id })).toThrow(type);
  });
});
