import { EnvironmentStack } from '../../environments/environment-stack';
import { local } from '../../environments/local';
import { parseEnvironment } from '../../environments/schema';
import { SUBSCRIPTION_ID, type LocalAzureOptions } from '../../local/azure';
import { arm } from '../../local/test/support/clients';
import { TerraformFolder } from '../../local/test/terraform/terraform';
import { startLocalCloud, type LocalCloud } from '../../testing/local/local-cloud';
import { ensureAssets } from '../support/assets';
import { newApp, synth } from '../support/synth';

const MISSING = 'MissingSubscriptionRegistration';
const PROVIDERS = `/subscriptions/${SUBSCRIPTION_ID}/providers`;

/** The provider blocks of an environment, and of its kinds of resources one that each provider makes. */
function configuration(registerResourceProviders: boolean, azapi: object = {}): object {
  const stack = new EnvironmentStack(
    newApp(),
    parseEnvironment('environments/local.ts', { ...local, registerResourceProviders }),
  );
  const { provider } = synth(stack).json;
  const group = '${azurerm_resource_group.rg.id}';
  return {
    terraform: {
      required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
    },
    provider: { azurerm: provider.azurerm, azapi: { ...provider.azapi[0], ...azapi } },
    resource: {
      azurerm_resource_group: { rg: { name: 'rg-new', location: 'westeurope' } },
      azurerm_user_assigned_identity: {
        id: {
          name: 'id-new',
          resource_group_name: '${azurerm_resource_group.rg.name}',
          location: 'westeurope',
        },
      },
      azapi_resource: {
        acs: {
          type: 'Microsoft.Communication/communicationServices@2025-05-01',
          name: 'acs-new',
          parent_id: group,
          location: 'global',
          body: { properties: { dataLocation: 'Europe' } },
        },
      },
    },
  };
}

describe('in a subscription that has no resource provider registered', () => {
  let cloud: LocalCloud;
  let folder: TerraformFolder;
  const stateDirectory = process.env.ACS_PUSH_STATE_DIR;

  beforeAll(() => {
    ensureAssets();
    process.env.ACS_PUSH_STATE_DIR = 'state';
  });
  afterAll(() => {
    if (stateDirectory === undefined) delete process.env.ACS_PUSH_STATE_DIR;
    else process.env.ACS_PUSH_STATE_DIR = stateDirectory;
  });

  beforeEach(async () => {
    const registeredProviders: LocalAzureOptions['registeredProviders'] = [];
    cloud = await startLocalCloud({ providers: 'stand-in', registeredProviders });
    folder = new TerraformFolder(cloud.environment['TF_REATTACH_PROVIDERS']!);
  });
  afterEach(async () => {
    folder?.remove();
    await cloud?.close();
  });

  async function deploy(configured: object): Promise<string> {
    folder.write(configured);
    await folder.init();
    return folder.apply().catch((error: Error) => error.message);
  }
  async function registered(): Promise<string[]> {
    const { json } = await arm(cloud.azure, 'GET', PROVIDERS, '2022-09-01');
    return (json.value as Record<string, string>[])
      .filter(({ registrationState }) => registrationState !== 'NotRegistered')
      .map(({ namespace }) => namespace!);
  }

  test('registerResourceProviders registers what an environment needs, before anything is made', async () => {
    const [before, printed, after] = [
      await registered(),
      await deploy(configuration(true)),
      await registered(),
    ];
    expect(before).toEqual(['Microsoft.Authorization', 'Microsoft.Resources']);
    expect(printed).toContain('Apply complete! Resources: 3 added');
    const [azurerm] = (configuration(true) as any).provider.azurerm;
    expect(after).toEqual([...azurerm.resource_providers_to_register, 'Microsoft.Resources'].sort());
  });

  test('without it azurerm is refused, and azapi registers what it is refused for', async () => {
    expect(await deploy(configuration(false))).toMatch(
      new RegExp(`azurerm_user_assigned_identity[^]*${MISSING}|${MISSING}[^]*azurerm_user_assigned_identity`),
    );
    expect(await registered()).toEqual([
      'Microsoft.Authorization',
      'Microsoft.Communication',
      'Microsoft.Resources',
    ]);
  });

  test('without it azapi is refused as well when it is told to skip registration', async () => {
    const printed = await deploy(configuration(false, { skip_provider_registration: true }));
    expect(printed.match(new RegExp(`ERROR CODE: ${MISSING}`, 'g'))).toHaveLength(2);
    expect(await registered()).toEqual(['Microsoft.Authorization', 'Microsoft.Resources']);
  });
});
