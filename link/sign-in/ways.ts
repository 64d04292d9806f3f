import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { TokenCredential } from '../token-credential';
import { azurePipelinesAssertion, gitHubAssertion } from './assertions';
import { CustomManagedIdentity } from './custom-managed-identity';
import { pemOf } from './pkcs12';
import { refusal, type SignInSettings } from './settings';
import type { NetworkWatch } from './watch';

/** `az` starts slowly, and asks Azure itself. */
export const AZURE_CLI_WITHIN_MS = 30_000;

/** One way to sign in. */
export interface Way {
  readonly name: string;
  /** What the way needs of the environment; it is taken when all of it is there. */
  readonly needs: Readonly<Record<string, (settings: SignInSettings) => unknown>>;
  /** False where a variable has it switched off, or on for nobody. */
  readonly on: (settings: SignInSettings) => boolean;
  readonly credential: (settings: SignInSettings, watch: NetworkWatch) => TokenCredential;
}

const APPLICATION: Way['needs'] = {
  ARM_TENANT_ID: ({ tenantId }) => tenantId,
  ARM_CLIENT_ID: ({ clientId }) => clientId,
};
const REQUEST: Way['needs'] = {
  ...APPLICATION,
  'ARM_OIDC_REQUEST_URL (ACTIONS_ID_TOKEN_REQUEST_URL, SYSTEM_OIDCREQUESTURI)': ({ oidc }) => oidc.requestUrl,
  'ARM_OIDC_REQUEST_TOKEN (ACTIONS_ID_TOKEN_REQUEST_TOKEN, SYSTEM_ACCESSTOKEN)': ({ oidc }) =>
    oidc.requestToken,
};
const always = () => true;

const CERTIFICATE: Way = {
  name: 'client certificate',
  on: always,
  needs: {
    ...APPLICATION,
    'ARM_CLIENT_CERTIFICATE or ARM_CLIENT_CERTIFICATE_PATH': ({ certificate }) => certificate,
  },
  credential: (settings, { options }) => {
    const { from, pfx, password } = settings.certificate!;
    let certificate: string;
    try {
      certificate = pemOf(pfx, password);
    } catch (error) {
      throw refusal(
        `${from} (password: ARM_CLIENT_CERTIFICATE_PASSWORD) cannot be used: ${(error as Error).message}`,
      );
    }
    return new ClientCertificateCredential(
      settings.tenantId!,
      settings.clientId!,
      { certificate },
      { ...options, ...tenantsOf(settings) },
    );
  },
};

const SECRET: Way = {
  name: 'client secret',
  on: always,
  needs: {
    ...APPLICATION,
    'ARM_CLIENT_SECRET or ARM_CLIENT_SECRET_FILE_PATH': ({ clientSecret }) => clientSecret,
  },
  credential: (settings, { options }) =>
    new ClientSecretCredential(settings.tenantId!, settings.clientId!, settings.clientSecret!, {
      ...options,
      ...tenantsOf(settings),
    }),
};

const OIDC_TOKEN: Way = {
  name: 'OIDC token',
  on: ({ oidc }) => oidc.on,
  needs: {
    ...APPLICATION,
    'ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH or AZURE_FEDERATED_TOKEN_FILE': ({ oidc }) =>
      oidc.token ?? oidc.tokenFile,
  },
  credential: (settings, { options }) => {
    const { oidc, clientId, tenantId } = settings;
    const all = { ...options, ...tenantsOf(settings) };
    if (oidc.tokenFile === undefined) {
      return new ClientAssertionCredential(tenantId!, clientId!, () => Promise.resolve(oidc.token!), all);
    }
    return new WorkloadIdentityCredential({ ...all, tenantId, clientId, tokenFilePath: oidc.tokenFile });
  },
};

const AZURE_PIPELINES: Way = {
  name: 'OIDC of Azure Pipelines',
  on: ({ oidc }) => oidc.on,
  needs: {
    ...REQUEST,
    'ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID (ARM_OIDC_AZURE_SERVICE_CONNECTION_ID)': ({ oidc }) =>
      oidc.serviceConnectionId,
  },
  credential: (settings, watch) => {
    const { requestUrl, requestToken, serviceConnectionId } = settings.oidc;
    const asked = { url: requestUrl!, bearer: requestToken! };
    return byAssertion(settings, watch, () => azurePipelinesAssertion(asked, serviceConnectionId!, watch));
  },
};

const GITHUB: Way = {
  name: 'OIDC of GitHub Actions',
  on: ({ oidc }) => oidc.on,
  needs: REQUEST,
  credential: (settings, watch) => {
    const { requestUrl, requestToken } = settings.oidc;
    return byAssertion(settings, watch, () =>
      gitHubAssertion({ url: requestUrl!, bearer: requestToken! }, watch),
    );
  },
};

const MANAGED_IDENTITY: Way = {
  name: 'managed identity',
  on: ({ managedIdentity }) => managedIdentity.on,
  needs: {},
  credential: ({ clientId, managedIdentity: { endpoint, apiVersion } }, watch) =>
    endpoint === undefined
      ? new ManagedIdentityCredential({ ...watch.options, ...(clientId ? { clientId } : {}) })
      : new CustomManagedIdentity(endpoint, { apiVersion, clientId }, watch),
};

const AZURE_CLI: Way = {
  name: 'Azure CLI',
  on: ({ azureCli }) => azureCli,
  needs: {},
  // `az` takes a subscription or a tenant, not both.
  credential: ({ tenantId, subscriptionId }) =>
    new AzureCliCredential({
      ...(subscriptionId ? { subscription: subscriptionId } : tenantId ? { tenantId } : {}),
      processTimeoutInMs: AZURE_CLI_WITHIN_MS,
    }),
};

/**
 * What azurerm takes, in its order: the first that is on and has all that it needs is the one, and when it fails no
 * other is tried. azapi 2.12 puts OIDC first and the certificate last of the three.
 * Source: hashicorp/go-azure-sdk, sdk/auth/auth.go, as of azurerm v4.55.0.
 */
export const PROVIDER_WAYS: readonly Way[] = [
  CERTIFICATE,
  SECRET,
  OIDC_TOKEN,
  AZURE_PIPELINES,
  GITHUB,
  MANAGED_IDENTITY,
  AZURE_CLI,
];

/**
 * Taken where no provider's way leads anywhere: OIDC that the provider block switches on (`use_oidc`), which this
 * process cannot see, and the variables of the Azure SDKs.
 */
export const OTHER_WAYS: readonly Way[] = [
  ...[OIDC_TOKEN, AZURE_PIPELINES, GITHUB].map((way) => ({
    ...way,
    name: `${way.name}, without ARM_USE_OIDC`,
    on: ({ oidc }: SignInSettings) => !oidc.on,
  })),
  {
    name: 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
    on: always,
    needs: {},
    credential: (_, { options }) => new EnvironmentCredential(options),
  },
];

/** What of its needs the environment lacks. */
export function missing(way: Way, settings: SignInSettings): string[] {
  return Object.entries(way.needs)
    .filter(([, find]) => !find(settings))
    .map(([name]) => name);
}

function byAssertion(
  settings: SignInSettings,
  { options }: NetworkWatch,
  assertion: () => Promise<string>,
): TokenCredential {
  return new ClientAssertionCredential(settings.tenantId!, settings.clientId!, assertion, {
    ...options,
    ...tenantsOf(settings),
  });
}

function tenantsOf({ auxiliaryTenantIds }: SignInSettings): { additionallyAllowedTenants?: string[] } {
  return auxiliaryTenantIds.length === 0 ? {} : { additionallyAllowedTenants: [...auxiliaryTenantIds] };
}
