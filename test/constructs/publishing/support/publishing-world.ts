import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../local/azure';
import { arm } from '../../../../local/test/support/clients';
import { packageOf } from '../../../../local/test/azure/services/web/function-package';

const PROVIDERS = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-web/providers`;
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stpublish`;
const PLAN = `${PROVIDERS}/Microsoft.Web/serverFarms/asp-web`;
const WEB = '2023-12-01';
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';

export const HOST = 'func-web.azurewebsites.net';
export const SITE = `${PROVIDERS}/Microsoft.Web/sites/func-web`;
export const SCM = 'func-web.scm.azurewebsites.net';
/** What publishing asks, in order, when it signs in with a secret. */
export const TOKEN = 'POST login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token';
export const PUBLISH = `POST ${SCM}/api/publish`;
export const POLL = `GET ${SCM}/api/deployments/latest`;

/** Local Azure with a Function App on Flex Consumption without code, as a deploy has it when it publishes. */
export class PublishingWorld {
  private constructor(
    readonly azure: LocalAzure,
    private readonly folder: string,
  ) {}

  /** Path of a zip with one function, `events`. */
  get zip(): string {
    return join(this.folder, 'app.zip');
  }

  static async start(): Promise<PublishingWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'publish-'));
    const azure = await startLocalAzure({ stateDir: folder });
    const location = 'westeurope';
    const put = (id: string, version: string, body: object) => arm(azure, 'PUT', id, version, body);
    await put(PROVIDERS.replace('/providers', ''), '2023-07-01', { location });
    const { json } = await put(IDENTITY, '2024-11-30', { location });
    await put(ACCOUNT, '2023-05-01', { location, properties: { allowSharedKeyAccess: false } });
    await put(`${ACCOUNT}/blobServices/default/containers/releases`, '2023-05-01', { properties: {} });
    const role = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001`;
    await put(role, '2022-04-01', {
      properties: {
        principalId: json.properties.principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_OWNER}`,
      },
    });
    await put(PLAN, WEB, { location, sku: { name: 'FC1' }, properties: { reserved: true } });
    await put(SITE, WEB, {
      location,
      kind: 'functionapp,linux',
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
      properties: {
        serverFarmId: PLAN,
        functionAppConfig: {
          deployment: {
            storage: {
              type: 'blobContainer',
              value: 'https://stpublish.blob.core.windows.net/releases',
              authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: IDENTITY },
            },
          },
          runtime: { name: 'node', version: '22' },
        },
      },
    });
    const app = `import { app } from '@azure/functions'; app.eventGrid('events', { handler: () => undefined });`;
    const world = new PublishingWorld(azure, folder);
    writeFileSync(world.zip, await packageOf(app));
    return world;
  }

  async close(): Promise<void> {
    await this.azure.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Whether the app has the function of the zip. */
  async hasCode(): Promise<boolean> {
    return (await arm(this.azure, 'GET', `${SITE}/functions/events`, WEB)).status === 200;
  }
}
