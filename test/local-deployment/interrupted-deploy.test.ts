import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arm } from '../../local/azure/core/arm/arm';
import { ArmError } from '../../local/azure/core/http';
import { DeploymentError } from '../../testing/local/deployment';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

let state: string;
let bench: Bench;

/** Answers 500 to writes of what the expression names, until it is over. */
function outageOf(path: RegExp): { over(): void } {
  const handle = Arm.prototype.handle;
  const spy = jest.spyOn(Arm.prototype, 'handle').mockImplementation(function (this: Arm, request) {
    if (request.method !== 'PUT' || !path.test(request.path)) return handle.call(this, request);
    return Promise.reject(new ArmError(500, 'InternalServerError', 'Something broke inside Azure.'));
  });
  return { over: () => spy.mockRestore() };
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'interrupted-deploy-'));
  bench = await openBench({ stateDir: state });
}, DEPLOY_TIMEOUT_MS);

afterAll(async () => {
  await bench?.close();
  rmSync(state, { recursive: true, force: true });
});

const idsOf = (one: Bench) => one.cloud.azure.context.store.list().map(({ id }) => id.toLowerCase());

it(
  'a deploy whose verification could not sign in as the providers do stops while there is nothing but a resource group',
  async () => {
    const elsewhere = { ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST: 'https://login.microsoftonline.us' };
    const error = await bench.deployment
      .with(elsewhere)
      .deploy()
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(DeploymentError);
    expect(unbroken((error as DeploymentError).output)).toContain(
      "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST is 'https://login.microsoftonline.us', and only the public cloud of Azure is supported",
    );
    const made = bench.cloud.azure.context.store.list().map(({ type }) => type.toLowerCase());
    expect(made.filter((type) => type !== 'microsoft.resources/resourcegroups')).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'a deploy that breaks half-way keeps what it made, and converges when it is run again',
  async () => {
    const outage = outageOf(/\/eventSubscriptions\//i);
    const error = await bench.deployment.deploy().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DeploymentError);
    expect(unbroken((error as DeploymentError).output)).toContain('Something broke inside Azure.');
    const made = idsOf(bench);
    expect(made.some((id) => id.includes('/notificationhubs/'))).toBe(true);
    expect(made.some((id) => id.includes('/eventsubscriptions/'))).toBe(false);

    outage.over();
    const { output } = await bench.deployment.deploy();
    expect(output).toMatch(/Resources: \d+ added, \d+ changed, 0 destroyed/);
    expect(idsOf(bench)).toEqual(expect.arrayContaining(made));
    expect(idsOf(bench).filter((id) => id.includes('/eventsubscriptions/'))).toHaveLength(3);
    expect((await bench.deployment.plan()).changes).toBe(false);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'local Azure that is restarted with its state still holds all of it: a plan has no changes',
  async () => {
    const { endpoints } = bench.cloud.azure;
    const before = idsOf(bench);
    await bench.cloud.close();

    const again = await openBench({ stateDir: state });
    try {
      expect(idsOf(again)).toEqual(before);
      expect(again.cloud.azure.endpoints.proxy).not.toBe(endpoints.proxy);
      const deployment = bench.deployment.with(again.cloud.environment);
      const plan = await deployment.plan();
      expect(plan.text).toContain('No changes.');
      expect(plan.changes).toBe(false);
    } finally {
      await again.close();
    }
  },
  DEPLOY_TIMEOUT_MS,
);
