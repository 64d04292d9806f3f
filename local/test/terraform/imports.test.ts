import { AzureTransport } from '../../terraform/azure-transport';
import { azapiProvider } from '../../terraform/azapi';
import { azurermProvider } from '../../terraform/azurerm';
import { SUBSCRIPTION, type AnswerServer } from './answer-server';
import { everyType } from './every-type';
import { openStandIns, type StandIns } from './stand-ins';
import type { TerraformFolder } from './terraform';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-w`;

interface StateFile {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Record<string, string> }[];
  }[];
}

describe('an import', () => {
  let azure: AnswerServer;
  let standIns: StandIns;
  let folder: TerraformFolder;

  beforeEach(async () => {
    standIns = await openStandIns();
    ({ azure, folder } = standIns);
  });

  afterEach(() => standIns.close());

  it('of every type leaves nothing to change', async () => {
    azure.resources.set(GROUP.toLowerCase(), { id: GROUP, name: 'rg-w', location: 'westeurope' });
    azure.intercept = ({ path }) => {
      if (path.endsWith('/privateDnsZoneGroups')) return { status: 200, body: { value: [] } };
      if (path.endsWith('/pnsCredentials')) return { status: 200, body: { properties: {} } };
      return undefined;
    };
    const configuration = everyType();
    const { provider, ...rest } = configuration;
    const played = [
      ...Object.keys(azurermProvider(azure.environment, new AzureTransport({})).resources),
      'azapi_resource',
    ];
    expect(Object.keys(configuration.resource).sort()).toEqual(played.sort());

    folder.write(configuration);
    await folder.init();
    await folder.apply();
    const state = JSON.parse(folder.state()) as StateFile;
    const imported = state.resources
      .filter(({ mode }) => mode === 'managed')
      .map(({ type, name, instances: [instance] }) => {
        const { id, type: version } = instance!.attributes as { id: string; type: string };
        const suffix = type === 'azapi_resource' ? `?api-version=${version.split('@')[1]}` : '';
        return { to: `${type}.${name}`, id: id + suffix };
      });
    azure.take();
    folder.forget();
    folder.write({ provider, ...rest, import: imported });
    expect(await folder.apply()).toContain(
      `Apply complete! Resources: ${imported.length} imported, 0 added, 0 changed, 0 destroyed.`,
    );
    expect(azure.take().filter(({ method }) => ['PUT', 'PATCH', 'DELETE'].includes(method))).toEqual([]);
    await folder.plan({}, '-detailed-exitcode');
  });
});

describe('the id of an import', () => {
  const transport = new AzureTransport({});
  afterAll(() => transport.close());
  const azurerm = azurermProvider({}, transport).resources;

  it.each([
    [
      'azurerm_storage_account',
      `${GROUP.toLowerCase()}/providers/Microsoft.Storage/storageAccounts/st`,
      'resourceGroups',
    ],
    [
      'azurerm_storage_account',
      `${GROUP}/providers/microsoft.storage/storageAccounts/st`,
      'Microsoft.Storage',
    ],
    ['azurerm_service_plan', `${GROUP}/providers/Microsoft.Web/serverfarms/plan`, 'serverFarms'],
    [
      'azurerm_monitor_metric_alert',
      `${GROUP}/providers/microsoft.insights/metricAlerts/a`,
      'Microsoft.Insights',
    ],
    [
      'azurerm_notification_hub',
      `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/ns/hubs/h`,
      'notificationHubs',
    ],
    ['azurerm_resource_group', `${GROUP}/providers`, 'segments'],
    ['azurerm_storage_container', 'https://st.blob.core.windows.net/c', '{storage_account_id}'],
    [
      'azurerm_storage_queue',
      `${GROUP}/providers/Microsoft.Storage/storageaccounts/st/queueServices/default/queues/q`,
      'storageAccounts',
    ],
    [
      'azurerm_monitor_diagnostic_setting',
      `${GROUP}/providers/Microsoft.Insights/diagnosticSettings/d`,
      '<target resource id>|<name>',
    ],
    ['azurerm_key_vault_secret', 'https://kv.vault.azure.net/secrets/s', '{version}'],
    [
      'azurerm_role_assignment',
      `${GROUP}/providers/Microsoft.Authorization/roleassignments/r`,
      'roleAssignments',
    ],
  ])('of %s is refused when it is %s', async (type, id, expected) => {
    await expect((async () => azurerm[type]!.import!(id, {} as never))()).rejects.toThrow(expected);
  });

  it('of azapi has an api-version', async () => {
    const { azapi_resource: resource, ...others } = azapiProvider({}, transport).resources;
    await expect((async () => resource!.import!(GROUP, {} as never))()).rejects.toThrow('?api-version=');
    expect(Object.values(others).map((handler) => handler.import)).toEqual([undefined, undefined]);
  });
});
