import { Lazy, TerraformStack, TerraformVariable, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shown } from '../core/checks';
import { PushConstructError } from '../core/errors';
import { mistake } from '../core/mistakes';
import { readResourceId, VAULT_TYPE } from '../core/resource-reference';
import { EphemeralResource } from '../core/ephemeral-resource';

/** A condition on a secret that Terraform checks when it runs, without the value ever being shown. */
export interface SecretValidation {
  /** Terraform condition, given the expression of the value: `value => \`can(jsondecode(${value}))\``. */
  readonly condition: (value: string) => string;
  /** A full sentence, as Terraform wants it: capital letter, full stop. */
  readonly errorMessage: string;
}

export interface SecretVariableOptions {
  /** What the variable holds, and where a person finds it. */
  readonly description?: string;
}

export interface KeyVaultSecretReference {
  /** ARM id of the vault. */
  readonly keyVaultId: string;
  readonly secretName: string;
  /** @default - the newest version, so that a rotated secret shows up in the next plan */
  readonly version?: string;
}

/**
 * A secret that a person supplies. It is read while Terraform runs and ends in write-only arguments: nothing of it
 * is in the synthesized JSON, in a plan or in state. A literal cannot be made into one, on purpose.
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
    const stack = TerraformStack.of(scope);
    const id = `secret-variable-${name}`;
    const existing = stack.node.tryFindChild(id) as SecretVariable | undefined;
    return new VariableSecret(existing ?? new SecretVariable(stack, id, name, options));
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
    const stack = TerraformStack.of(scope);
    const twin = stack.node.children.find(
      (child): child is KeyVaultSecretElement =>
        child instanceof KeyVaultSecretElement && child.reads(reference ?? {}),
    );
    if (twin) return new EphemeralSecret(twin);
    const vault = Token.isUnresolved(keyVaultId) ? 'vault' : keyVaultId.split('/').at(-1)!;
    const name = Token.isUnresolved(secretName) ? 'secret' : secretName;
    let id = `${vault}-${name}`;
    for (let n = 2; stack.node.tryFindChild(id); n++) id = `${vault}-${name}-${n}`;
    return new EphemeralSecret(new KeyVaultSecretElement(stack, id, reference ?? {}));
  }

  /** Terraform's expression for the value, without `${}`. For write-only arguments only. */
  abstract expression(): string;

  /** Has Terraform check the value before anything is changed. */
  abstract addValidation(validation: SecretValidation): void;

  /** Guards against a secret that is put into a string by accident. */
  toString(): string {
    throw new PushConstructError(
      'a SecretValue has no text: pass it to a credential, or use transform() in a write-only argument',
    );
  }

  /** A token `${…}` around the value, as `use(value)` writes it; for write-only arguments only. */
  transform(use: (value: string) => string = (value) => value): string {
    return Lazy.stringValue({ produce: () => `\${${use(this.expression())}}` });
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

class SecretVariable extends TerraformVariable {
  constructor(
    stack: TerraformStack,
    id: string,
    readonly variableName: string,
    options: SecretVariableOptions,
  ) {
    super(stack, id, {
      type: 'string',
      description: options.description,
      sensitive: true,
      nullable: true,
    });
    this.overrideLogicalId(variableName);
    // A sensitive variable that is not ephemeral would be written into the plan.
    this.addOverride('ephemeral', true);
    // Unset must reach the validation below: Terraform's own message does not say how to set it.
    this.addOverride('default', null);
    this.addValidation({
      condition: `\${var.${variableName} != null}`,
      errorMessage: `Variable ${variableName} is not set${options.description ? ` (${options.description})` : ''}. Set it with: export TF_VAR_${variableName}="$(cat FILE)".`,
    });
  }
}

class VariableSecret extends SecretValue {
  constructor(private readonly variable: SecretVariable) {
    super();
  }

  expression(): string {
    return `var.${this.variable.variableName}`;
  }

  addValidation({ condition, errorMessage }: SecretValidation): void {
    const value = this.expression();
    addOnce(this.variable, errorMessage, () =>
      this.variable.addValidation({
        condition: `\${${value} == null || (${condition(value)})}`,
        errorMessage,
      }),
    );
  }
}

class KeyVaultSecretElement extends EphemeralResource {
  readonly validations: SecretValidation[] = [];

  constructor(
    stack: TerraformStack,
    id: string,
    private readonly reference: KeyVaultSecretReference,
  ) {
    super(stack, id, 'azurerm_key_vault_secret', {
      attributes: () => ({
        key_vault_id: reference.keyVaultId,
        name: reference.secretName,
        version: reference.version,
        lifecycle: this.validations.length > 0 ? { postcondition: this.postconditions() } : undefined,
      }),
    });
  }

  reads({ keyVaultId, secretName, version }: KeyVaultSecretReference): boolean {
    const mine = this.reference;
    return mine.keyVaultId === keyVaultId && mine.secretName === secretName && mine.version === version;
  }

  private postconditions() {
    return this.validations.map(({ condition, errorMessage }) => ({
      condition: `\${${condition('self.value')}}`,
      error_message: errorMessage,
    }));
  }
}

class EphemeralSecret extends SecretValue {
  constructor(private readonly element: KeyVaultSecretElement) {
    super();
  }

  expression(): string {
    return this.element.bareReference('value');
  }

  addValidation(validation: SecretValidation): void {
    addOnce(this.element, validation.errorMessage, () => this.element.validations.push(validation));
  }
}

const added = new WeakMap<object, Set<string>>();

/** Two credentials may share one secret; its validations are written once. */
function addOnce(owner: object, key: string, add: () => void): void {
  const keys = added.get(owner) ?? new Set<string>();
  added.set(owner, keys);
  if (keys.has(key)) return;
  keys.add(key);
  add();
}
