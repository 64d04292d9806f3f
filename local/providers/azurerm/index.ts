import { AzureClient, credentials, type AzureEnvironment, type AzureTransport } from '../azure-client';
import type { CtyObject } from '../cty';
import type { Provider } from '../provider';
import { loadSchema } from '../schema';
import { handler, single, type AzurermResource, type AzurermSession } from './resource';
import { resourceGroup } from './resource-group';

const RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_resource_group: resourceGroup,
};

/** The stand-in for hashicorp/azurerm 4.55. */
export function azurermProvider(
  environment: AzureEnvironment,
  transport: AzureTransport,
): Provider<AzurermSession> {
  const schema = loadSchema('azurerm-4.55.0');
  return {
    name: 'azurerm',
    schema,
    legacyTypeSystem: true,
    resources: Object.fromEntries(
      Object.entries(RESOURCES).map(([name, resource]) => [
        name,
        handler(name, schema.resources[name]!, resource),
      ]),
    ),
    dataSources: {},
    ephemeralResources: {},
    configure(config) {
      const found = credentials('azurerm', config, environment);
      const features = single(config['features']) ?? {};
      return {
        client: new AzureClient(transport, found, {
          userAgent: 'azurerm (stand-in)',
          armScope: 'https://management.azure.com/.default',
        }),
        subscriptionId: found.subscriptionId,
        tenantId: found.tenantId,
        storageUseAzuread:
          config['storage_use_azuread'] === true || environment['ARM_STORAGE_USE_AZUREAD'] === 'true',
        features: Object.fromEntries(
          Object.entries(features).map(([name, blocks]) => [name, single(blocks) as CtyObject | undefined]),
        ),
      };
    },
  };
}
