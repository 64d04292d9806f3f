import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../testing/local/deployment';
import { SUBSCRIPTION_ID } from '../../local/azure';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from '../local-deployment/deployed';
import { arm } from '../../local/test/support/clients';
import { acsPushOn, HeldAnswers, startTerraform } from './recover-support';

const STACK = 'recovered';
const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-recovered`;
const answers = new HeldAnswers();
let bench: Bench;

beforeAll(async () => {
  bench = await openBench({}, { stack: STACK, main: 'test/local-deployment/app/recovered.ts' });
}, DEPLOY_TIMEOUT_MS);

afterAll(async () => {
  answers.end();
  await bench?.close();
});

const recover = (...options: string[]) => acsPushOn(bench, ['recover', STACK, ...options]);
const stateFile = () => join(bench.deployment.folder, 'state', `${STACK}.tfstate`);
const idsThere = () => bench.cloud.azure.context.store.list().map(({ id }) => id);
const apply = () => startTerraform(bench, 'apply', '-auto-approve', '-input=false', '-no-color').ended();
const addresses = async () => (await bench.deployment.showState()).resources.map(({ address }) => address);

it(
  'what a killed deploy made is taken into the state, and the next one goes on where it broke off',
  async () => {
    await bench.deployment.prepare();
    answers.hold(/\/(notificationHubs|communicationServices|userAssignedIdentities)\/[^/]+$/i);
    const killed = startTerraform(bench, 'apply', '-auto-approve', '-input=false', '-no-color');
    await answers.reached(3);
    await killed.kill();
    answers.letGo();

    const again = await apply();
    expect(again.code).toBe(1);
    expect(unbroken(again.printed).match(/Error: Resource already exists/g)).toHaveLength(3);

    const stuck = readFileSync(stateFile(), 'utf8');
    const listed = await recover('--list');
    expect(listed).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 resources are in Azure, and not in the state'),
    });
    expect(readFileSync(stateFile(), 'utf8')).toBe(stuck);

    const there = idsThere();
    const recovered = await recover();
    expect(recovered).toMatchObject({
      code: 0,
      out: expect.stringContaining('recovered: 3 resources are known'),
    });
    expect(idsThere()).toEqual(there);

    expect(await apply()).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/Resources: \d+ added, \d+ changed, 0 destroyed/),
    });
    expect((await bench.deployment.plan()).changes).toBe(false);
    expect(await recover()).toMatchObject({
      code: 0,
      out: 'nothing was lost that could be taken\nthe plan is empty\n',
    });
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'what is half made and must not be destroyed is kept',
  async () => {
    const kept = bench.deployment.with({ PREVENT_DESTROY: 'yes' });
    await kept.synth();
    const { resources } = await kept.showState();
    const { address } = resources.find(({ values }) => values.name === 'acs-recovered')!;
    await kept.terraform(['taint', address]);
    await expect(kept.plan()).rejects.toThrow('Instance cannot be destroyed');
    expect(await recover()).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${address}\n  half made, and kept`),
    });
    expect((await kept.plan()).changes).toBe(false);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'a state of 0 bytes is noticed by deploy and destroy, and has everything after a recovery, outputs excepted',
  async () => {
    await bench.deployment.synth();
    const before = (await addresses()).sort();
    const there = idsThere();
    writeFileSync(stateFile(), '');
    const terraform = await startTerraform(bench, 'destroy', '-auto-approve', '-no-color').ended();
    expect(terraform).toMatchObject({
      code: 0,
      printed: expect.stringContaining('No objects need to be destroyed'),
    });

    writeFileSync(stateFile(), '');
    for (const word of ['deploy', 'destroy']) {
      const { code, err } = await acsPushOn(bench, [word, STACK, '--auto-approve']);
      expect(code).toBe(1);
      expect(err).toContain(`the state of '${STACK}' is empty`);
      expect(err).toContain(`npx acs-push recover ${STACK}`);
      expect(err).toContain(`${GROUP}\n`);
    }
    const copy = readFileSync(`${stateFile()}.backup`, 'utf8');
    expect(await recover()).toMatchObject({ code: 0, err: expect.not.stringContaining('acs-push:') });
    expect(readFileSync(`${stateFile()}.backup`, 'utf8')).toBe(copy);
    const steps = /^(terraform_data|data)\./;
    expect((await addresses()).sort()).toEqual(before.filter((address) => !steps.test(address)));
    expect(idsThere()).toEqual(there);
    expect(await apply()).toMatchObject({ code: 0, printed: expect.stringContaining(' 0 destroyed') });
    expect((await bench.deployment.plan()).changes).toBe(false);
    expect((await bench.deployment.outputs()).secret).toBe('${literally}');
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'a recovery leaves the outputs of the state as they are',
  async () => {
    const outputs = await bench.deployment.outputs();
    const role = (await addresses()).find((address) => address.startsWith('azurerm_role_assignment'))!;
    await bench.deployment.terraform(['state', 'rm', role]);
    expect(await recover()).toMatchObject({
      code: 0,
      out: expect.stringContaining('recovered: 1 resource is known'),
    });
    expect(await bench.deployment.outputs()).toEqual(outputs);
    expect((await bench.deployment.plan()).changes).toBe(false);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'destroying by the command says that nothing is left, and of others in their places that they do not fit',
  async () => {
    const project = join(bench.folder, 'project');
    mkdirSync(project);
    symlinkSync(join(PROJECT, 'node_modules'), join(project, 'node_modules'));
    const app = `node ${join(PROJECT, 'scripts/synth.cjs')} test/local-deployment/app/recovered.ts`;
    writeFileSync(join(project, 'cdktf.json'), JSON.stringify({ language: 'typescript', app }));
    const words = [
      'destroy',
      STACK,
      '--auto-approve',
      '--',
      '--skip-provider-lock',
      '--disable-plugin-cache-env',
    ];
    expect(await acsPushOn(bench, words, project)).toMatchObject({
      code: 0,
      out: `nothing of '${STACK}' is left\n`,
    });
    expect(idsThere()).toEqual([]);
    expect(await acsPushOn(bench, words, project)).toMatchObject({
      code: 0,
      out: `nothing of '${STACK}' is there\n`,
    });

    const identity = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-recovered`;
    const namespace = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/ntfns-recovered`;
    const location = 'northeurope';
    const put = (id: string, apiVersion: string, body: object) =>
      arm(bench.cloud.azure, 'PUT', id, apiVersion, body);
    await put(GROUP, '2021-04-01', { location: 'westeurope' });
    await put(identity, '2023-01-31', { location });
    await put(namespace, '2023-10-01-preview', { location, sku: { name: 'Basic' }, properties: {} });
    // Of what is not to be destroyed, Terraform refuses even the plan.
    await bench.deployment.with({ PREVENT_DESTROY: 'yes' }).synth();
    const there = idsThere();
    const { code, out } = await recover();
    expect(code).toBe(1);
    for (const id of [identity, namespace]) {
      expect(out).toContain(`${id}\n  → NOT taken: it is not as the stack has it`);
    }
    expect(await addresses()).toEqual(['azurerm_resource_group.Group']);
    expect(idsThere()).toEqual(there);
  },
  DEPLOY_TIMEOUT_MS,
);
