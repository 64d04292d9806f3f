import type { Services } from './app/services';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

let bench: Bench;
let deployed: string[];

const deploymentOf = (services: Services) => bench.deployment.with({ SERVICES: JSON.stringify(services) });

beforeAll(async () => {
  bench = await openBench({}, { stack: 'services', main: 'test/local-deployment/app/services.ts' });
  await bench.deployment.deploy();
  deployed = (await bench.deployment.showState()).resources
    .filter(({ mode }) => mode === 'managed')
    .map(({ address }) => address);
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

it(
  'a plan that would make the resource, a namespace or a hub anew is refused, for each of them',
  async () => {
    const kept = deployed.filter((address) =>
      /^azapi_resource\.(Push_CommunicationService|Push_RelayHub|Calls_Namespace)_[0-9A-F]{8}$/.test(address),
    );
    expect(kept).toHaveLength(3);
    const refusal = await bench.deployment.plan(kept.map((address) => `-replace=${address}`)).then(
      () => 'no refusal',
      (error: Error) => unbroken(error.message),
    );
    for (const address of kept) {
      expect(refusal).toContain(
        `Resource ${address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed.`,
      );
    }
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'two services, one moved into a wrapper and one renamed, are planned without any change',
  async () => {
    const refactored = deploymentOf({ refactored: true });
    await refactored.prepare();
    const { changes } = await refactored.showPlan(await refactored.plan());
    expect(changes.filter(({ change }) => change.actions.join() !== 'no-op')).toEqual([]);
    const moved = changes.flatMap(({ previous_address: former }) => former ?? []);
    const ofTheStack = ['azurerm_resource_group.Group', 'terraform_data.SignIn_1BF1EF28'];
    expect([...moved, ...ofTheStack].sort()).toEqual(deployed.sort());
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'a destroy is planned once preventDestroy is false, without a deploy in between',
  async () => {
    const given = deploymentOf({ props: { preventDestroy: false } });
    await given.prepare();
    const { changes } = await given.showPlan(await given.plan(['-destroy']));
    const destroyed = changes.filter(({ change }) => change.actions.join() === 'delete');
    expect(destroyed.map(({ address }) => address).sort()).toEqual(deployed.sort());
  },
  DEPLOY_TIMEOUT_MS,
);
