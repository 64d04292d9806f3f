import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { TerraformVariable, type TerraformStack } from 'cdktf';
import { AzapiResource, AzapiResourceAction } from '../../constructs';
import { matchers, synthesize } from '../../testing';
import { GROUP } from '../support/samples';
import { newStack, thrownBy } from '../support/synth';

expect.extend(matchers);

const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';

function storage(stack: TerraformStack, id: string, over: { name?: string; location?: string } = {}) {
  return new StorageAccount(stack, id, {
    name: 'sta',
    resourceGroupName: 'rg-app',
    location: 'westeurope',
    accountTier: 'Standard',
    accountReplicationType: 'LRS',
    ...over,
  });
}

function hub(stack: TerraformStack, name: string, over: object = {}): AzapiResource {
  return new AzapiResource(stack, name, {
    type: `${HUB}@2023-10-01-preview`,
    name,
    location: 'westeurope',
    parentId: GROUP.id,
    body: { properties: { apnsCredential: { properties: { appName: 'com.contoso.app', topics: ['a'] } } } },
    ...over,
  });
}

const failure = (assert: () => void) => thrownBy(assert);

describe('toHaveResourceWith', () => {
  test('takes resources of azurerm by their attributes, and no more than is asked', () => {
    const stack = newStack();
    storage(stack, 'A');
    expect(stack).toHaveResourceWith('azurerm_storage_account', { account_tier: 'Standard' });
    expect(stack).toHaveResourceWith('azurerm_storage_account', { account_kind: undefined });
    expect(stack).toHaveResourceWith('azurerm_storage_account');
    expect(stack).not.toHaveResourceWith('azurerm_storage_account', { account_tier: 'Premium' });
    expect(synthesize(stack)).toHaveResourceWith('azurerm_storage_account', {
      name: expect.stringMatching(/^st/),
    });
  });

  test('takes resources of azapi as ARM has them, secrets among the rest', () => {
    const stack = newStack();
    const token = new TerraformVariable(stack, 'token', { type: 'string', sensitive: true });
    hub(stack, 'one', {
      sensitiveBody: { properties: { apnsCredential: { properties: { token: token.stringValue } } } },
    });
    expect(stack).toHaveResourceWith(HUB, {
      name: 'one',
      properties: {
        apnsCredential: {
          properties: { appName: 'com.contoso.app', token: expect.stringContaining('var.token') },
        },
      },
    });
  });

  test('says what was found in place of it, the closest first', () => {
    const stack = newStack();
    hub(stack, 'far', { location: 'northeurope', body: {} });
    hub(stack, 'near');
    const wanted = {
      location: 'westeurope',
      properties: { apnsCredential: { properties: { appName: 'com.contoso.other', topics: ['a', 'b'] } } },
    };
    expect(failure(() => expect(stack).toHaveResourceWith(HUB, wanted))).toBe(
      `expected a ${HUB} with ${JSON.stringify(wanted)}, got 2 without; they differ\n` +
        'azapi_resource.near\n' +
        '  properties.apnsCredential.properties.appName: expected "com.contoso.other", got "com.contoso.app"\n' +
        '  properties.apnsCredential.properties.topics: expected ["a","b"], got ["a"]\n' +
        'azapi_resource.far\n' +
        '  location: expected "westeurope", got "northeurope"\n' +
        '  properties.apnsCredential.properties.appName: expected "com.contoso.other", got nothing\n' +
        '  properties.apnsCredential.properties.topics: expected ["a","b"], got nothing',
    );
  });

  test('does not say what stands literally where secrets go', () => {
    const stack = newStack();
    hub(stack, 'one', { sensitiveBody: { properties: { token: 'hush', key: '${var.key}' } } });
    const message = failure(() =>
      expect(stack).toHaveResourceWith(HUB, { properties: { token: 'other', key: 'other' } }),
    );
    expect(message).toContain('properties.token: expected "other", got "{literal}"');
    expect(message).toContain('properties.key: expected "other", got "${var.key}"');
    expect(message).not.toContain('hush');
  });

  test('says which types there are when there is none of that type', () => {
    const stack = newStack();
    storage(stack, 'A');
    hub(stack, 'one');
    expect(failure(() => expect(stack).toHaveResourceWith('Microsoft.Web/sites'))).toBe(
      `expected a Microsoft.Web/sites, got none; the stack has\n  ${HUB}\n  azurerm_storage_account`,
    );
  });

  test('says which one is there that should not be', () => {
    const stack = newStack();
    storage(stack, 'A');
    expect(
      failure(() => expect(stack).not.toHaveResourceWith('azurerm_storage_account', { name: 'sta' })),
    ).toBe('expected no azurerm_storage_account with {"name":"sta"}, got\n  azurerm_storage_account.A');
  });

  test('takes a stack, and says so when it gets something else', () => {
    expect(failure(() => expect('{}').toHaveResourceWith('azurerm_storage_account'))).toBe(
      'toHaveResourceWith takes a TerraformStack or what synthesize(stack) returns, got "{}": write expect(synthesize(stack))',
    );
  });
});

describe('toLinkHub', () => {
  const link = (stack: TerraformStack, hubId: string) =>
    new AzapiResourceAction(stack, 'Link', {
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      resourceId: '/subscriptions/1/acs',
      action: 'linkNotificationHub',
      method: 'POST',
      body: { resourceId: hubId },
    });

  test('takes the hub by name, id or address', () => {
    const stack = newStack();
    link(stack, hub(stack, 'one').id);
    hub(stack, 'two');
    expect(stack).toLinkHub();
    expect(stack).toLinkHub('one');
    expect(stack).toLinkHub('azapi_resource.one');
    expect(stack).not.toLinkHub('two');
    expect(failure(() => expect(stack).toLinkHub('two'))).toBe(
      "expected the hub 'two' to be linked with a Communication Services resource, got\n  'one' (azapi_resource.one)",
    );
  });

  test('takes a hub that exists, by its id', () => {
    const stack = newStack();
    link(stack, '/subscriptions/1/notificationHubs/ntf-old');
    expect(stack).toLinkHub('ntf-old');
    expect(stack).toLinkHub('/subscriptions/1/notificationHubs/NTF-old');
  });

  test('says that there is no link', () => {
    expect(failure(() => expect(newStack()).toLinkHub())).toBe(
      'expected a hub to be linked with a Communication Services resource, got no link',
    );
  });
});

describe('toHaveNoLiteralSecret', () => {
  const base64 = 'MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg'.repeat(3);
  const secrets: [string, string, string][] = [
    ['PEM', `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`, 'a private key (PEM)'],
    ['PEM in JSON', `{"private_key":"-----BEGIN PRIVATE KEY-----\\n${base64}"}`, 'a private key (PEM)'],
    ['a bare key', base64, 'a private key or certificate (DER in base64)'],
    [
      'a connection string',
      `Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=${base64.slice(0, 43)}=`,
      'the key of a connection string',
    ],
    [
      'a SAS',
      `https://x.blob.core.windows.net/c?sv=1&sig=${base64.slice(0, 30)}`,
      'a shared access signature',
    ],
    ['a token', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lb25lIn0.c2ln', 'a JSON Web Token'],
    ['a legacy key', `AAAAabcdefg:${'x'.repeat(140)}`, 'a legacy FCM server key'],
  ];

  test.each(secrets)('finds %s anywhere, and does not repeat it', (_, secret, problem) => {
    const stack = newStack();
    hub(stack, 'one', { body: { properties: { note: [secret] } } });
    expect(failure(() => expect(stack).toHaveNoLiteralSecret())).toBe(
      'expected no literal secret in the synthesized JSON, got\n' +
        `  resource.azapi_resource.one.body.properties.note.0: ${problem}\n` +
        'take it from a variable (SecretValue.fromVariable) or a vault (SecretValue.fromKeyVault)',
    );
  });

  test('finds what stands where a secret goes, and the default of a secret variable', () => {
    const stack = newStack();
    new TerraformVariable(stack, 'key', { type: 'string', sensitive: true, default: 'hush' });
    hub(stack, 'one', {
      body: { properties: { apnsCredential: { properties: { token: 'hush' } } } },
      sensitiveBody: { properties: { other: 'hush' } },
    });
    const message = failure(() => expect(stack).toHaveNoLiteralSecret());
    expect(message).toContain(
      'one.body.properties.apnsCredential.properties.token: a literal where a secret goes',
    );
    expect(message).toContain('one.sensitive_body.properties.other: a literal where secrets go');
    expect(message).toContain('variable.key.default: the default of a secret variable');
    expect(message).not.toContain('hush');
  });

  test('lets pass what is taken from elsewhere', () => {
    const stack = newStack();
    const key = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true });
    hub(stack, 'one', {
      sensitiveBody: {
        properties: {
          apnsCredential: { properties: { token: `-----BEGIN PRIVATE KEY-----\n${key.stringValue}` } },
        },
      },
    });
    expect(stack).toHaveNoLiteralSecret();
    expect(failure(() => expect(stack).not.toHaveNoLiteralSecret())).toBe(
      'expected a literal secret in the synthesized JSON, got none',
    );
  });
});

describe('toKeepResourcesOf', () => {
  test('does not take a stack without resources for one of which all is kept', () => {
    for (const earlier of ['{}', { resource: {} }]) {
      expect(() => expect(stackOf(() => undefined)).toKeepResourcesOf(earlier)).toThrow(
        'toKeepResourcesOf takes an earlier stack with resources, got one that has none',
      );
    }
  });

  const stackOf = (build: (stack: TerraformStack) => void) => {
    const stack = newStack();
    build(stack);
    return stack;
  };
  const earlier = stackOf((stack) => storage(stack, 'A'));

  test.each<[string, (stack: TerraformStack) => void]>([
    ['is as it was', (stack) => storage(stack, 'A')],
    ['gets neighbours', (stack) => void [storage(stack, 'A'), storage(stack, 'B', { name: 'stb' })]],
    ['is moved', (stack) => storage(stack, 'B').moveFromId('azurerm_storage_account.A')],
  ])('is content when a resource %s', (_, build) => {
    expect(stackOf(build)).toKeepResourcesOf(earlier);
  });

  test('takes the JSON that was kept, as text or parsed, or its snapshot', () => {
    const kept = synthesize(earlier);
    const now = stackOf((stack) => storage(stack, 'A'));
    for (const form of [kept, kept.text, kept.json, kept.snapshot()]) expect(now).toKeepResourcesOf(form);
  });

  test('says what is destroyed and what is made anew', () => {
    const before = stackOf((stack) => {
      storage(stack, 'A');
      hub(stack, 'one');
      hub(stack, 'two');
    });
    const now = stackOf((stack) => {
      storage(stack, 'A', { name: 'stb', location: 'northeurope' });
      hub(stack, 'two', { type: `${HUB}@2024-01-01` });
    });
    expect(failure(() => expect(now).toKeepResourcesOf(before))).toBe(
      'expected all resources of the earlier stack to be kept, got\n' +
        `  azapi_resource.one (${HUB}@2023-10-01-preview one) is destroyed\n` +
        '  azurerm_storage_account.A is made anew: name was "sta" and is "stb"\n' +
        '  azurerm_storage_account.A is made anew: location was "westeurope" and is "northeurope"\n' +
        'give them back name and place, or say where they went: movedFrom, moveTo, a moved block',
    );
  });

  test('knows that a data location cannot be changed', () => {
    const service = (dataLocation: string) =>
      stackOf((stack) => hub(stack, 'acs', { body: { properties: { dataLocation } } }));
    expect(failure(() => expect(service('Europe')).toKeepResourcesOf(service('Germany')))).toContain(
      'azapi_resource.acs is made anew: dataLocation was "Germany" and is "Europe"',
    );
  });
});
