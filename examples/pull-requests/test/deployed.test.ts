import { Testing, type TerraformStack } from 'cdktf';
import { deployLocally, type LocalDeployment } from 'cdktf-acs-push/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENVIRONMENTS } from '../environments';
import { PushStack, type PushStackProps } from '../stack';

/** The stack of dev; its credentials come from variables, since a local Azure has no vault of ours. */
const dev = (changes: Partial<PushStackProps> = {}): TerraformStack =>
  new PushStack(Testing.app(), 'dev', { ...ENVIRONMENTS.dev, keyVaultId: undefined, ...changes });

let deployment: LocalDeployment;

beforeAll(async () => {
  deployment = await deployLocally(dev());
});

afterAll(() => deployment?.close());

test('deploys, and a second time changes nothing', () => {
  expect(deployment.secondPlan.changes).toEqual([]);
});

test('is linked', () => {
  expect(deployment.linkedHub()).toBe(deployment.outputs.calling_hub_id);
});

test('rings a phone with the SDK of Communication Services', async () => {
  const alice = await deployment.user('Alice', 'acs');
  const pushes = await deployment.call(alice, { displayName: 'Bob' });
  expect(pushes.map(({ service }) => service).sort()).toEqual(['apns', 'fcmv1']);
});

test('pushes a chat message through the relay', async () => {
  const bob = await deployment.user('Bob');
  const pushes = await deployment.chatMessage(bob, 'Are you there?', { displayName: 'Alice' });
  const apns = pushes.find(({ service }) => service === 'apns');
  expect(apns?.payload).toMatchObject({ aps: { alert: { title: 'Alice', body: 'Are you there?' } } });
});

test('would be made anew under another name, and told so before it is', async () => {
  const { destroyed } = await deployment.plan(dev({ uniqueSuffix: 'other1' }));
  expect(destroyed).toContainEqual(expect.stringMatching(/^azapi_resource\.Push_CommunicationService_/));
});
