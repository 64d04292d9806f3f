import { AzureTransport } from '../../terraform/azure-transport';
import { azapiProvider } from '../../terraform/azapi';
import type { CtyObject } from '../../terraform/cty';
import { AnswerServer, SUBSCRIPTION } from './answer-server';

const PROVIDER = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Communication`;
const ACS = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Communication/communicationServices/acs`;
const CODE = 'MissingSubscriptionRegistration';

describe('azapi, where a resource provider is not registered,', () => {
  let azure: AnswerServer;
  let transport: AzureTransport;

  beforeEach(async () => {
    azure = await AnswerServer.start();
    transport = new AzureTransport(azure.environment);
  });
  afterEach(async () => {
    transport.close();
    await azure.close();
  });

  /** What is asked by a PUT of a resource, which is refused while `isMissing`. */
  async function put(config: CtyObject, isMissing: () => boolean, environment = {}): Promise<string[]> {
    azure.intercept = ({ path }) =>
      path === ACS && isMissing()
        ? {
            status: 409,
            body: {
              error: {
                code: CODE,
                message: '',
                details: [{ code: CODE, target: 'Microsoft.Communication' }],
              },
            },
          }
        : undefined;
    const session = await azapiProvider({ ...azure.environment, ...environment }, transport).configure(
      config,
    );
    const body = { location: 'global', properties: {} };
    const outcome = await session.client.operation('PUT', ACS, '2025-05-01', { body }).then(
      () => 'done',
      (error: { code?: string }) => String(error.code),
    );
    return [...azure.take().map(({ method, path, query }) => `${method} ${path}?${query}`), outcome];
  }
  const isMissing = () => azure.registrations.get('Microsoft.Communication') !== 'Registered';
  const asked = `PUT ${ACS}?api-version=2025-05-01`;
  const registers = [
    `POST ${PROVIDER}/register?api-version=2019-05-01`,
    `GET ${PROVIDER}?api-version=2019-05-01`,
  ];

  test('registers it, waits, and asks again', async () => {
    expect(await put({}, isMissing)).toEqual([asked, ...registers, asked, 'done']);
  });

  test('gives up when it is missing for the third time', async () => {
    const each = [asked, ...registers];
    expect(await put({}, () => true)).toEqual([...each, ...each, ...each, CODE]);
  });

  test.each<[string, CtyObject, Record<string, string>]>([
    ['the provider block', { skip_provider_registration: true }, {}],
    ['the environment', {}, { ARM_SKIP_PROVIDER_REGISTRATION: 'true' }],
  ])('registers nothing when %s says so', async (_, config, environment) => {
    expect(await put(config, isMissing, environment)).toEqual([asked, CODE]);
  });

  test('takes the word of the provider block before that of the environment', async () => {
    const environment = { ARM_SKIP_PROVIDER_REGISTRATION: 'true' };
    expect((await put({ skip_provider_registration: false }, isMissing, environment)).at(-1)).toBe('done');
  });
});
