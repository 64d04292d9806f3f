import { TerraformVariable } from 'cdktf';
import { AzapiResource, SecretValue } from '../../../constructs';
import { EphemeralResource } from '../../../constructs/core/ephemeral-resource';
import { APNS_TOKEN, FCM_SERVICE_ACCOUNT } from '../../../constructs/credentials/secret-rules';
import { schemaProblems } from '../../support/provider-schema';
import {
  ACS_ID,
  apnsCredential,
  communicationService,
  fcmCredential,
  GROUP,
  hub,
  VAULT_ID,
} from '../../support/samples';
import { errorOf, newStack, resolved, synth, synthWith } from '../../support/synth';

describe('a secret from a variable', () => {
  test('is an ephemeral, sensitive string without a value', () => {
    const { variables } = synthWith((stack) => {
      SecretValue.fromVariable(stack, 'apns_token', { description: 'text of the .p8 key' });
    });
    expect(Object.keys(variables)).toEqual(['apns_token']);
    expect(variables.apns_token).toMatchObject({
      type: 'string',
      description: 'text of the .p8 key',
      ephemeral: true,
      sensitive: true,
      nullable: true,
      default: null,
    });
  });

  test('tells how to set it when it is not set', () => {
    const { variables } = synthWith((stack) => {
      SecretValue.fromVariable(stack, 'apns_token', { description: 'text of the .p8 key' });
      SecretValue.fromVariable(stack, 'other');
    });
    expect(variables.apns_token!.validation).toEqual([
      {
        condition: '${var.apns_token != null}',
        error_message:
          'Variable apns_token is not set (text of the .p8 key). Set it with: export TF_VAR_apns_token="$(cat FILE)".',
      },
    ]);
    expect(variables.other!.validation[0].error_message).toBe(
      'Variable other is not set. Set it with: export TF_VAR_other="$(cat FILE)".',
    );
  });

  test('is the same variable when asked for twice, from anywhere in the stack', () => {
    const stack = newStack();
    const acs = communicationService(stack);
    const first = SecretValue.fromVariable(stack, 'token', { description: 'the first' });
    const second = SecretValue.fromVariable(acs, 'token', { description: 'the second' });
    expect(second.expression()).toBe(first.expression());
    const { variables } = synth(stack);
    expect(Object.keys(variables)).toEqual(['token']);
    expect(variables.token!.description).toBe('the first');
  });

  test('has each of its validations once, however many credentials share it', () => {
    const { variables } = synthWith((stack) => {
      apnsCredential(stack);
      apnsCredential(stack, { bundleId: 'com.example.other' });
      fcmCredential(stack);
      fcmCredential(stack);
    });
    // The one more is that it is set.
    expect(variables.apns_token!.validation).toHaveLength(APNS_TOKEN.findings.length + 1);
    expect(variables.fcm_service_account!.validation).toHaveLength(FCM_SERVICE_ACCOUNT.findings.length + 1);
  });

  test('is checked only when it is set, so that an unset one gives one error', () => {
    const { variables } = synthWith((stack) => {
      SecretValue.fromVariable(stack, 'token').addValidation({
        condition: (value) => `length(${value}) > 3`,
        errorMessage: 'It is too short.',
      });
    });
    expect(variables.token!.validation[1]).toEqual({
      condition: '${var.token == null || (length(var.token) > 3)}',
      error_message: 'It is too short.',
    });
  });

  test.each(['1token', 'to-ken', '', 'to ken', '${x}'])('is refused under the name %p', (name) => {
    const stack = newStack();
    expect(errorOf(() => SecretValue.fromVariable(stack, name))).toBe(
      `variable name takes letters, digits and _, starting with a letter, got '${name}'\n  at construct stack`,
    );
  });
});

describe('a secret from a Key Vault', () => {
  const read = (secretName = 'apns-token', version?: string) => ({
    keyVaultId: VAULT_ID,
    secretName,
    version,
  });

  test('is an ephemeral read of the newest version', () => {
    const json = synthWith((stack) => {
      SecretValue.fromKeyVault(stack, read());
    });
    expect(json.ephemeral('azurerm_key_vault_secret')).toEqual({
      key_vault_id: VAULT_ID,
      name: 'apns-token',
    });
    expect(json.dataSources('azurerm_key_vault_secret')).toEqual([]);
    expect(json.variables).toEqual({});
    expect(schemaProblems(json)).toEqual([]);
  });

  test('can be of one version', () => {
    const json = synthWith((stack) => {
      SecretValue.fromKeyVault(stack, read('apns-token', '0123'));
    });
    expect(json.ephemeral('azurerm_key_vault_secret').version).toBe('0123');
  });

  test('is read once, however often it is asked for', () => {
    const stack = newStack();
    const first = SecretValue.fromKeyVault(stack, read());
    const second = SecretValue.fromKeyVault(stack, read());
    const other = SecretValue.fromKeyVault(stack, read('other'));
    const older = SecretValue.fromKeyVault(stack, read('apns-token', '0123'));
    expect(second.expression()).toBe(first.expression());
    expect(new Set([first, other, older].map((secret) => secret.expression())).size).toBe(3);
    expect(synth(stack).ephemerals('azurerm_key_vault_secret')).toHaveLength(3);
  });

  test('is checked after it is read, once for each check', () => {
    const json = synthWith((stack) => {
      const token = SecretValue.fromKeyVault(stack, read());
      apnsCredential(stack, { token });
      apnsCredential(stack, { token, bundleId: 'com.example.other' });
    });
    const { lifecycle } = json.ephemeral('azurerm_key_vault_secret');
    expect(lifecycle.postcondition).toEqual(
      APNS_TOKEN.findings.map(({ found, message }) => ({
        condition: `\${!(${found('self.value')})}`,
        error_message: message,
      })),
    );
  });

  test('ends in the write-only argument of the hub', () => {
    const json = synthWith((stack) => {
      hub(stack, 'Hub', apnsCredential(stack, { token: SecretValue.fromKeyVault(stack, read()) }));
    });
    const [resource] = json.arm('Microsoft.NotificationHubs/namespaces/notificationHubs');
    expect(resource!.sensitive_body.properties.apnsCredential.properties.token).toBe(
      `\${${APNS_TOKEN.canonical('ephemeral.azurerm_key_vault_secret.kv-app-apns-token.value')}}`,
    );
  });

  test('may come from a vault that is known only after the deploy', () => {
    const json = synthWith((stack) => {
      const keyVaultId = new TerraformVariable(stack, 'vault', {}).stringValue;
      SecretValue.fromKeyVault(stack, { keyVaultId, secretName: 'apns-token' });
    });
    expect(json.ephemeral('azurerm_key_vault_secret').key_vault_id).toBe('${var.vault}');
  });

  test('is refused when the vault is no vault', () => {
    const stack = newStack();
    expect(errorOf(() => SecretValue.fromKeyVault(stack, { keyVaultId: ACS_ID, secretName: 'x' }))).toBe(
      `keyVaultId: resource id '${ACS_ID}' is a Microsoft.Communication/communicationServices; ` +
        'expected a Microsoft.KeyVault/vaults\n  at construct stack',
    );
  });

  test.each(['apns_token', '', 'a'.repeat(128)])('is refused under the name %p', (secretName) => {
    const stack = newStack();
    expect(errorOf(() => SecretValue.fromKeyVault(stack, read(secretName)))).toBe(
      `secretName takes 1 to 127 letters, digits and hyphens, the name of a Key Vault secret, got '${secretName}'\n  at construct stack`,
    );
  });
});

describe('a secret', () => {
  test('cannot be put into a string', () => {
    const secret = SecretValue.fromVariable(newStack(), 'token');
    const refusal =
      'a SecretValue has no text: pass it to a credential, or use transform() in a write-only argument';
    expect(errorOf(() => `${secret}`)).toBe(refusal);
    expect(errorOf(() => 'token ' + secret)).toBe(refusal);
    expect(errorOf(() => String(secret))).toBe(refusal);
  });

  test('becomes an expression by transform', () => {
    const stack = newStack();
    const secret = SecretValue.fromVariable(stack, 'token');
    expect(resolved(stack, secret.transform())).toBe('${var.token}');
    expect(
      resolved(
        stack,
        secret.transform((value) => `base64encode(${value})`),
      ),
    ).toBe('${base64encode(var.token)}');
  });
});

describe('an ephemeral block', () => {
  test('waits for what it depends on', () => {
    const json = synthWith((stack) => {
      const first = new AzapiResource(stack, 'First', { type: 'A.B/c@1', name: 'x', parentId: GROUP.id });
      new EphemeralResource(stack, 'Secret', 'azurerm_key_vault_secret', {
        attributes: () => ({ key_vault_id: VAULT_ID, name: 'x' }),
        dependsOn: [first],
      });
    });
    expect(json.ephemeral('azurerm_key_vault_secret').depends_on).toEqual(['azapi_resource.First']);
  });

  test('stands beside others in one stack', () => {
    const json = synthWith((stack) => {
      communicationService(stack).linkNotificationHub(
        hub(
          stack,
          'Hub',
          apnsCredential(stack, {
            token: SecretValue.fromKeyVault(stack, { keyVaultId: VAULT_ID, secretName: 'x' }),
          }),
        ),
      );
    });
    expect(json.ephemerals('azurerm_key_vault_secret')).toHaveLength(1);
    expect(json.ephemerals('azapi_resource_action')).toHaveLength(1);
  });
});
