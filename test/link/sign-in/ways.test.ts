import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AzureError, credentialFrom } from '../../../link';
import { BEARER, CONNECTION } from './support/endpoints';
import { CERTIFICATES, PFX_PASSWORD, SECRET, SignInWorld } from './support/sign-in-world';

let world: SignInWorld;
/** Each of them is enough by itself, beside the ids of the application. */
let way: Record<
  | 'certificate'
  | 'certificateInVariable'
  | 'secret'
  | 'secretInFile'
  | 'token'
  | 'tokenInFile'
  | 'kubernetes'
  | 'pipelines'
  | 'pipelinesOfAzapi'
  | 'github'
  | 'githubOfArm'
  | 'machine',
  Record<string, string>
>;

beforeAll(async () => {
  world = await SignInWorld.start();
  const token = await world.endpoints.token({ subject: 'token' });
  const { url } = world.endpoints;
  const pfx = join(CERTIFICATES, 'aes.pfx');
  const certificatePassword = { ARM_CLIENT_CERTIFICATE_PASSWORD: PFX_PASSWORD };
  const oidc = { ARM_USE_OIDC: 'true' };
  way = {
    certificate: { ...certificatePassword, ARM_CLIENT_CERTIFICATE_PATH: pfx },
    certificateInVariable: {
      ...certificatePassword,
      ARM_CLIENT_CERTIFICATE: readFileSync(pfx).toString('base64'),
    },
    secret: { ARM_CLIENT_SECRET: SECRET },
    secretInFile: { ARM_CLIENT_SECRET_FILE_PATH: world.file('secret', `${SECRET}\n`) },
    token: { ...oidc, ARM_OIDC_TOKEN: token },
    tokenInFile: { ...oidc, ARM_OIDC_TOKEN_FILE_PATH: world.file('token', `${token}\n`) },
    kubernetes: {
      ARM_USE_AKS_WORKLOAD_IDENTITY: 'true',
      AZURE_FEDERATED_TOKEN_FILE: world.file('federated', token),
      AZURE_TENANT_ID: world.ids.ARM_TENANT_ID!,
      AZURE_CLIENT_ID: world.application.clientId,
    },
    pipelines: {
      ...oidc,
      SYSTEM_OIDCREQUESTURI: `${url}/pipelines`,
      SYSTEM_ACCESSTOKEN: BEARER,
      ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: CONNECTION,
    },
    pipelinesOfAzapi: {
      ...oidc,
      ARM_OIDC_REQUEST_URL: `${url}/pipelines`,
      ARM_OIDC_REQUEST_TOKEN: BEARER,
      ARM_OIDC_AZURE_SERVICE_CONNECTION_ID: CONNECTION,
    },
    github: {
      ...oidc,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
    },
    githubOfArm: { ...oidc, ARM_OIDC_REQUEST_URL: `${url}/github`, ARM_OIDC_REQUEST_TOKEN: BEARER },
    machine: { ARM_USE_MSI: 'true', ARM_MSI_ENDPOINT: `${url}/metadata/identity/oauth2/token` },
  };
});
afterAll(() => world.close());

type WayName = keyof typeof way;

describe('each way brings a token for the one it is for', () => {
  test.each<[WayName, string]>([
    ['certificate', 'client certificate'],
    ['certificateInVariable', 'client certificate'],
    ['secret', 'client secret'],
    ['secretInFile', 'client secret'],
    ['token', 'OIDC token'],
    ['tokenInFile', 'OIDC token'],
    ['pipelines', 'OIDC of Azure Pipelines'],
    ['pipelinesOfAzapi', 'OIDC of Azure Pipelines'],
    ['github', 'OIDC of GitHub Actions'],
    ['githubOfArm', 'OIDC of GitHub Actions'],
  ])('%s, for the application', async (name, taken) => {
    expect(await world.signIn({ ...world.ids, ...way[name] })).toEqual({
      who: world.application.clientId,
      way: taken,
      audience: 'https://management.azure.com',
    });
  });

  test('kubernetes, whose ids come by the variables of AKS', async () => {
    expect(await world.signIn(way.kubernetes)).toMatchObject({
      who: world.application.clientId,
      way: 'OIDC token',
    });
  });

  test('the client id may lie in a file', async () => {
    const { ARM_TENANT_ID } = world.ids;
    const ARM_CLIENT_ID_FILE_PATH = world.file('client-id', `${world.application.clientId}\n`);
    const { who } = await world.signIn({
      ARM_TENANT_ID: ARM_TENANT_ID!,
      ARM_CLIENT_ID_FILE_PATH,
      ...way.secret,
    });
    expect(who).toBe(world.application.clientId);
  });

  test('the variables of the Azure SDKs, where no way of the providers leads anywhere', async () => {
    const { ARM_TENANT_ID: AZURE_TENANT_ID, ARM_CLIENT_ID: AZURE_CLIENT_ID } = world.ids;
    const sdk = {
      AZURE_TENANT_ID: AZURE_TENANT_ID!,
      AZURE_CLIENT_ID: AZURE_CLIENT_ID!,
      AZURE_CLIENT_SECRET: SECRET,
    };
    expect((await world.signIn(sdk)).who).toBe(world.application.clientId);
  });

  test('a token although ARM_USE_OIDC is not set, which a provider block may say for it', async () => {
    const { ARM_USE_OIDC: _, ...token } = way.token;
    expect(await world.signIn({ ...world.ids, ...token })).toMatchObject({
      who: world.application.clientId,
      way: 'OIDC token, without ARM_USE_OIDC',
    });
  });
});

describe("of several ways azurerm's first is taken", () => {
  test.each<[WayName, WayName[], string]>([
    ['certificate', ['secret', 'token', 'pipelines', 'machine'], 'client certificate'],
    ['secret', ['token', 'pipelines', 'github', 'machine'], 'client secret'],
    ['token', ['pipelines', 'github', 'machine'], 'OIDC token'],
    ['pipelines', ['githubOfArm', 'machine'], 'OIDC of Azure Pipelines'],
    ['github', ['machine'], 'OIDC of GitHub Actions'],
  ])('%s, before %j', async (first, others, taken) => {
    const all = Object.assign({}, ...others.map((name) => way[name]), way[first]) as Record<string, string>;
    if (first === 'pipelines') all.ARM_OIDC_REQUEST_URL = `${world.endpoints.url}/pipelines`;
    expect((await world.signIn({ ...world.ids, ...all })).way).toBe(taken);
  });

  test('ARM_OIDC_REQUEST_URL goes before that of GitHub, and that before that of Azure Pipelines', async () => {
    const nowhere = 'http://127.0.0.1:9/nowhere';
    const { url } = world.endpoints;
    const bearers = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong', ARM_OIDC_REQUEST_TOKEN: BEARER };
    const urls = { ACTIONS_ID_TOKEN_REQUEST_URL: nowhere, ARM_OIDC_REQUEST_URL: `${url}/github` };
    const base = { ...world.ids, ARM_USE_OIDC: '1', SYSTEM_OIDCREQUESTURI: nowhere };
    expect((await world.signIn({ ...base, ...bearers, ...urls })).way).toBe('OIDC of GitHub Actions');
  });

  test('a way that fails is not followed by another', async () => {
    await expect(world.signIn({ ...world.ids, ...way.token, ARM_CLIENT_SECRET: 'wrong' })).rejects.toThrow(
      'cannot sign in by client secret: AADSTS7000215',
    );
  });

  test('ARM_USE_OIDC set to false leaves OIDC out', async () => {
    const asked = { ...world.ids, ARM_CLIENT_ID: world.identities[1].clientId };
    const all = { ...asked, ...way.machine, ...way.token, ARM_USE_OIDC: 'false' };
    expect((await world.signIn(all)).way).toBe('managed identity');
  });
});

describe('an environment that cannot be signed in with is refused before anything is asked', () => {
  const refused = async (environment: Record<string, string>) => {
    const before = world.endpoints.asked.length;
    const error = await world.signIn({ ...world.ids, ...environment }).catch((thrown: unknown) => thrown);
    expect(world.endpoints.asked.length).toBe(before);
    expect(error).toBeInstanceOf(AzureError);
    expect((error as AzureError).kind).toBe('credentials');
    return (error as AzureError).message;
  };

  test.each([
    ['ARM_ENVIRONMENT', 'usgovernment'],
    ['ARM_ENVIRONMENT', 'china'],
    ['ARM_METADATA_HOSTNAME', 'management.chinacloudapi.cn'],
    ['ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST', 'https://login.microsoftonline.us/'],
    ['ARM_RESOURCE_MANAGER_ENDPOINT', 'https://management.usgovcloudapi.net'],
  ])('another cloud: %s=%s', async (name, value) => {
    expect(await refused({ ...way.secret, [name]: value })).toBe(
      `cannot sign in: ${name} is '${value}', and only the public cloud of Azure is supported; unset it, or set it to '${
        {
          ARM_ENVIRONMENT: 'public',
          ARM_METADATA_HOSTNAME: 'management.azure.com',
          ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST: 'https://login.microsoftonline.com',
          ARM_RESOURCE_MANAGER_ENDPOINT: 'https://management.azure.com',
        }[name]
      }'`,
    );
  });

  test('not the public cloud by its other names', async () => {
    const named = {
      ARM_ENVIRONMENT: 'Global',
      ARM_RESOURCE_MANAGER_ENDPOINT: 'https://management.azure.com/',
    };
    expect((await world.signIn({ ...world.ids, ...way.secret, ...named })).way).toBe('client secret');
  });

  test('a switch that is neither true nor false', async () => {
    expect(await refused({ ARM_USE_OIDC: 'yes' })).toBe(
      "cannot sign in: ARM_USE_OIDC takes true or false, got 'yes'",
    );
  });

  test.each<[string, () => Record<string, string>, string]>([
    [
      'a secret and a file with another',
      () => ({ ...way.secret, ARM_CLIENT_SECRET_FILE_PATH: world.file('other', 'another') }),
      'ARM_CLIENT_SECRET and ARM_CLIENT_SECRET_FILE_PATH differ about the client secret',
    ],
    [
      'a token and a file with another',
      () => ({ ...way.token, ARM_OIDC_TOKEN_FILE_PATH: world.file('other', 'another') }),
      'ARM_OIDC_TOKEN and ARM_OIDC_TOKEN_FILE_PATH differ about the OIDC token',
    ],
    [
      'a client id that AKS contradicts',
      () => ({ ...way.kubernetes, AZURE_CLIENT_ID: 'another' }),
      'ARM_CLIENT_ID and AZURE_CLIENT_ID differ about the client id',
    ],
    [
      'a file that is not there',
      () => ({ ARM_CLIENT_SECRET_FILE_PATH: '/nowhere/secret' }),
      'ARM_CLIENT_SECRET_FILE_PATH names /nowhere/secret, which cannot be read: ENOENT',
    ],
    [
      'a certificate that is no base64',
      () => ({ ARM_CLIENT_CERTIFICATE: '-----BEGIN CERTIFICATE-----' }),
      'ARM_CLIENT_CERTIFICATE takes a PKCS#12 bundle (.pfx) in base64; this is no base64',
    ],
    [
      'a certificate with another password',
      () => ({ ...way.certificate, ARM_CLIENT_CERTIFICATE_PASSWORD: 'guessed' }),
      'ARM_CLIENT_CERTIFICATE_PATH (password: ARM_CLIENT_CERTIFICATE_PASSWORD) cannot be used: its password is another one',
    ],
  ])('%s', async (_, environment, message) => {
    expect(await refused(environment())).toContain(message);
  });
});

test('a service that takes the request and never answers is the network, too', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const environment = { ARM_USE_MSI: 'true', ARM_MSI_ENDPOINT: `http://127.0.0.1:${port}` };
  const error = await world.signIn(environment, { answerWithin: 50 }).catch((thrown: unknown) => thrown);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  expect(error).toMatchObject({
    kind: 'network',
    message: `cannot sign in by managed identity: 127.0.0.1:${port} cannot be reached (no answer within 0.05 s)`,
  });
});

test('a sign-in that somebody stops is an abort, not the network', async () => {
  const stopped = AbortSignal.abort();
  const credential = credentialFrom(world.set({ ...world.ids, ...way.secret }));
  const asked = credential.getToken('https://management.azure.com/.default', { abortSignal: stopped });
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});
