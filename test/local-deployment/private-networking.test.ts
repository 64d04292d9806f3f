import { SUBSCRIPTION_ID } from '../../local/azure';
import type { Deployment } from '../../local/runner/deployment';
import { APP_SUBNET, PRIVATE } from '../support/network';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

let bench: Bench;
let deployment: Deployment;

beforeAll(async () => {
  bench = await openBench();
  deployment = bench.changed({
    privateNetworking: PRIVATE,
    events: {
      target: 'relay',
      devicesApi: { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://contoso-devices' },
    },
  });
  await deployment.deploy();
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

const kept = (type: string) => bench.cloud.azure.context.store.list({ type });
const ENDPOINTS = 'Microsoft.Network/privateEndpoints';

describe('a stack in a private network, deployed', () => {
  it('has an endpoint for each app and each closed account, with its address in a zone', () => {
    const leads = kept(ENDPOINTS).map(({ name, properties }) => {
      const [connection] = properties.privateLinkServiceConnections as {
        properties: { groupIds: string[]; privateLinkServiceConnectionState: { status: string } };
      }[];
      const { groupIds, privateLinkServiceConnectionState: state } = connection!.properties;
      return `${name}: ${groupIds.join()} ${state.status}`;
    });
    expect(leads.sort()).toEqual([
      'pep-contoso-local-devices-blob: blob Approved',
      'pep-contoso-local-devices-sites: sites Approved',
      'pep-contoso-local-relay-blob: blob Approved',
      'pep-contoso-local-relay-sites: sites Approved',
      'pep-contoso-local-relay-table: table Approved',
    ]);
    expect(kept(`${ENDPOINTS}/privateDnsZoneGroups`)).toHaveLength(5);
  });

  it('closes the accounts of the apps, and leaves open the one that Event Grid writes into', () => {
    const access = kept('Microsoft.Storage/storageAccounts').map(({ name, properties }) => {
      const [, purpose = 'relay'] = /(devices|events)\w{6}$/.exec(name) ?? [];
      return `${purpose}: ${String(properties.publicNetworkAccess)}`;
    });
    expect(access.sort()).toEqual(['devices: Disabled', 'events: Enabled', 'relay: Disabled']);
  });

  it('sends through the subnet', () => {
    for (const { properties } of kept('Microsoft.Web/sites')) {
      expect(properties.virtualNetworkSubnetId).toBe(APP_SUBNET);
    }
  });

  it('takes events of Event Grid', async () => {
    const { communication_service_id: source } = await deployment.outputs();
    const { eventGrid } = bench.cloud.azure.services;
    eventGrid.publish(String(source), {
      eventType: 'Microsoft.Communication.SMSReceived',
      subject: 'sms',
      data: { messageId: '1', from: '+15550100', to: '+15550101', message: 'hello' },
    });
    while (eventGrid.pending() > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(eventGrid.deliveries().map(({ status }) => status)).toEqual([202]);
  });

  it(
    'changes nothing when it is deployed again',
    async () => {
      const plan = await deployment.plan();
      expect(plan.text).toContain('No changes.');
      expect(plan.changes).toBe(false);
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'goes with its endpoints',
    async () => {
      await deployment.destroy();
      const { store } = bench.cloud.azure.context;
      expect(
        store.list({ below: `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-contoso-local` }),
      ).toEqual([]);
    },
    DEPLOY_TIMEOUT_MS,
  );
});
