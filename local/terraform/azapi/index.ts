import { AzureClient } from '../azure-client';
import type { AzureTransport } from '../azure-transport';
import { credentials, type AzureEnvironment } from '../credentials';
import type { CtyObject } from '../cty';
import type { Provider } from '../provider';
import { AZAPI_RETRIES } from '../retries';
import { loadSchema } from '../schema';
import {
  azapiClientConfigData,
  azapiResourceData,
  azapiResourceIdData,
  azapiResourceListData,
} from './data-sources';
import { RegisteringClient } from './registering-client';
import { azapiResource } from './resource';
import {
  azapiResourceAction,
  azapiResourceActionData,
  azapiResourceActionEphemeral,
} from './resource-action';
import { Locks, type AzapiSession } from './session';
import { azapiUpdateResource } from './update-resource';

/** The stand-in for Azure/azapi 2.12. */
export function azapiProvider(
  environment: AzureEnvironment,
  transport: AzureTransport,
): Provider<AzapiSession> {
  return {
    name: 'azapi',
    schema: loadSchema('azapi-2.12.0'),
    legacyTypeSystem: false,
    resources: {
      azapi_resource: azapiResource,
      azapi_resource_action: azapiResourceAction,
      azapi_update_resource: azapiUpdateResource,
    },
    dataSources: {
      azapi_resource: azapiResourceData,
      azapi_resource_action: azapiResourceActionData,
      azapi_resource_id: azapiResourceIdData,
      azapi_resource_list: azapiResourceListData,
      azapi_client_config: azapiClientConfigData,
    },
    ephemeralResources: { azapi_resource_action: azapiResourceActionEphemeral },
    configure: (config) => ({
      client: new (skipsRegistration(config, environment) ? AzureClient : RegisteringClient)(
        transport,
        credentials('azapi', config, environment),
        {
          userAgent: 'azapi (stand-in)',
          retries: AZAPI_RETRIES,
          armScope: 'https://management.core.windows.net//.default',
        },
      ),
      defaultTags: (config['default_tags'] as Record<string, string> | null) ?? {},
      defaultLocation: (config['default_location'] as string | null) ?? undefined,
      ignoresNoOpChanges:
        (config['ignore_no_op_changes'] ?? (environment['ARM_IGNORE_NO_OP_CHANGES'] || 'true') === 'true') ===
        true,
      locks: new Locks(),
    }),
  };
}

/** By the provider block, else by the variable, of which `true` alone counts. */
function skipsRegistration(config: CtyObject, environment: AzureEnvironment): boolean {
  const given = config['skip_provider_registration'] ?? null;
  return given === null ? environment['ARM_SKIP_PROVIDER_REGISTRATION'] === 'true' : given === true;
}
