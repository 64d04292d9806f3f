import type { DataSourceHandler } from '../provider';
import type { AzurermSession } from './resource';

/** `data "azurerm_client_config"`: who is signed in. */
export const clientConfigData: DataSourceHandler<AzurermSession> = {
  async read(config, { client }) {
    const { clientId, subscriptionId, tenantId } = client.credentials;
    const objectId = await client.objectId();
    const text = `clientConfigs/clientId=${clientId};objectId=${objectId};subscriptionId=${subscriptionId};tenantId=${tenantId}`;
    return {
      ...config,
      id: Buffer.from(text).toString('base64'),
      client_id: clientId,
      object_id: objectId,
      subscription_id: subscriptionId,
      tenant_id: tenantId,
    };
  },
};
