import { ARM_HOST, DEPLOYER, LOGIN_HOST, SUBSCRIPTION_ID, TENANT_ID } from '../identity';

export interface Reachability {
  readonly proxyUrl: string;
  readonly certificateFile: string;
  readonly bundleFile: string;
}

/** The variables by which a client reaches local Azure under Azure's real host names, without credentials. */
export function networkEnvironment({ proxyUrl, certificateFile, bundleFile }: Reachability) {
  const direct = 'localhost,127.0.0.1,::1';
  return {
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    NO_PROXY: direct,
    no_proxy: direct,
    NODE_EXTRA_CA_CERTS: certificateFile,
    SSL_CERT_FILE: bundleFile,
  };
}

/** All that real providers, cdktf and the `@azure/*` SDKs need in order to deploy into local Azure. */
export function deployerEnvironment(reachability: Reachability) {
  return {
    ...networkEnvironment(reachability),
    ARM_SUBSCRIPTION_ID: SUBSCRIPTION_ID,
    ARM_TENANT_ID: TENANT_ID,
    ARM_CLIENT_ID: DEPLOYER.clientId,
    ARM_CLIENT_SECRET: DEPLOYER.clientSecret,
    ARM_ENVIRONMENT: 'public',
    ARM_USE_CLI: 'false',
    ARM_USE_MSI: 'false',
    ARM_RESOURCE_PROVIDER_REGISTRATIONS: 'none',
    AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID,
    AZURE_TENANT_ID: TENANT_ID,
    AZURE_CLIENT_ID: DEPLOYER.clientId,
    AZURE_CLIENT_SECRET: DEPLOYER.clientSecret,
    AZURE_AUTHORITY_HOST: `https://${LOGIN_HOST}/`,
    AZURE_RESOURCE_MANAGER_ENDPOINT: `https://${ARM_HOST}/`,
    CHECKPOINT_DISABLE: '1',
  };
}
