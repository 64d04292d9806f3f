import { TerraformStack } from 'cdktf';
import {
  AzapiProvider,
  AzapiResource,
  AzapiResourceAction,
  AzapiUpdateResource,
  DataAzapiResource,
  EphemeralAzapiResourceAction,
  SecretValue,
} from '../../../constructs';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, GROUP, RULE_ID } from '../../support/samples';
import { newApp, newStack, resolved, synth, Synthesized, synthWith } from '../../support/synth';

const RETRY = { errorMessageRegex: ['NotFound'], intervalSeconds: 5, maxIntervalSeconds: 30 };
const RETRY_JSON = { error_message_regex: ['NotFound'], interval_seconds: 5, max_interval_seconds: 30 };
const TIMEOUTS = { create: '1m', read: '2m', update: '3m', delete: '4m' };

/** Every argument that the L1 knows, at once. */
function everything(): Synthesized {
  return synthWith((stack) => {
    const secret = SecretValue.fromVariable(stack, 'secret').transform();
    new AzapiResource(stack, 'Resource', {
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      name: 'acs-app',
      parentId: GROUP.id,
      location: 'global',
      tags: { app: 'x' },
      body: { properties: { dataLocation: 'Europe' } },
      sensitiveBody: { properties: { secret } },
      identity: { type: 'UserAssigned', identityIds: ['/some/identity'] },
      responseExportValues: { hostName: 'properties.hostName' },
      ignoreCasing: true,
      locks: [ACS_ID],
      retry: RETRY,
      timeouts: TIMEOUTS,
      schemaValidationEnabled: false,
    });
    new AzapiResourceAction(stack, 'Action', {
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      resourceId: ACS_ID,
      action: 'linkNotificationHub',
      method: 'POST',
      body: { resourceId: 'x' },
      sensitiveBody: { connectionString: secret },
      headers: { 'x-relink': 'one' },
      responseExportValues: { id: 'resourceId' },
      when: 'apply',
      locks: [ACS_ID],
      retry: RETRY,
      timeouts: TIMEOUTS,
    });
    new AzapiUpdateResource(stack, 'Update', {
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      resourceId: ACS_ID,
      body: { properties: { publicNetworkAccess: 'Disabled' } },
      sensitiveBody: { properties: { secret } },
      responseExportValues: { id: 'id' },
      locks: [ACS_ID],
      retry: RETRY,
      timeouts: TIMEOUTS,
    });
    new DataAzapiResource(stack, 'Data', {
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      resourceId: ACS_ID,
      responseExportValues: { id: 'id' },
      retry: RETRY,
      timeouts: { read: '2m' },
    });
    new EphemeralAzapiResourceAction(stack, 'Keys', {
      type: 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules@2023-10-01-preview',
      resourceId: RULE_ID,
      action: 'listKeys',
      method: 'POST',
      body: { a: 1 },
      responseExportValues: { connectionString: 'primaryConnectionString' },
      retry: RETRY,
      timeouts: { open: '3m' },
    });
  });
}

describe('the azapi L1', () => {
  test('writes every argument as the schema of azapi 2.12 has it', () => {
    expect(schemaProblems(everything())).toEqual([]);
  });

  test('writes export values as a map', () => {
    const { hostName } = everything().resource('azapi_resource').response_export_values;
    expect(hostName).toBe('properties.hostName');
  });

  test.each([
    ['azapi_resource', 'resources'],
    ['azapi_resource_action', 'resources'],
    ['azapi_update_resource', 'resources'],
    ['azapi_resource', 'dataSources'],
  ] as const)(
    'exports nothing of %s (%s) when nothing is named: an empty list, not a missing one',
    (type, kind) => {
      const synthesized = synthWith((stack) => {
        const target = { type: 'Microsoft.Web/sites@2023-12-01', resourceId: ACS_ID };
        if (kind === 'dataSources') new DataAzapiResource(stack, 'X', target);
        else if (type === 'azapi_resource') {
          new AzapiResource(stack, 'X', { type: target.type, name: 'x', parentId: GROUP.id });
        } else if (type === 'azapi_resource_action')
          new AzapiResourceAction(stack, 'X', { ...target, action: 'a' });
        else new AzapiUpdateResource(stack, 'X', target);
      });
      expect(synthesized[kind](type)).toEqual([expect.objectContaining({ response_export_values: [] })]);
    },
  );

  test('exports nothing for an empty map either', () => {
    const data = synthWith((stack) => {
      new DataAzapiResource(stack, 'X', { type: 'A.B/c@1', resourceId: ACS_ID, responseExportValues: {} });
    }).dataSource('azapi_resource');
    expect(data.response_export_values).toEqual([]);
  });

  test('keeps lists lists', () => {
    const resource = everything().resource('azapi_resource');
    expect(resource.locks).toEqual([ACS_ID]);
    expect(resource.retry).toEqual(RETRY_JSON);
    expect(resource.identity).toEqual([{ type: 'UserAssigned', identity_ids: ['/some/identity'] }]);
  });

  test('calls an action by POST unless another method is named', () => {
    const json = synthWith((stack) => {
      const target = { type: 'A.B/c@1', resourceId: ACS_ID, action: 'go' };
      new AzapiResourceAction(stack, 'A', target);
      new EphemeralAzapiResourceAction(stack, 'E', { ...target, responseExportValues: { x: 'x' } });
    });
    expect(json.resource('azapi_resource_action').method).toBe('POST');
    expect(json.ephemeral('azapi_resource_action').method).toBe('POST');
  });

  test('never writes sensitive_body_version, with which azapi sends parts of a body only', () => {
    expect(everything().text).not.toContain('sensitive_body_version');
  });

  test('reads a value of the answer by its name', () => {
    const stack = newStack();
    const resource = new AzapiResource(stack, 'X', { type: 'A.B/c@1', name: 'x', parentId: GROUP.id });
    const data = new DataAzapiResource(stack, 'Y', { type: 'A.B/c@1', resourceId: ACS_ID });
    expect(resolved(stack, resource.output('hostName'))).toBe('${azapi_resource.X.output.hostName}');
    expect(resolved(stack, resource.name)).toBe('${azapi_resource.X.name}');
    expect(resolved(stack, data.output('hostName'))).toBe('${data.azapi_resource.Y.output.hostName}');
    expect(resolved(stack, data.id)).toBe('${data.azapi_resource.Y.id}');
  });

  test('passes depends_on, lifecycle and provisioners through', () => {
    const action = synthWith((stack) => {
      const first = new AzapiResource(stack, 'First', { type: 'A.B/c@1', name: 'x', parentId: GROUP.id });
      new AzapiResourceAction(stack, 'Second', {
        type: 'A.B/c@1',
        resourceId: ACS_ID,
        action: 'go',
        dependsOn: [first],
        lifecycle: { preventDestroy: true },
        provisioners: [{ type: 'local-exec', command: 'true' }],
      });
    }).resource('azapi_resource_action');
    expect(action).toMatchObject({
      depends_on: ['azapi_resource.First'],
      lifecycle: { prevent_destroy: true },
      provisioner: [{ 'local-exec': { command: 'true' } }],
    });
  });

  test('lets an ephemeral action wait for what it reads, and be read in an expression', () => {
    const stack = newStack();
    const rule = new AzapiResource(stack, 'Rule', { type: 'A.B/c@1', name: 'x', parentId: GROUP.id });
    const keys = new EphemeralAzapiResourceAction(stack, 'Keys', {
      type: 'A.B/c@1',
      resourceId: rule.id,
      action: 'listKeys',
      responseExportValues: { key: 'primaryKey' },
      dependsOn: [rule],
    });
    expect(resolved(stack, keys.output('key'))).toBe('${ephemeral.azapi_resource_action.Keys.output.key}');
    expect(synth(stack).ephemeral('azapi_resource_action')).toMatchObject({
      resource_id: '${azapi_resource.Rule.id}',
      depends_on: ['azapi_resource.Rule'],
    });
  });

  test('takes another azapi provider by its alias', () => {
    const json = synthWith((stack) => {
      const other = new AzapiProvider(stack, 'other', { alias: 'other', subscriptionId: 's' });
      new AzapiResource(stack, 'X', { type: 'A.B/c@1', name: 'x', parentId: GROUP.id, provider: other });
    });
    expect(json.resource('azapi_resource').provider).toBe('azapi.other');
    expect(json.json.provider.azapi).toEqual([{}, { alias: 'other', subscription_id: 's' }]);
  });

  test('writes the provider with its source and the versions that have sensitive_body on actions', () => {
    const stack = new TerraformStack(newApp(), 'stack');
    new AzapiProvider(stack, 'azapi', { subscriptionId: 's', tenantId: 't', useOidc: true, alias: 'other' });
    const { json } = synth(stack);
    expect(json.provider.azapi).toEqual([
      { subscription_id: 's', tenant_id: 't', use_oidc: true, alias: 'other' },
    ]);
    expect(json.terraform.required_providers.azapi).toEqual({
      source: 'Azure/azapi',
      version: '>= 2.11.0, < 3.0.0',
    });
  });
});

describe('the check against the schemas', () => {
  const problems = (resource: object) =>
    schemaProblems(new Synthesized(JSON.stringify({ resource: { azapi_resource: { x: resource } } })));

  test('sees a list that became an object', () => {
    expect(problems({ type: 'A.B/c@1', response_export_values: { 0: '*' } })).toEqual([
      'resource azapi_resource.x.response_export_values: takes a list, got an object with 0',
    ]);
    expect(problems({ type: 'A.B/c@1', locks: { 0: 'a' } })).toEqual([
      'resource azapi_resource.x.locks: takes a list, got an object with 0',
    ]);
  });

  test('sees unknown, missing and computed attributes, and values of another kind', () => {
    expect(problems({ nme: 'x', id: 'y', schema_validation_enabled: 'yes', retry: {} }).sort()).toEqual([
      'resource azapi_resource.x.id: only the provider sets it',
      'resource azapi_resource.x.nme: is no attribute',
      'resource azapi_resource.x.retry.error_message_regex: is required',
      "resource azapi_resource.x.schema_validation_enabled: takes a bool, got string 'yes'",
      'resource azapi_resource.x.type: is required',
    ]);
  });

  test('sees a block that is none, and a resource that does not exist', () => {
    expect(problems({ type: 'A.B/c@1', timeouts: 'long' })).toEqual([
      "resource azapi_resource.x.timeouts: takes a block, got string 'long'",
    ]);
    expect(
      schemaProblems(new Synthesized(JSON.stringify({ resource: { azurerm_unheard_of: { x: {} } } }))),
    ).toEqual(['resource azurerm_unheard_of.x: the provider has no resource azurerm_unheard_of']);
  });
});
