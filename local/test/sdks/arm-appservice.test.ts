import { WebSiteManagementClient, type FunctionEnvelope, type Site } from '@azure/arm-appservice';
import { arm, send, tokenOf } from '../support/clients';
import { ACCOUNT_ID, GROUP } from '../support/harness';
import { packageOf } from '../azure/services/web/function-package';
import { all, GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';

const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const APP = `
import { app } from '@azure/functions';
app.http('look', { authLevel: 'anonymous', handler: () => ({ jsonBody: { colour: process.env.COLOUR } }) });
`;

describe('@azure/arm-appservice', () => {
  let cloud: SdkCloud;
  let client: WebSiteManagementClient;
  let serverFarmId: string;

  beforeAll(async () => {
    cloud = await startSdkCloud();
    client = new WebSiteManagementClient(cloud.credential, cloud.subscriptionId, cloud.options);
    const { json } = await arm(cloud.azure, 'PUT', IDENTITY, '2024-11-30', { location: 'westeurope' });
    await arm(cloud.azure, 'PUT', ACCOUNT_ID, '2023-05-01', { location: 'westeurope', properties: {} });
    await arm(cloud.azure, 'PUT', `${ACCOUNT_ID}/blobServices/default/containers/releases`, '2023-05-01', {
      properties: {},
    });
    const role = `${ACCOUNT_ID}/providers/Microsoft.Authorization/roleAssignments/0a0b0c0d-0000-4000-8000-000000000001`;
    await arm(cloud.azure, 'PUT', role, '2022-04-01', {
      properties: {
        principalId: json.properties.principalId,
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_OWNER}`,
      },
    });
    const plan = await client.appServicePlans.beginCreateOrUpdateAndWait(GROUP_NAME, 'asp-sdk', {
      location: 'westeurope',
      kind: 'functionapp',
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      reserved: true,
    });
    serverFarmId = plan.id!;
    await client.webApps.beginCreateOrUpdateAndWait(GROUP_NAME, 'func-sdk', site());
  });
  afterAll(async () => cloud?.azure.close());

  const site = (): Site => ({
    location: 'westeurope',
    kind: 'functionapp,linux',
    serverFarmId,
    httpsOnly: true,
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer',
          value: 'https://sttest.blob.core.windows.net/releases',
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: IDENTITY },
        },
      },
      runtime: { name: 'node', version: '22' },
      scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40 },
    },
    siteConfig: { minTlsVersion: '1.2', appSettings: [{ name: 'COLOUR', value: 'red' }] },
  });

  test('plans: read, listed, kept while an app is on them', async () => {
    expect(await client.appServicePlans.get(GROUP_NAME, 'asp-sdk')).toMatchObject({
      kind: 'functionapp',
      sku: { name: 'FC1' },
      reserved: true,
      provisioningState: 'Succeeded',
    });
    expect(await namesOf(client.appServicePlans.listByResourceGroup(GROUP_NAME))).toEqual(['asp-sdk']);
    await expect(client.appServicePlans.delete(GROUP_NAME, 'asp-sdk')).rejects.toMatchObject({
      statusCode: 409,
    });
  });

  test('apps: read, tagged, listed', async () => {
    expect(await client.webApps.get(GROUP_NAME, 'func-sdk')).toMatchObject({
      name: 'func-sdk',
      kind: 'functionapp,linux',
      state: 'Running',
      serverFarmId,
      httpsOnly: true,
      defaultHostName: 'func-sdk.azurewebsites.net',
      functionAppConfig: { runtime: { name: 'node', version: '22' } },
      identity: { userAssignedIdentities: { [IDENTITY]: { clientId: expect.any(String) } } },
    });
    await client.webApps.update(GROUP_NAME, 'func-sdk', { clientCertEnabled: true });
    expect(await client.webApps.get(GROUP_NAME, 'func-sdk')).toMatchObject({ clientCertEnabled: true });
    expect(await namesOf(client.webApps.listByResourceGroup(GROUP_NAME))).toEqual(['func-sdk']);
    expect(await namesOf(client.webApps.list())).toEqual(['func-sdk']);
    expect(await client.checkNameAvailability('func-sdk', 'Site')).toMatchObject({
      nameAvailable: false,
      reason: 'AlreadyExists',
    });
  });

  test('settings, configuration and who may publish by password', async () => {
    expect((await client.webApps.listApplicationSettings(GROUP_NAME, 'func-sdk')).properties).toEqual({
      COLOUR: 'red',
    });
    const properties = { COLOUR: 'blue', OTHER: 'x' };
    await client.webApps.updateApplicationSettings(GROUP_NAME, 'func-sdk', { properties });
    expect((await client.webApps.listApplicationSettings(GROUP_NAME, 'func-sdk')).properties).toEqual(
      properties,
    );
    expect((await client.webApps.listConnectionStrings(GROUP_NAME, 'func-sdk')).properties).toEqual({});

    await client.webApps.updateConfiguration(GROUP_NAME, 'func-sdk', { http20Enabled: true });
    expect(await client.webApps.getConfiguration(GROUP_NAME, 'func-sdk')).toMatchObject({
      minTlsVersion: '1.2',
      http20Enabled: true,
    });
    await client.webApps.updateScmAllowed(GROUP_NAME, 'func-sdk', { allow: false });
    expect((await client.webApps.getScmAllowed(GROUP_NAME, 'func-sdk')).allow).toBe(false);
  });

  test('functions are listed with their keys once a package is published', async () => {
    expect(await all(client.webApps.listFunctions(GROUP_NAME, 'func-sdk'))).toEqual([]);
    await publish();
    const look = await firstFunction();
    expect(look).toMatchObject({
      name: 'func-sdk/look',
      language: 'node',
      invokeUrlTemplate: 'https://func-sdk.azurewebsites.net/api/look',
    });
    expect(await client.webApps.getFunction(GROUP_NAME, 'func-sdk', 'look')).toMatchObject({
      name: 'func-sdk/look',
    });
    expect(await client.webApps.listHostKeys(GROUP_NAME, 'func-sdk')).toMatchObject({
      masterKey: expect.any(String),
      functionKeys: { default: expect.any(String) },
    });
    // Azure answers with the keys alone (azure-rest-api-specs#12889), where the SDK reads a resource with properties.
    let keys: unknown;
    const onResponse = ({ bodyAsText }: { bodyAsText?: string | null }) => (keys = JSON.parse(bodyAsText!));
    await client.webApps.listFunctionKeys(GROUP_NAME, 'func-sdk', 'look', { onResponse });
    expect(keys).toEqual({ default: expect.any(String) });
    const { json } = await send(cloud.azure, 'GET', look.invokeUrlTemplate!);
    expect(json).toEqual({ colour: 'blue' });
    await client.webApps.restart(GROUP_NAME, 'func-sdk');
    await client.webApps.syncFunctionTriggers(GROUP_NAME, 'func-sdk');
  });

  test('deletes the app, and then the plan', async () => {
    await client.webApps.delete(GROUP_NAME, 'func-sdk');
    await expect(client.webApps.get(GROUP_NAME, 'func-sdk')).rejects.toMatchObject({ statusCode: 404 });
    await client.appServicePlans.delete(GROUP_NAME, 'asp-sdk');
    expect(await all(client.appServicePlans.list())).toEqual([]);
  });

  /** The host tells of its functions once it has started. */
  async function firstFunction(): Promise<FunctionEnvelope> {
    for (;;) {
      const [first] = await all(client.webApps.listFunctions(GROUP_NAME, 'func-sdk'));
      if (first) return first;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function publish(): Promise<void> {
    const scm = 'https://func-sdk.scm.azurewebsites.net/api';
    const token = await tokenOf(cloud.azure);
    await send(cloud.azure, 'POST', `${scm}/publish?RemoteBuild=false`, {
      token,
      headers: { 'content-type': 'application/zip' },
      body: await packageOf(APP),
    });
    for (;;) {
      const { json } = await send(cloud.azure, 'GET', `${scm}/deployments/latest`, { token });
      if (json.complete) {
        expect(json).toMatchObject({ status: 4 });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
