import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import {
  Aspects,
  dependable,
  TerraformDataSource,
  TerraformResource,
  TerraformVariable,
  type TerraformElement,
  type TerraformStack,
} from 'cdktf';
import { PushNotifications, SecretValue } from '../../constructs';
import { EphemeralResource } from '../../constructs/core/ephemeral-resource';
import { ensureAssets } from '../support/assets';
import { maximalPush } from '../support/maximal';
import { referenceProblems, synthAll } from '../support/references';
import { GROUP, apnsCredential, hub, communicationService, VAULT_ID } from '../support/samples';
import { newApp, newStack, synth } from '../support/synth';

const VISITOR = '11111111-2222-4333-8444-555555555555';
const WORKSPACE = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;

beforeAll(ensureAssets);

/** All that has an address in the stack's Terraform, but providers. */
function elementsOf(stack: TerraformStack): TerraformElement[] {
  return stack.node
    .findAll()
    .filter(
      (node): node is TerraformElement =>
        TerraformResource.isTerraformResource(node) ||
        TerraformDataSource.isTerraformDataSource(node) ||
        node instanceof TerraformVariable,
    );
}

describe('logical ids', () => {
  test('can be overridden for every element of the pattern after it was made, and all that refers to them follows', () => {
    const make = () => {
      const stack = newStack();
      maximalPush(stack);
      return stack;
    };
    const [stack, plain] = [make(), make()];
    const elements = elementsOf(stack);
    expect(elements.length).toBeGreaterThan(60);
    const logicalIds = elementsOf(plain).map((element) => element.friendlyUniqueId);
    elements.forEach((element, i) => element.overrideLogicalId(`renamed_${i}_x`));
    const json = synth(stack);
    expect(referenceProblems(json)).toEqual([]);
    const back = json.text.replace(/renamed_(\d+)_x/g, (_, i: string) => logicalIds[Number(i)]!);
    expect(JSON.parse(back)).toEqual(synth(plain).json);
    logicalIds.forEach((logicalId) => expect(json.text).not.toContain(`"${logicalId}"`));
  });

  test('can be overridden by an Aspect for every resource, data source and variable, locks included', () => {
    const stack = newStack();
    maximalPush(stack, {
      lock: { kind: 'CanNotDelete' },
      resourceOptions: {
        storage: { roleAssignments: [{ roleDefinitionIdOrName: 'Reader', principalId: VISITOR }] },
        namespace: { diagnosticSettings: [{ workspaceResourceId: WORKSPACE }] },
      },
    });
    Aspects.of(stack).add({
      visit: (node) => {
        if (
          TerraformResource.isTerraformResource(node) ||
          TerraformDataSource.isTerraformDataSource(node) ||
          node instanceof TerraformVariable
        ) {
          node.overrideLogicalId(`renamed-${node.node.addr}`);
        }
      },
    });
    const json = synthAll(stack).stack!;
    expect(referenceProblems(json)).toEqual([]);
    expect(json.addresses.length).toBeGreaterThan(60);
    expect(json.addresses.filter((address) => !address.includes('.renamed-'))).toEqual([]);
    const dataSources = Object.values(json.json.data as Record<string, object>).flatMap(Object.keys);
    expect(dataSources.length).toBeGreaterThan(2);
    expect(dataSources.filter((id) => !id.startsWith('renamed-'))).toEqual([]);
  });

  test('can be put back', () => {
    const stack = newStack();
    const { resource } = hub(stack);
    const before = resource.friendlyUniqueId;
    resource.overrideLogicalId('renamed');
    resource.resetOverrideLogicalId();
    expect(Object.keys(synth(stack).json.resource.azapi_resource)).toContain(before);
  });

  test('are followed from another stack', () => {
    const app = newApp();
    const [a, b] = [newStack('a', app), newStack('b', app)];
    const theirs = hub(a);
    communicationService(b).linkNotificationHub(theirs);
    theirs.resource.overrideLogicalId('renamed');
    const stacks = synthAll(app);
    expect(Object.values(stacks).flatMap(referenceProblems)).toEqual([]);
    expect(Object.keys(stacks.a!.json.resource.azapi_resource)).toContain('renamed');
    expect(JSON.stringify(stacks.a!.outputs)).toContain('azapi_resource.renamed.id');
  });
});

describe('an ephemeral block', () => {
  const read = (stack: TerraformStack) => {
    const token = SecretValue.fromKeyVault(stack, { keyVaultId: VAULT_ID, secretName: 'apns' });
    hub(stack, 'Hub', apnsCredential(stack, { token }));
    return stack.node.children.find((child) => child instanceof EphemeralResource) as EphemeralResource;
  };

  test('has what overrides say, merged into what it has', () => {
    const stack = newStack();
    const element = read(stack);
    element.addOverride('version', '0123');
    element.addOverride('timeouts.read', '1m');
    const block = synth(stack).ephemeral('azurerm_key_vault_secret');
    expect(block).toMatchObject({ name: 'apns', version: '0123', timeouts: { read: '1m' } });
    expect(block.lifecycle.postcondition.length).toBeGreaterThan(0);
  });

  test('has the provider and the dependencies that an Aspect gives to everything', () => {
    const stack = newStack();
    const element = read(stack);
    const aliased = stack.node.findChild('azurerm') as never;
    const first = communicationService(stack).resource;
    Aspects.of(stack).add({
      visit: (node) => {
        if (!TerraformResource.isTerraformResource(node) || node === first) return;
        if (!node.node.path.includes('kv-app')) return;
        node.provider = aliased;
        node.dependsOn = [...(node.dependsOn ?? []), dependable(first)];
      },
    });
    const json = synth(stack);
    expect(json.ephemeral('azurerm_key_vault_secret')).toMatchObject({
      provider: 'azurerm',
      depends_on: [`azapi_resource.${first.friendlyUniqueId}`],
    });
    expect(element.provider).toBe(aliased);
  });

  test('takes of a lifecycle what Terraform takes for it, beside its own conditions', () => {
    const stack = newStack();
    const element = read(stack);
    const own = synth(stack).ephemeral('azurerm_key_vault_secret').lifecycle.postcondition.length;
    element.lifecycle = {
      preventDestroy: true,
      postcondition: [{ condition: '${self.value != "x"}', errorMessage: 'It is x.' }],
    };
    expect(synth(stack).ephemeral('azurerm_key_vault_secret').lifecycle).toEqual({
      postcondition: expect.arrayContaining([
        { condition: '${self.value != "x"}', error_message: 'It is x.' },
      ]),
    });
    expect(synth(stack).ephemeral('azurerm_key_vault_secret').lifecycle.postcondition).toHaveLength(own + 1);
  });

  test('refuses to be imported or moved', () => {
    const stack = newStack();
    const element = read(stack);
    element.importFrom();
    element.moveTo();
    expect(() => synth(stack)).toThrow(/nothing can be imported into it[\s\S]*needs no moved block/);
  });
});

test('logical ids of single parts can be chosen', () => {
  const stack = newStack();
  const push: PushNotifications = maximalPush(stack);
  push.relay!.functionApp.overrideLogicalId('func');
  (push.relay!.identity as UserAssignedIdentity).overrideLogicalId('identity');
  const json = synth(stack);
  expect(json.json.resource.azapi_resource.func.name).toBe('func-contoso-relay-x7k2p9');
  expect(referenceProblems(json)).toEqual([]);
});
