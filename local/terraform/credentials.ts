import { ProviderError } from './provider';

/** Environment variables, as `process.env` holds them. */
export type AzureEnvironment = Readonly<Record<string, string | undefined>>;

/** Who signs in, and the subscription worked in. */
export interface Credentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptionId: string;
}

/** The credentials of a provider block, each gap filled from the environment; says what is missing where. */
export function credentials(
  provider: string,
  config: Readonly<Record<string, unknown>>,
  environment: AzureEnvironment,
): Credentials {
  const settings: Record<keyof Credentials, [attribute: string, variable: string]> = {
    tenantId: ['tenant_id', 'ARM_TENANT_ID'],
    clientId: ['client_id', 'ARM_CLIENT_ID'],
    clientSecret: ['client_secret', 'ARM_CLIENT_SECRET'],
    subscriptionId: ['subscription_id', 'ARM_SUBSCRIPTION_ID'],
  };
  const missing: string[] = [];
  const found = Object.fromEntries(
    Object.entries(settings).map(([name, [attribute, variable]]) => {
      const value = config[attribute] ?? environment[variable];
      if (typeof value !== 'string' || value === '') missing.push(`${variable} (or ${attribute})`);
      return [name, value];
    }),
  ) as unknown as Credentials;
  if (missing.length > 0) {
    throw new ProviderError(
      'No Azure credentials',
      `the stand-in ${provider} provider signs in with a client secret and misses ${missing.join(', ')}; ` +
        `set the environment variables where the stand-in providers are started, or the attributes in the provider block`,
    );
  }
  return found;
}
