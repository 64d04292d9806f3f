import { readFileSync } from 'node:fs';
import { AzureError } from '../azure-error';

/**
 * What the environment says about signing in, read as azurerm reads it.
 * Source: hashicorp/terraform-provider-azurerm v4.55.0, internal/provider/{provider,helpers}.go.
 */
export interface SignInSettings {
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly certificate?: { readonly from: string; readonly pfx: Buffer; readonly password: string };
  readonly oidc: OidcSettings;
  readonly managedIdentity: {
    readonly on: boolean;
    /** Asked in place of the one that the machine has. */
    readonly endpoint?: string;
    readonly apiVersion?: string;
  };
  readonly azureCli: boolean;
  readonly subscriptionId?: string;
  /** Other tenants that a request may name. */
  readonly auxiliaryTenantIds: readonly string[];
}

export interface OidcSettings {
  /** ARM_USE_OIDC or ARM_USE_AKS_WORKLOAD_IDENTITY. */
  readonly on: boolean;
  /** The token itself; not set where it lies in a file. */
  readonly token?: string;
  /** Read again each time, since who put it there replaces it before it expires. */
  readonly tokenFile?: string;
  readonly requestUrl?: string;
  readonly requestToken?: string;
  readonly serviceConnectionId?: string;
}

/** @throws AzureError of kind `credentials` where azurerm would refuse the environment */
export function readSettings(environment: NodeJS.ProcessEnv): SignInSettings {
  const read = (...names: string[]) =>
    names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
  const aks = readFlag(environment, 'ARM_USE_AKS_WORKLOAD_IDENTITY', false);
  const ofAks = (name: string) => (aks ? { from: name, value: read(name) } : undefined);
  return {
    tenantId: agreed('the tenant', named('ARM_TENANT_ID', read), ofAks('AZURE_TENANT_ID')),
    clientId: agreed(
      'the client id',
      named('ARM_CLIENT_ID', read),
      inFile('ARM_CLIENT_ID_FILE_PATH', read),
      ofAks('AZURE_CLIENT_ID'),
    ),
    clientSecret: agreed(
      'the client secret',
      named('ARM_CLIENT_SECRET', read),
      inFile('ARM_CLIENT_SECRET_FILE_PATH', read),
    ),
    certificate: certificateFrom(environment, read),
    oidc: {
      on: readFlag(environment, 'ARM_USE_OIDC', false) || aks,
      ...tokenFrom(read, aks),
      requestUrl: read('ARM_OIDC_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'SYSTEM_OIDCREQUESTURI'),
      requestToken: read('ARM_OIDC_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_ACCESSTOKEN'),
      serviceConnectionId: read(
        'ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID',
        'ARM_OIDC_AZURE_SERVICE_CONNECTION_ID',
      ),
    },
    managedIdentity: {
      on: readFlag(environment, 'ARM_USE_MSI', false),
      endpoint: read('ARM_MSI_ENDPOINT'),
      apiVersion: read('ARM_MSI_API_VERSION'),
    },
    azureCli: readFlag(environment, 'ARM_USE_CLI', true),
    subscriptionId: read('ARM_SUBSCRIPTION_ID'),
    auxiliaryTenantIds: read('ARM_AUXILIARY_TENANT_IDS')?.split(';').filter(Boolean) ?? [],
  };
}

type Read = (...names: string[]) => string | undefined;

interface Given {
  readonly from: string;
  readonly value: string | undefined;
}

/** Go's words for yes and no; azapi takes only `true` for yes. */
function readFlag(environment: NodeJS.ProcessEnv, name: string, otherwise: boolean): boolean {
  const text = environment[name];
  if (!text) return otherwise;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw refusal(`${name} takes true or false, got '${text}'`);
}

function named(from: string, read: Read): Given {
  return { from, value: read(from) };
}

function inFile(from: string, read: Read): Given | undefined {
  const path = read(from);
  return path === undefined ? undefined : { from, value: readText(from, path) };
}

/** The same thing may be said twice, not differently. */
function agreed(what: string, ...given: (Given | undefined)[]): string | undefined {
  const said = given.filter((one): one is Given => Boolean(one?.value));
  const [first, ...others] = said;
  const other = others.find(({ value }) => value !== first?.value);
  if (first && other) {
    throw refusal(`${first.from} and ${other.from} differ about ${what}: unset one of them`);
  }
  return first?.value;
}

function tokenFrom(read: Read, aks: boolean): Pick<OidcSettings, 'token' | 'tokenFile'> {
  const files = [
    inFile('ARM_OIDC_TOKEN_FILE_PATH', read),
    aks ? inFile('AZURE_FEDERATED_TOKEN_FILE', read) : undefined,
  ];
  const token = agreed('the OIDC token', named('ARM_OIDC_TOKEN', read), ...files);
  const file = files.find((given) => given?.value);
  return file ? { tokenFile: read(file.from) } : { token };
}

/** The content goes before the path, as in azurerm; azapi refuses two that differ. */
function certificateFrom(environment: NodeJS.ProcessEnv, read: Read): SignInSettings['certificate'] {
  const password = environment.ARM_CLIENT_CERTIFICATE_PASSWORD ?? '';
  const content = read('ARM_CLIENT_CERTIFICATE')?.replace(/\s+/g, '');
  if (content !== undefined) {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(content) || content.length % 4 !== 0) {
      throw refusal('ARM_CLIENT_CERTIFICATE takes a PKCS#12 bundle (.pfx) in base64; this is no base64');
    }
    return { from: 'ARM_CLIENT_CERTIFICATE', pfx: Buffer.from(content, 'base64'), password };
  }
  const path = read('ARM_CLIENT_CERTIFICATE_PATH');
  if (path === undefined) return undefined;
  return {
    from: 'ARM_CLIENT_CERTIFICATE_PATH',
    pfx: readBytes('ARM_CLIENT_CERTIFICATE_PATH', path),
    password,
  };
}

function readText(variable: string, path: string): string {
  return readBytes(variable, path).toString('utf8').trim();
}

function readBytes(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw refusal(`${variable} names ${path}, which cannot be read: ${(error as Error).message}`);
  }
}

/** The environment cannot be signed in with, whatever Azure would say. */
export function refusal(message: string): AzureError {
  return new AzureError('credentials', `cannot sign in: ${message}`);
}
