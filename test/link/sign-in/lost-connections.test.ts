import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AzureError } from '../../../link';
import { BreakingProxy, type Fate } from '../../support/breaking-proxy';
import { BEARER, CONNECTION, type Endpoints } from './support/endpoints';
import { CERTIFICATES, PFX_PASSWORD, SECRET, SignInWorld } from './support/sign-in-world';

let world: SignInWorld;

beforeAll(async () => {
  world = await SignInWorld.start();
});
afterAll(() => world.close());

/** A service that signs in answers in no time here. */
const ANSWER_WITHIN = 300;
const oidc = { ARM_USE_OIDC: 'true' };

async function failure(environment: Record<string, string>, options = {}): Promise<unknown> {
  return world.signIn({ ...world.ids, ...environment }, options).then(
    () => 'a token',
    (error: unknown) => error,
  );
}

function expectAnother(error: unknown): void {
  expect(error).toBeInstanceOf(AzureError);
  expect(error).toMatchObject({ transient: true });
}

// What may be asked again later is told from a refusal: publishing goes on with it for ten minutes.
describe.each<[string, () => Promise<Record<string, string>>]>([
  [
    'a certificate',
    () =>
      Promise.resolve({
        ARM_CLIENT_CERTIFICATE_PATH: join(CERTIFICATES, 'aes.pfx'),
        ARM_CLIENT_CERTIFICATE_PASSWORD: PFX_PASSWORD,
      }),
  ],
  ['a secret', () => Promise.resolve({ ARM_CLIENT_SECRET: SECRET })],
  [
    'a token of OIDC',
    async () => ({ ...oidc, ARM_OIDC_TOKEN: await world.endpoints.token({ subject: 'token' }) }),
  ],
])('signing in by %s', (_, environment) => {
  it.each<Fate>(['not sent', 'answer lost', 'half an answer', 'never answered', '429', '503'])(
    'may be tried again: %s',
    async (fault) => {
      const proxy = await BreakingProxy.start(world.azure, () => fault);
      const { hostname: host, port } = new URL(proxy.url);
      try {
        const reach = {
          ca: readFileSync(world.azure.endpoints.certificateFile, 'utf8'),
          proxy: { host, port: Number(port) },
          ...(fault === 'never answered' && { answerWithin: ANSWER_WITHIN }),
        };
        expectAnother(await failure(await environment(), reach));
      } finally {
        proxy.close();
      }
    },
  );
});

describe.each<[string, (url: string) => Record<string, string>]>([
  [
    'GitHub Actions',
    (url) => ({ ...oidc, ARM_OIDC_REQUEST_URL: `${url}/github`, ARM_OIDC_REQUEST_TOKEN: BEARER }),
  ],
  [
    'Azure Pipelines',
    (url) => ({
      ...oidc,
      SYSTEM_OIDCREQUESTURI: `${url}/pipelines`,
      SYSTEM_ACCESSTOKEN: BEARER,
      ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: CONNECTION,
    }),
  ],
  [
    'a managed identity',
    (url) => ({ ARM_USE_MSI: 'true', ARM_MSI_ENDPOINT: `${url}/metadata/identity/oauth2/token` }),
  ],
])('signing in by %s', (_, environment) => {
  afterEach(() => {
    world.endpoints.fault = undefined;
  });

  it.each<NonNullable<Endpoints['fault']>>(['cut', 'half', 'held', 503])(
    'may be tried again: %s',
    async (fault) => {
      world.endpoints.fault = fault;
      const within = fault === 'held' ? { answerWithin: ANSWER_WITHIN } : {};
      expectAnother(await failure(environment(world.endpoints.url), within));
    },
  );
});
