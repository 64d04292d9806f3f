import { Token, type TerraformProvider, type TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { sameStack } from '../core/across-stacks';
import { EphemeralResource } from '../core/ephemeral-resource';
import { provideFor } from '../core/providers';
import { SecretUsage, SecretValidations, type ISecretElement, type SecretValidation } from './secret-element';

/** A secret in a Key Vault. Terraform reads it while it runs, and keeps it in no plan and no state. */
export interface KeyVaultSecretReference {
  /** ARM id of the vault. */
  readonly keyVaultId: string;
  /** Name of the secret in the vault, not its address. */
  readonly secretName: string;
  /**
   * Version of the secret, for one that shall not change with the vault.
   * @default - the newest version, so that a rotated secret shows up in the next plan
   */
  readonly version?: string;
  /** An `AzurermProvider` that reads it. @default - that of whoever asks for it, else the stack's */
  readonly provider?: TerraformProvider;
}

/** An ephemeral read of a secret in a vault. */
export class KeyVaultSecret extends EphemeralResource implements ISecretElement {
  /** The stack's own read of the same secret, made when it is first asked for. */
  static of(stack: TerraformStack, reference: KeyVaultSecretReference, user: IConstruct): KeyVaultSecret {
    const found =
      stack.node.children.find(
        (child): child is KeyVaultSecret => child instanceof KeyVaultSecret && child.reads(reference),
      ) ?? new KeyVaultSecret(stack, freeId(stack, reference), reference);
    provideFor(found, user);
    return found;
  }

  readonly usage = new SecretUsage();
  private readonly checks: SecretValidations;

  private constructor(
    stack: TerraformStack,
    id: string,
    private readonly reference: KeyVaultSecretReference,
  ) {
    const checks = new SecretValidations();
    super(stack, id, 'azurerm_key_vault_secret', {
      attributes: () => ({
        key_vault_id: reference.keyVaultId,
        name: reference.secretName,
        version: reference.version,
      }),
      postconditions: () =>
        checks.all.map(({ condition, errorMessage }) => ({
          condition: `\${${condition('self.value')}}`,
          error_message: errorMessage,
        })),
    });
    this.checks = checks;
    this.provider = reference.provider;
    this.node.addValidation({ validate: () => this.providerProblems() });
  }

  expression(): string {
    return this.bareReference('value');
  }

  addSecretValidation(validation: SecretValidation): void {
    this.checks.add(validation);
  }

  override toTerraform(): object {
    return this.usage.isNeeded ? super.toTerraform() : {};
  }

  private providerProblems(): string[] {
    const { provider } = this.reference;
    if (!provider || !this.usage.isNeeded || sameStack(provider, this)) return [];
    return [
      `provider of a Key Vault secret takes one of the stack that uses the secret, got ${provider.node.path}: leave it ` +
        `out and give providers to what uses the secret, or ask for the secret in each stack`,
    ];
  }

  private reads({ keyVaultId, secretName, version, provider }: KeyVaultSecretReference): boolean {
    const mine = this.reference;
    return (
      mine.keyVaultId === keyVaultId &&
      mine.secretName === secretName &&
      mine.version === version &&
      mine.provider === provider
    );
  }
}

function freeId(stack: TerraformStack, { keyVaultId, secretName }: KeyVaultSecretReference): string {
  const vault = Token.isUnresolved(keyVaultId) ? 'vault' : keyVaultId.split('/').at(-1)!;
  const name = Token.isUnresolved(secretName) ? 'secret' : secretName;
  let id = `${vault}-${name}`;
  for (let n = 2; stack.node.tryFindChild(id); n++) id = `${vault}-${name}-${n}`;
  return id;
}
