import { Annotations, Aspects, TerraformOutput, TerraformStack, TerraformVariable } from 'cdktf';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { Construct } from 'constructs';
import { AzapiResource, NotificationHubNamespace } from '../../constructs';
import { SynthesisError, synthesize } from '../../testing';
import { GROUP } from '../support/samples';
import { newStack } from '../support/synth';

const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';

function storage(stack: TerraformStack, id: string, name: string): StorageAccount {
  return new StorageAccount(stack, id, {
    name,
    resourceGroupName: 'rg-app',
    location: 'westeurope',
    accountTier: 'Standard',
    accountReplicationType: 'LRS',
  });
}

test('gives resources by their Terraform type or, of azapi, by their ARM type in any casing', () => {
  const stack = newStack();
  storage(stack, 'B', 'stb');
  storage(stack, 'A', 'sta');
  for (const name of ['one', 'two']) {
    new AzapiResource(stack, name, { type: `${HUB}@2023-10-01-preview`, name, parentId: GROUP.id, body: {} });
  }
  const json = synthesize(stack);
  expect(json.resources('azurerm_storage_account').map(({ name }) => name)).toEqual(['sta', 'stb']);
  expect(json.resources(HUB.toLowerCase()).map(({ name }) => name)).toEqual(['one', 'two']);
  expect(json.resources('Microsoft.NotificationHubs/namespaces')).toEqual([]);
  expect(json.resourceTypes).toEqual(['azapi_resource', 'azurerm_storage_account']);
  expect(json.addresses).toEqual([
    'azapi_resource.one',
    'azapi_resource.two',
    'azurerm_storage_account.A',
    'azurerm_storage_account.B',
  ]);
  expect(() => json.resource(HUB)).toThrow(`expected one ${HUB}, got 2`);
});

test('gives outputs, variables and the JSON', () => {
  const stack = newStack();
  const region = new TerraformVariable(stack, 'region', { type: 'string' });
  new TerraformOutput(stack, 'where', { value: region.stringValue });
  const json = synthesize(stack);
  expect(json.outputs).toEqual({ where: { value: '${var.region}' } });
  expect(json.variables).toEqual({ region: { type: 'string' } });
  expect(JSON.parse(JSON.stringify(json))).toEqual(JSON.parse(json.text));
});

test('has Aspects at work', () => {
  const stack = newStack();
  Aspects.of(stack).add({
    visit: (node) => {
      if (node instanceof StorageAccount) node.minTlsVersion = 'TLS1_3';
    },
  });
  storage(stack, 'A', 'sta');
  expect(synthesize(stack).resource('azurerm_storage_account').min_tls_version).toBe('TLS1_3');
});

test('tells all mistakes together: those of this library, of other validations and of annotations', () => {
  const stack = newStack();
  new NotificationHubNamespace(stack, 'First', { resourceGroup: GROUP, name: 'x' });
  new NotificationHubNamespace(stack, 'Second', { resourceGroup: GROUP, name: 'y!' });
  new Construct(stack, 'Own').node.addValidation({ validate: () => ['is not what we do here'] });
  let error: unknown;
  try {
    synthesize(stack);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SynthesisError);
  const { mistakes, message } = error as SynthesisError;
  expect(mistakes.map((mistake) => /\n {2}at construct (.*)$/.exec(mistake)?.[1])).toEqual([
    'stack/First',
    'stack/Second',
    'stack/Own',
  ]);
  expect(mistakes[2]).toBe('is not what we do here\n  at construct stack/Own');
  expect(message).toBe(mistakes.join('\n'));
});

test('fails by an error annotation, which cdktf leaves to the command line', () => {
  const stack = newStack();
  Annotations.of(new Construct(stack, 'Own')).addError('is forbidden');
  expect(() => synthesize(stack)).toThrow(new SynthesisError(['is forbidden\n  at construct stack/Own']));
});

test('gives warnings, each with the path of its construct', () => {
  const stack = newStack();
  Annotations.of(new Construct(stack, 'Own')).addWarning('look at this');
  expect(synthesize(stack).warnings).toEqual(['stack/Own: look at this']);
});
