import { SUBSCRIPTION, type AnswerServer } from './answer-server';
import { openStandIns, type StandIns } from './stand-ins';
import type { TerraformFolder } from './terraform';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-acs`;
const SERVICE = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-lab`;
const NAMESPACE = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns-lab`;
const HUB = `${NAMESPACE}/notificationHubs/hub-lab`;
const APNS = {
  endpoint: 'https://api.push.apple.com:443/3/device',
  appName: 'com.contoso.app',
  keyId: 'ABC123DEFG',
  appId: 'TEAM123456',
  token: 'PEM',
};

function chain(tag: string): object {
  const group = { resource_group_name: 'rg-acs' };
  return {
    terraform: { required_providers: { azurerm: { source: 'hashicorp/azurerm' } } },
    provider: { azurerm: { features: {} } },
    resource: {
      azurerm_communication_service: {
        acs: { ...group, name: 'acs-lab', data_location: 'Europe', tags: { t: tag } },
      },
      azurerm_notification_hub_namespace: {
        ns: {
          ...group,
          name: 'nhns-lab',
          location: 'westeurope',
          namespace_type: 'NotificationHub',
          sku_name: 'Free',
        },
      },
      azurerm_notification_hub: {
        hub: {
          ...group,
          name: 'hub-lab',
          namespace_name: '${azurerm_notification_hub_namespace.ns.name}',
          location: 'westeurope',
          tags: { t: tag },
          apns_credential: {
            application_mode: 'Production',
            bundle_id: APNS.appName,
            key_id: APNS.keyId,
            team_id: APNS.appId,
            token: APNS.token,
          },
        },
      },
    },
  };
}

describe("azurerm's own chain of resource, namespace and hub", () => {
  let azure: AnswerServer;
  let standIns: StandIns;
  let folder: TerraformFolder;

  beforeEach(async () => {
    standIns = await openStandIns();
    ({ azure, folder } = standIns);
    azure.resources.set(GROUP.toLowerCase(), { id: GROUP, name: 'rg-acs', location: 'westeurope' });
    azure.intercept = ({ method, path }) => {
      if (method !== 'POST') return undefined;
      if (path.endsWith('/pnsCredentials')) {
        return { status: 200, body: { properties: { apnsCredential: { properties: APNS } } } };
      }
      const keys = { primaryKey: 'p', secondaryKey: 's' };
      const strings = { primaryConnectionString: 'endpoint=p', secondaryConnectionString: 'endpoint=s' };
      return path.endsWith('/listKeys') ? { status: 200, body: { ...keys, ...strings } } : undefined;
    };
  });

  afterEach(() => standIns.close());

  const asked = (method: string) =>
    azure
      .take()
      .filter((request) => request.method === method)
      .map(({ path, query, body }) => ({ path, apiVersion: query.get('api-version'), body }))
      .sort((a, b) => a.path.localeCompare(b.path));

  const hub = (tag: string) => ({
    path: HUB,
    apiVersion: '2023-09-01',
    body: {
      location: 'westeurope',
      properties: { apnsCredential: { properties: APNS } },
      tags: { t: tag },
    },
  });

  // The bodies were recorded of azurerm 4.55, but for the credential, which its record has not.
  it('is written, changed and deleted by the requests of the real one', async () => {
    folder.write(chain('a'));
    await folder.init();
    await folder.apply();
    expect(asked('PUT')).toEqual([
      {
        path: SERVICE,
        apiVersion: '2023-03-31',
        body: { location: 'global', properties: { dataLocation: 'Europe' }, tags: { t: 'a' } },
      },
      {
        path: NAMESPACE,
        apiVersion: '2023-09-01',
        body: {
          location: 'westeurope',
          properties: {
            enabled: true,
            namespaceType: 'NotificationHub',
            replicationRegion: 'default',
            zoneRedundancy: 'Disabled',
          },
          sku: { name: 'Free' },
          tags: {},
        },
      },
      hub('a'),
    ]);

    folder.write(chain('b'));
    await folder.apply();
    const [service, ...others] = asked('PUT');
    expect(service).toMatchObject({ path: SERVICE, body: { id: SERVICE, tags: { t: 'b' } } });
    expect(others).toEqual([hub('b')]);

    await folder.destroy();
    expect(asked('DELETE').map(({ path }) => path)).toEqual([SERVICE, NAMESPACE, HUB]);
  });
});
