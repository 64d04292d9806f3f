import { ARM_HOST, LOGIN_HOST } from '../identity';

/** What `/metadata/endpoints?api-version=2022-09-01` answers: the clouds that this ARM belongs to. */
export function cloudMetadata(): unknown {
  return [
    {
      name: 'AzureCloud',
      portal: 'https://portal.azure.com',
      resourceManager: `https://${ARM_HOST}/`,
      microsoftGraphResourceId: 'https://graph.microsoft.com/',
      authentication: {
        loginEndpoint: `https://${LOGIN_HOST}`,
        audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
        tenant: 'common',
        identityProvider: 'AAD',
      },
      suffixes: {
        storage: 'core.windows.net',
        keyVaultDns: 'vault.azure.net',
      },
    },
  ];
}
