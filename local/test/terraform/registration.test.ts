import { AzureTransport } from '../../terraform/azure-transport';
import { azurermProvider } from '../../terraform/azurerm';
import type { CtyObject } from '../../terraform/cty';
import { AnswerServer } from './answer-server';

describe('azurerm, before anything else,', () => {
  let azure: AnswerServer;
  let transport: AzureTransport;

  beforeEach(async () => {
    azure = await AnswerServer.start();
    transport = new AzureTransport(azure.environment);
    for (const name of [
      'Microsoft.EventGrid',
      'Microsoft.Web',
      'Microsoft.Communication',
      'Microsoft.Dashboard',
    ]) {
      azure.registrations.set(name, 'NotRegistered');
    }
    azure.registrations.set('Microsoft.Storage', 'Registered');
  });

  afterEach(async () => {
    transport.close();
    await azure.close();
  });

  async function registered(version: string, config: CtyObject): Promise<string[]> {
    await azurermProvider(azure.environment, transport, version).configure(config);
    return azure
      .take()
      .filter(({ method }) => method === 'POST')
      .map(({ path }) => path.split('/').at(-2)!)
      .sort();
  }

  test.each<[string, CtyObject, string[]]>([
    ['4.55.0', {}, ['Microsoft.EventGrid', 'Microsoft.Web']],
    ['5.2.0', {}, []],
    ['5.2.0', { resource_provider_registrations: 'extended' }, ['Microsoft.EventGrid', 'Microsoft.Web']],
    [
      '4.79.0',
      { resource_provider_registrations: 'all' },
      ['Microsoft.Dashboard', 'Microsoft.EventGrid', 'Microsoft.Web'],
    ],
    ['4.55.0', { skip_provider_registration: true }, []],
    [
      '5.2.0',
      {
        resource_providers_to_register: ['Microsoft.Communication', 'Microsoft.Storage', 'Microsoft.Unheard'],
      },
      ['Microsoft.Communication'],
    ],
  ])('registers in %s with %j what is not registered: %j', async (version, config, expected) => {
    expect(await registered(version, config)).toEqual(expected);
  });

  test('asks nothing where nothing is to be registered', async () => {
    await azurermProvider(azure.environment, transport, '5.2.0').configure({});
    expect(azure.take()).toEqual([]);
  });
});
