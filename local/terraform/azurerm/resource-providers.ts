import type { AzureClient } from '../azure-client';

const API_VERSION = '2022-09-01';

/** Names as azurerm has them, `Microsoft.` left out where they begin with it. */
const names = (list: string) =>
  list.split(' ').map((name) => (/^microsoft\.|^Github\./.test(name) ? name : `Microsoft.${name}`));

const CORE = names(
  'Authorization Compute CostManagement ManagedIdentity MarketplaceOrdering Network Resources Storage',
);
const EXTENDED = [
  ...CORE,
  ...names(
    'ApiManagement AppConfiguration AppPlatform Automation Cache Cdn ContainerInstance ContainerRegistry ContainerService DBforMySQL DBforPostgreSQL DataFactory DataLakeAnalytics DataLakeStore DataMigration DataProtection Databricks DevTestLab Devices DocumentDB EventGrid EventHub HDInsight microsoft.insights KeyVault Kusto Logic Maintenance Management NotificationHubs OperationalInsights OperationsManagement PowerBIDedicated Relay Security SecurityInsights ServiceBus ServiceFabric SignalRService Sql StreamAnalytics Web',
  ),
];
const ALL = [
  ...EXTENDED,
  ...names(
    'Github.Network AVS AlertsManagement Blueprint BotService CognitiveServices CustomProviders Dashboard DesktopVirtualization GuestConfiguration HealthcareApis IoTCentral MachineLearningServices ManagedServices Maps MixedReality Monitor PolicyInsights RecoveryServices Search',
  ),
];
/** The default of azurerm 4: less and more than all. */
const NOT_LEGACY = names('Github.Network AlertsManagement Dashboard IoTCentral Monitor');
const LEGACY = [...ALL.filter((name) => !NOT_LEGACY.includes(name)), ...names('DBforMariaDB')];

/**
 * What each value of `resource_provider_registrations` registers.
 *
 * @see https://github.com/hashicorp/terraform-provider-azurerm/blob/v4.55.0/internal/resourceproviders/required.go
 */
export const REGISTRATION_SETS: Readonly<Record<string, readonly string[]>> = {
  core: CORE,
  extended: EXTENDED,
  all: ALL,
  none: [],
  legacy: LEGACY,
};

interface ResourceProvider {
  readonly namespace: string;
  readonly registrationState?: string;
}

/**
 * Registers those of the named resource providers that the subscription lists as not registered, and waits for each, as
 * azurerm does before anything else. One that Azure does not list is left alone; with none named, nothing is asked.
 */
export async function registerProviders(
  client: AzureClient,
  subscriptionId: string,
  wanted: readonly string[],
): Promise<void> {
  if (wanted.length === 0) return;
  const path = `/subscriptions/${subscriptionId}/providers`;
  const { body } = await client.arm('GET', path, API_VERSION);
  const listed = (body as { value: readonly ResourceProvider[] }).value;
  const missing = listed.filter((one) => wanted.includes(one.namespace) && !isRegistered(one));
  await Promise.all(
    missing.map(async ({ namespace }) => {
      await client.arm('POST', `${path}/${namespace}/register`, API_VERSION, { body: {} });
      await client.poll(undefined, async () => {
        const { body: now } = await client.arm('GET', `${path}/${namespace}`, API_VERSION);
        return isRegistered(now as ResourceProvider);
      });
    }),
  );
}

function isRegistered({ registrationState }: ResourceProvider): boolean {
  return registrationState?.toLowerCase() === 'registered';
}
