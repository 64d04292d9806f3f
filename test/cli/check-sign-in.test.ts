import { BEARER } from '../link/sign-in/support/endpoints';
import { SECRET, SignInWorld } from '../link/sign-in/support/sign-in-world';

let world: SignInWorld;
beforeAll(async () => {
  world = await SignInWorld.start();
});
afterAll(() => world.close());

const check = (environment: Record<string, string>, ...words: string[]) =>
  world.run(['check-sign-in', ...words], environment);
/** A port of this machine that nobody listens on. */
const NOBODY = 'http://127.0.0.1:9';

describe('signed in', () => {
  test('says who, by which way, and nothing of the token', async () => {
    const { application } = world;
    const { code, out, err } = await check({ ...world.ids, ARM_CLIENT_SECRET: SECRET });
    expect([code, out, err]).toEqual([
      0,
      `signed in by client secret as ${application.objectId} (client id ${application.clientId}, tenant ${world.ids.ARM_TENANT_ID})\n`,
      '',
    ]);
  });

  test('says where azapi goes another way with the same environment', async () => {
    const both = { ARM_USE_OIDC: 'true', ARM_OIDC_TOKEN: await world.endpoints.token({ subject: 'token' }) };
    const { code, err } = await check({ ...world.ids, ...both, ARM_CLIENT_SECRET: SECRET });
    expect([code, err]).toEqual([
      0,
      'acs-push: with this environment azurerm signs in by client secret, and azapi by OIDC token: docs/signing-in.md\n',
    ]);
  });

  test.each<[string, Record<string, string>, string[], string]>([
    ['the default account', {}, [], ''],
    ['that of the tenant', { ARM_TENANT_ID: 't-1' }, [], ' --tenant t-1'],
    [
      'that of the subscription, which az does not take beside a tenant',
      { ARM_TENANT_ID: 't-1', ARM_SUBSCRIPTION_ID: 's-1' },
      [],
      ' --subscription s-1',
    ],
    [
      'that of the subscription of the resources',
      { ARM_SUBSCRIPTION_ID: 's-1' },
      ['--subscription', 's-2'],
      ' --subscription s-2',
    ],
  ])('by the Azure CLI: %s', async (_, environment, words, asked) => {
    const { code, out } = await check({ ...(await world.loggedIn()), ...environment }, '--json', ...words);
    expect([code, JSON.parse(out)]).toMatchObject([0, { way: 'Azure CLI' }]);
    expect(world.azCalls().at(-1)).toBe(
      `account get-access-token --output json --resource https://management.azure.com${asked}`,
    );
  });

  // The SDK looks once in a process for where the identity is.
  test.each<[string, () => Record<string, string>]>([
    ['of the machine', () => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: world.endpoints.url })],
    ['of an App Service', () => world.identityEndpoint],
    [
      'where ARM_MSI_ENDPOINT says',
      () => ({ ARM_MSI_ENDPOINT: `${world.endpoints.url}/metadata/identity/oauth2/token` }),
    ],
  ])('by the managed identity %s: the one there is, or by client id', async (_, environment) => {
    const [first, second] = world.identities;
    const whoWith = async (over: Record<string, string>) => {
      const { out } = await check({ ARM_USE_MSI: 'true', ...environment(), ...over }, '--json');
      return JSON.parse(out) as unknown;
    };
    const way = 'managed identity';
    expect(await whoWith({})).toMatchObject({ way, clientId: first.clientId });
    expect(await whoWith({ ARM_CLIENT_ID: second.clientId })).toMatchObject({
      way,
      clientId: second.clientId,
    });
  });

  test('by the Azure CLI, before the variables of the Azure SDKs and behind a managed identity', async () => {
    const cli = await world.loggedIn();
    const { ARM_TENANT_ID: AZURE_TENANT_ID, ARM_CLIENT_ID: AZURE_CLIENT_ID } = world.ids as Record<
      string,
      string
    >;
    const sdk = {
      AZURE_TENANT_ID: AZURE_TENANT_ID!,
      AZURE_CLIENT_ID: AZURE_CLIENT_ID!,
      AZURE_CLIENT_SECRET: SECRET,
    };
    const machine = { AZURE_POD_IDENTITY_AUTHORITY_HOST: world.endpoints.url };
    const all = { ...cli, ...sdk, ...machine };
    const wayWith = async (environment: Record<string, string>) => {
      const { out } = await check({ ...all, ...environment }, '--json');
      return (JSON.parse(out) as { way: string }).way;
    };
    expect(await wayWith({})).toBe('Azure CLI');
    expect(await wayWith({ ARM_USE_MSI: 'false' })).toBe('Azure CLI');
    expect(await wayWith({ ARM_USE_MSI: 'true' })).toBe('managed identity');
    expect(await wayWith({ ARM_USE_CLI: 'false' })).toContain('AZURE_CLIENT_SECRET');
  });
});

test("nothing that proves who one is gets into the SDK's log at its loudest", async () => {
  const loud = { ...world.ids, AZURE_LOG_LEVEL: 'verbose' };
  const token = await world.endpoints.token({ subject: 'token' });
  const oidc = { ...loud, ARM_USE_OIDC: 'true' };
  const runs = [
    await check({ ...loud, ARM_CLIENT_SECRET: SECRET }),
    await check({ ...loud, ARM_CLIENT_SECRET: 'a-wrong-secret' }),
    await check({ ...oidc, ARM_OIDC_TOKEN: token }),
    await check({
      ...oidc,
      ARM_OIDC_REQUEST_URL: `${world.endpoints.url}/github`,
      ARM_OIDC_REQUEST_TOKEN: BEARER,
    }),
    await check({ ...loud, ARM_USE_MSI: 'true', ...world.identityEndpoint }),
  ];
  const written = runs.map(({ out, err }) => out + err).join('');
  expect(runs.map(({ code }) => code)).toEqual([0, 2, 0, 0, 0]);
  expect(written).toContain('azure:core-rest-pipeline');
  const secrets = [SECRET, 'a-wrong-secret', BEARER, token, world.identityEndpoint.IDENTITY_HEADER!];
  for (const secret of secrets) expect(written.includes(secret)).toBe(false);
  expect(written).not.toMatch(/eyJ[\w-]{20,}\./);
});

describe('nobody to sign in as: exit code 2', () => {
  test('says every way that was tried, and what is missing of one that is half there', async () => {
    const { code, err } = await check({ ARM_CLIENT_SECRET: SECRET });
    expect(code).toBe(2);
    expect(err).toContain('no credentials for Azure; tried: Azure CLI: Azure CLI could not be found');
    expect(err).toContain('client secret: ARM_TENANT_ID and ARM_CLIENT_ID missing');
    expect(err).toContain("sign in with 'az login'");
  });

  test('an Azure CLI that nobody is logged in to', async () => {
    const az = world.az(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`);
    const { code, err } = await check(az);
    expect([code, err]).toEqual([2, expect.stringContaining("Please run 'az login'")]);
  });
});

describe('a sign-in that is refused: exit code 2, and which', () => {
  test.each<[string, () => Promise<Record<string, string>>, string]>([
    [
      'a wrong secret',
      async () => ({ ARM_CLIENT_SECRET: 'guessed' }),
      "cannot sign in by client secret: AADSTS7000215: wrong client secret for application '%id'; give the secret's value, not its id",
    ],
    [
      'a federated token that has expired',
      async () => ({
        ARM_USE_OIDC: 'true',
        ARM_OIDC_TOKEN: await world.endpoints.token({ subject: 'token', expires: '-1h' }),
      }),
      'cannot sign in by OIDC token: AADSTS700024: the assertion is not within its valid time; the token is too old',
    ],
    [
      'an OIDC endpoint that does not know the bearer',
      async () => ({
        ARM_USE_OIDC: 'true',
        ARM_OIDC_REQUEST_URL: `${world.endpoints.url}/github`,
        ARM_OIDC_REQUEST_TOKEN: `not-${BEARER}`,
      }),
      'cannot sign in by OIDC of GitHub Actions: 127.0.0.1:%port answered 401',
    ],
    [
      'a managed identity that the machine does not have',
      async () => ({ ARM_USE_MSI: 'true', AZURE_POD_IDENTITY_AUTHORITY_HOST: world.endpoints.url }),
      'cannot sign in by managed identity: 127.0.0.1:%port answered 400',
    ],
  ])('%s', async (_, environment, message) => {
    const { code, err } = await check({ ...world.ids, ...(await environment()) });
    const expected = message
      .replace('%id', world.application.clientId)
      .replace('%port', new URL(world.endpoints.url).port);
    expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
  });
});

describe('a sign-in that cannot be reached: exit code 3, and the host', () => {
  test.each<[string, () => Record<string, string>, string]>([
    [
      'Microsoft Entra',
      () => ({ ARM_CLIENT_SECRET: SECRET, HTTPS_PROXY: NOBODY, https_proxy: NOBODY }),
      'cannot sign in by client secret: login.microsoftonline.com cannot be reached (ECONNREFUSED)',
    ],
    [
      'the OIDC endpoint',
      () => ({ ARM_USE_OIDC: 'true', ARM_OIDC_REQUEST_URL: NOBODY, ARM_OIDC_REQUEST_TOKEN: BEARER }),
      'cannot sign in by OIDC of GitHub Actions: 127.0.0.1:9 cannot be reached (ECONNREFUSED)',
    ],
    [
      'the instance metadata',
      () => ({ ARM_USE_MSI: 'true', AZURE_POD_IDENTITY_AUTHORITY_HOST: NOBODY }),
      'cannot sign in by managed identity: 127.0.0.1:9 cannot be reached (ECONNREFUSED)',
    ],
    [
      'the endpoint of a managed identity that ARM_MSI_ENDPOINT names',
      () => ({ ARM_USE_MSI: 'true', ARM_MSI_ENDPOINT: `${NOBODY}/token` }),
      'cannot sign in by managed identity: 127.0.0.1:9 cannot be reached (ECONNREFUSED)',
    ],
    [
      'Azure, by an Azure CLI that is offline',
      () =>
        world.az(
          `echo "ERROR: HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded with url: /t/oauth2/v2.0/token (Caused by NewConnectionError('Failed to establish a new connection: [Errno -2] Name or service not known'))" >&2; exit 1`,
        ),
      'cannot sign in by Azure CLI: login.microsoftonline.com cannot be reached (Max retries exceeded)',
    ],
    [
      'the rest of an answer, by an Azure CLI',
      () =>
        world.az(
          `echo "ERROR: ('Connection broken: IncompleteRead(120 bytes read, 400 more expected)', IncompleteRead(120 bytes read, 400 more expected))" >&2; exit 1`,
        ),
      'cannot sign in by Azure CLI: the sign-in cannot be reached (Connection broken)',
    ],
    [
      'Azure, by an Azure CLI whose connection is reset',
      () => world.az(`echo "ERROR: [Errno 104] Connection reset by peer" >&2; exit 1`),
      'cannot sign in by Azure CLI: the sign-in cannot be reached (Connection reset by peer)',
    ],
  ])('%s', async (_, environment, message) => {
    const { code, err } = await check({ ...world.ids, ...environment() });
    expect([code, err]).toEqual([3, expect.stringContaining(message)]);
  });
});
