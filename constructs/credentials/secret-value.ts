import { Lazy, TerraformStack, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { PushConstructError } from '../core/errors';
import { KeyVaultSecret, type KeyVaultSecretReference } from './key-vault-secret';
import type { ISecretElement, SecretValidation } from './secret-element';
import { SecretVariable, type SecretVariableOptions } from './secret-variable';
import { shown } from '../core/checks';
import { mistake } from '../core/mistakes';
import { readResourceId, VAULT_TYPE } from '../core/resource-reference';

export type { KeyVaultSecretReference } from './key-vault-secret';
export type { SecretValidation } from './secret-element';
export type { SecretVariableOptions } from './secret-variable';

/**
 * A secret that a person supplies. It is read while Terraform runs and ends in write-only arguments: nothing of it
 * is in the synthesized JSON, in a plan or in state. A literal cannot be made into one, on purpose.
 *
 * It belongs to no stack: each stack that uses it has a variable, or a read, of its own, since nothing secret goes
 * through an output from one to another.
 */
export abstract class SecretValue {
  /**
   * From an ephemeral Terraform variable, set as `TF_VAR_{name}`. The variable is the stack's: asking twice for one
   * name gives the same variable, with the first description.
   * @param name letters, digits and underscores, starting with a letter
   */
  static fromVariable(scope: IConstruct, name: string, options: SecretVariableOptions = {}): SecretValue {
    if (typeof name !== 'string' || !/^[A-Za-z]\w*$/.test(name)) {
      mistake(scope, `variable name takes letters, digits and _, starting with a letter, got ${shown(name)}`);
    }
    return new BoundSecret(scope, (stack) => SecretVariable.of(stack, name, options));
  }

  /** From a Key Vault secret, read as an ephemeral `azurerm_key_vault_secret`. */
  static fromKeyVault(scope: IConstruct, reference: KeyVaultSecretReference): SecretValue {
    const { keyVaultId = '', secretName = '' } = reference ?? {};
    readResourceId(scope, keyVaultId, VAULT_TYPE, 'keyVaultId');
    if (!Token.isUnresolved(secretName) && !/^[0-9A-Za-z-]{1,127}$/.test(secretName)) {
      mistake(
        scope,
        `secretName takes 1 to 127 letters, digits and hyphens, the name of a Key Vault secret, got '${secretName}'`,
      );
    }
    const sound = { ...reference, keyVaultId, secretName };
    return new BoundSecret(scope, (stack, user) => KeyVaultSecret.of(stack, sound, user));
  }

  /**
   * Terraform's expression for the value, without `${}`. For write-only arguments only.
   * @param scope who uses it, in whose stack it is read @default - who asked for it
   */
  abstract expression(scope?: IConstruct): string;

  /** Has Terraform check the value before anything is changed, in each stack that uses it. */
  abstract addValidation(validation: SecretValidation): void;

  /** Guards against a secret that is put into a string by accident. */
  toString(): string {
    throw new PushConstructError(
      'a SecretValue has no text: pass it to a credential, or use transform() in a write-only argument',
    );
  }

  /**
   * A token `${…}` around the value, as `use(value)` writes it; for write-only arguments only.
   * @param scope who uses it @default - whoever the token is written for, when it is
   */
  transform(use: (value: string) => string = (value) => value, scope?: IConstruct): string {
    // At once, so that Aspects and overrides find what reads it.
    if (scope) this.expression(scope);
    return Lazy.stringValue({
      produce: (context) => `\${${use(this.expression(scope ?? context.scope))}}`,
    });
  }
}

/** What is wrong when a value is no {@link SecretValue}: what arrives here from plain JavaScript may be a literal. */
export function secretValueProblem(value: unknown, what: string): string | undefined {
  if (value instanceof SecretValue) return undefined;
  return (
    `${what} takes a SecretValue, got ${typeof value === 'string' ? 'a literal string' : describe(value)}: ` +
    `a literal ends up in cdktf.out, in the plan and in state; use SecretValue.fromVariable(scope, 'name') and set ` +
    `TF_VAR_name, or SecretValue.fromKeyVault(scope, {keyVaultId, secretName})`
  );
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : `${typeof value}`;
}

/** A secret with an element in each stack that uses it. */
class BoundSecret extends SecretValue {
  private readonly elements = new Map<TerraformStack, ISecretElement>();
  private readonly validations: SecretValidation[] = [];

  /** @param find the element of a stack, made for who uses it unless the stack has one already */
  constructor(
    private readonly scope: IConstruct,
    private readonly find: (stack: TerraformStack, user: IConstruct) => ISecretElement,
  ) {
    super();
    this.elementFor(scope);
  }

  expression(scope?: IConstruct): string {
    const element = this.elementFor(scope ?? this.scope);
    element.usage.use();
    return element.expression();
  }

  addValidation(validation: SecretValidation): void {
    this.validations.push(validation);
    for (const element of this.elements.values()) element.addSecretValidation(validation);
  }

  private elementFor(user: IConstruct): ISecretElement {
    const stack = TerraformStack.of(user);
    // Also when it is known: whose providers read it depends on all who use it.
    const made = this.find(stack, user);
    if (this.elements.has(stack)) return made;
    this.elements.set(stack, made);
    this.validations.forEach((validation) => made.addSecretValidation(validation));
    for (const other of this.elements.values()) if (other !== made) other.usage.useElsewhere();
    return made;
  }
}
