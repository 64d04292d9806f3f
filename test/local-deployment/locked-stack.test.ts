import { SUBSCRIPTION_ID } from '../../local/azure';
import { arm } from '../../local/test/support/clients';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-contoso-local`;
const LOCKED = { lock: { kind: 'CanNotDelete' }, linkHealthAlert: { actionGroupIds: [] } };

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

const remove = (id: string, version: string) => arm(bench.cloud.azure, 'DELETE', id, version);

async function addresses(type: string): Promise<string[]> {
  const { resources } = await bench.deployment.showState();
  return resources.map(({ address }) => address).filter((address) => address.startsWith(`${type}.`));
}

it(
  'a locked stack is deployed, changed and destroyed by Terraform, and deleted by nobody else',
  async () => {
    await bench.changed(LOCKED).deploy();
    expect((await bench.changed(LOCKED).plan()).text).toContain('No changes.');
    const locks = await addresses('azurerm_management_lock');
    expect(locks.length).toBeGreaterThan(8);

    const { communication_service_id: service, calling_hub_id: hub } =
      (await bench.deployment.outputs()) as Record<string, string>;
    const refused = [
      await remove(service!, '2025-05-01'),
      await remove(hub!, '2023-10-01-preview'),
      await remove(GROUP, '2023-07-01'),
    ];
    expect(refused.map(({ status, json }) => [status, json.error.code])).toEqual(
      Array(3).fill([409, 'ScopeLocked']),
    );

    // Roles on the locked resource, on its hubs and on the Function App go, and the locks are there again.
    const roles = (await addresses('azurerm_role_assignment')).length;
    const without = bench.changed({ ...LOCKED, linkHealthAlert: false });
    await without.deploy();
    expect(roles - (await addresses('azurerm_role_assignment')).length).toBeGreaterThan(2);
    expect(await addresses('azurerm_management_lock')).toEqual(locks);
    expect((await without.plan()).text).toContain('No changes.');
    expect((await remove(service!, '2025-05-01')).status).toBe(409);

    await without.destroy();
    expect((await bench.deployment.showState()).resources).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);
