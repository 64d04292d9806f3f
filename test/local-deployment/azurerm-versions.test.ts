import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeploymentError } from '../../testing/local/deployment';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench?.close());

/** The same deployment for another azurerm, synthesized. */
async function under(azurerm: string) {
  const deployment = bench.deployment.with({ AZURERM_VERSION: azurerm });
  await deployment.synth();
  return deployment;
}

/** Versions of the containers' state. */
function containerStates(): number[] {
  const file = join(bench.deployment.folder, 'state', 'terraform.local.tfstate');
  const { resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    resources: { type: string; instances: { schema_version: number }[] }[];
  };
  return resources
    .filter(({ type }) => type === 'azurerm_storage_container')
    .flatMap(({ instances }) => instances.map((instance) => instance.schema_version));
}

test(
  'what azurerm 4.55 made is planned without a change by 4.79 and 5.2; an apply by 5.2 is a one-way street',
  async () => {
    await bench.deployment.deploy();
    const before = containerStates();
    expect([...new Set(before)]).toEqual([1]);

    const newest4 = await under('4.79.0');
    expect((await newest4.plan()).text).toContain('No changes.');

    const five = await under('5.2.0');
    const plan = await five.plan();
    expect(plan.text).toContain('No changes.');
    expect(containerStates()).toEqual(before);

    await five.apply(plan);
    expect(containerStates()).toEqual(before.map(() => 2));
    expect((await five.plan()).text).toContain('No changes.');

    const back = await under('4.55.0');
    const refused = await back.plan().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DeploymentError);
    expect(unbroken((refused as Error).message)).toContain(
      'was created by a newer provider version than is currently selected',
    );

    const outside = await under('6.0.0');
    await expect(outside.plan().catch((error: Error) => unbroken(error.message))).resolves.toContain(
      "the stand-in azurerm provider plays 4.55 to 5.x, and the stack asks for '6.0.0'",
    );
  },
  DEPLOY_TIMEOUT_MS,
);
