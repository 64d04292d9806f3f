import { readSettings } from './settings';
import { missing, PROVIDER_WAYS, type Way } from './ways';

/**
 * How azapi 2.12 would sign in, where it is another way than azurerm's: a sentence for whoever deploys, or undefined.
 * Both then hold rights of their own. Source: Azure/terraform-provider-azapi v2.12.0, internal/provider/provider.go,
 * and Azure/entrauth, aztfauth.
 */
export function signInDifference(environment: NodeJS.ProcessEnv): string | undefined {
  const azurerm = wayOfAzurerm(environment);
  const azapi = wayOfAzapi(environment);
  if (azurerm === azapi) return undefined;
  return `with this environment azurerm signs in by ${azurerm ?? 'no way'}, and azapi by ${azapi ?? 'no way'}: docs/signing-in.md`;
}

function wayOfAzurerm(environment: NodeJS.ProcessEnv): string | undefined {
  const settings = readSettings(environment);
  return PROVIDER_WAYS.find((way: Way) => way.on(settings) && missing(way, settings).length === 0)?.name;
}

/** azapi tries each in turn, and goes on where one is not there; of two that are there, the first is used. */
function wayOfAzapi(environment: NodeJS.ProcessEnv): string | undefined {
  const has = (...names: string[]) => names.some((name) => environment[name]);
  const yes = (name: string) => environment[name] === 'true';
  const aks = yes('ARM_USE_AKS_WORKLOAD_IDENTITY');
  const oidc = yes('ARM_USE_OIDC');
  const application =
    has('ARM_CLIENT_ID', 'AZURE_CLIENT_ID', 'ARM_CLIENT_ID_FILE_PATH') &&
    (has('ARM_TENANT_ID') || (aks && has('AZURE_TENANT_ID')));
  const token = oidc && has('ARM_OIDC_TOKEN');
  const tokenFile =
    (oidc || aks) && (has('ARM_OIDC_TOKEN_FILE_PATH') || (aks && has('AZURE_FEDERATED_TOKEN_FILE')));
  const bearer = has('ARM_OIDC_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_ACCESSTOKEN');
  const connection = has(
    'ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID',
    'ARM_OIDC_AZURE_SERVICE_CONNECTION_ID',
    'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID',
  );
  const inOrder: [string, boolean][] = [
    ['OIDC token', application && (token || tokenFile)],
    ['OIDC of Azure Pipelines', application && oidc && connection && bearer && has('SYSTEM_OIDCREQUESTURI')],
    [
      'OIDC of GitHub Actions',
      application &&
        oidc &&
        !connection &&
        bearer &&
        has('ARM_OIDC_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_URL'),
    ],
    ['client secret', application && has('ARM_CLIENT_SECRET', 'ARM_CLIENT_SECRET_FILE_PATH')],
    ['client certificate', application && has('ARM_CLIENT_CERTIFICATE', 'ARM_CLIENT_CERTIFICATE_PATH')],
    ['managed identity', yes('ARM_USE_MSI')],
    ['Azure CLI', !has('ARM_USE_CLI') || yes('ARM_USE_CLI')],
  ];
  return inOrder.find(([, there]) => there)?.[0];
}
