import { SUBSCRIPTION_ID } from '../../local/azure';
import type { Deployment, Plan } from '../../testing/local/deployment';
import { arm } from '../../local/test/support/clients';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

const PROVIDERS = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-contoso-local/providers`;
const SUBSCRIPTIONS = ['Push_Events_Calls', 'Push_Events_Messages'];

let bench: Bench;
let addresses: string[];
let outputs: Record<string, string>;

beforeAll(async () => {
  bench = await openBench();
  await bench.deployment.deploy();
  addresses = (await bench.deployment.showState()).resources.map(({ address }) => address);
  outputs = (await bench.deployment.outputs()) as Record<string, string>;
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

/** The address of a resource by its type and the names of its constructs. */
function addressOf(type: string, path: string): string {
  const found = addresses.filter((address) => new RegExp(`^${type}\\.${path}(_[0-9A-F]{8})?$`).test(address));
  expect(found).toHaveLength(1);
  return found[0]!;
}

async function replaced(plan: Plan, deployment: Deployment = bench.deployment): Promise<string[]> {
  const { changes } = await deployment.showPlan(plan);
  return changes
    .filter(({ change }) => change.actions.includes('create'))
    .map(({ address }) => address.replace(/^[^.]+\./, '').replace(/_[0-9A-F]{8}$/, ''));
}

/** What a plan makes anew when these are asked to be. */
async function planned(...asked: string[]): Promise<string[]> {
  const replacing = asked.map((address) => `-replace=${address}`);
  return replaced(await bench.deployment.plan(['-refresh=false', ...replacing]));
}

const topic = () => addressOf('azurerm_eventgrid_system_topic', 'Push_Events_SystemTopic');
const container = () => addressOf('azurerm_storage_container', 'Push_Storage_Container-releases');
const plan = () => addressOf('azurerm_service_plan', 'Push_Relay_Plan');
const remove = (id: string, version: string) => arm(bench.cloud.azure, 'DELETE', id, version);

describe('what Azure deletes together is made anew together', () => {
  it('event subscriptions with their system topic', async () => {
    expect(await planned(topic())).toEqual(expect.arrayContaining(SUBSCRIPTIONS));
  });

  it('the published code with the container that holds it', async () => {
    expect(await planned(container())).toContain('Push_Relay_Publish');
  });

  it('the Function App with the plan that it is on, and its code with it', async () => {
    expect(await planned(plan())).toEqual(expect.arrayContaining(['Push_Relay', 'Push_Relay_Publish']));
  });

  it(
    'in one deploy, after which nothing is left to do',
    async () => {
      // Not three: Terraform 1.11 appends what its triggers replace to a list that has room for a fourth, and loses some.
      const asked = [topic(), plan()].map((address) => `-replace=${address}`);
      await bench.deployment.apply(await bench.deployment.plan(asked));
      expect((await bench.deployment.plan()).text).toContain('No changes.');
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'after the Communication Services resource was deleted by hand',
    async () => {
      await remove(outputs.communication_service_id!, '2025-05-01');
      const mending = await bench.deployment.plan();
      expect(await replaced(mending)).toEqual(
        expect.arrayContaining(['Push_Events_SystemTopic', ...SUBSCRIPTIONS]),
      );
      await bench.deployment.apply(mending);
      expect((await bench.deployment.plan()).text).toContain('No changes.');
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'after the system topic and the container of the code were deleted by hand',
    async () => {
      const account = `${PROVIDERS}/Microsoft.Storage/storageAccounts/${outputs.relay_storage_account}`;
      await remove(`${account}/blobServices/default/containers/releases`, '2023-05-01');
      await remove(`${PROVIDERS}/Microsoft.EventGrid/systemTopics/evgst-contoso-local`, '2025-02-15');
      const mending = await bench.deployment.plan();
      expect(await replaced(mending)).toEqual(
        expect.arrayContaining(['Push_Relay_Publish', 'Push_Events_SystemTopic', ...SUBSCRIPTIONS]),
      );
      await bench.deployment.apply(mending);
      expect((await bench.deployment.plan()).text).toContain('No changes.');
    },
    DEPLOY_TIMEOUT_MS,
  );
});

it(
  'what terraform import takes into the state is kept by the next deploy: Function App, Communication Services, linked hub',
  async () => {
    const lost = [
      [addressOf('azapi_resource', 'Push_Relay'), 'function_app_id', '2023-12-01'],
      [addressOf('azapi_resource', 'Push_CommunicationService'), 'communication_service_id', '2025-05-01'],
      [addressOf('azapi_resource', 'Push_CallingHub'), 'calling_hub_id', '2023-10-01-preview'],
    ] as const;
    await bench.deployment.terraform(['state', 'rm', ...lost.map(([address]) => address)]);
    for (const [address, output, version] of lost) {
      const id = `${outputs[output]}?api-version=${version}`;
      const imported = await bench.deployment.terraform(['import', '-input=false', '-no-color', address, id]);
      expect(imported.output).toContain('Import successful!');
    }
    const kept = ['function_app_host', ...lost.map(([, output]) => output)];
    expect(await bench.deployment.outputs()).toMatchObject(
      Object.fromEntries(kept.map((output) => [output, outputs[output]])),
    );
    const next = await bench.deployment.plan();
    // A hub that is written is proved anew, and nothing else is.
    expect((await replaced(next)).filter((name) => !name.includes('Verification'))).toEqual([]);
    await bench.deployment.apply(next);
    expect((await bench.deployment.plan()).text).toContain('No changes.');
  },
  DEPLOY_TIMEOUT_MS,
);

describe('dataLocation of a deployed resource', () => {
  it(
    'is refused while planning, with what happened and what to do',
    async () => {
      const moved = bench.changed({ dataLocation: 'Germany' });
      await moved.prepare();
      const refusal = await moved.plan().then(
        () => 'no refusal',
        (error: Error) => unbroken(error.message),
      );
      expect(refusal).toContain(
        `dataLocation of the Communication Services resource acs-contoso-local-47rnsg is "Europe", and Azure never changes it; got "Germany".`,
      );
      expect(refusal).toContain('Set dataLocation of local/Push/CommunicationService back.');
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'can be another one for a resource of another name, which is planned as a new one',
    async () => {
      const other = bench.changed({ dataLocation: 'Germany', uniqueSuffix: 'anew1' });
      await other.prepare();
      expect(await replaced(await other.plan(), other)).toContain('Push_CommunicationService');
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'does not stand in the way of a destroy',
    async () => {
      await bench.changed({ dataLocation: 'Germany' }).destroy();
      expect((await bench.deployment.showState()).resources).toEqual([]);
    },
    DEPLOY_TIMEOUT_MS,
  );
});
