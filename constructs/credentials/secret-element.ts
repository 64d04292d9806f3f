/** A condition on a secret that Terraform checks when it runs, without the value ever being shown. */
export interface SecretValidation {
  /** Terraform condition, given the expression of the value: `value => \`can(jsondecode(${value}))\``. */
  readonly condition: (value: string) => string;
  /** A full sentence, as Terraform wants it: capital letter, full stop. */
  readonly errorMessage: string;
}

/** What reads a secret in one stack. */
export interface ISecretElement {
  /** Terraform's expression for the value, without `${}`; right once the stack is synthesized. */
  expression(): string;
  addSecretValidation(validation: SecretValidation): void;
  readonly usage: SecretUsage;
}

/**
 * Who uses what reads a secret. It is made where the secret is asked for, and left out of that stack when only other
 * stacks use it: a secret that a stack has no use for, nobody should have to supply.
 */
export class SecretUsage {
  private here = false;
  private elsewhere = false;

  use(): void {
    this.here = true;
  }

  useElsewhere(): void {
    this.elsewhere = true;
  }

  get isNeeded(): boolean {
    return this.here || !this.elsewhere;
  }
}

/** What is said twice is checked once: credentials may share a secret. */
export class SecretValidations {
  private readonly known = new Map<string, SecretValidation>();

  add(validation: SecretValidation): void {
    if (!this.known.has(validation.errorMessage)) this.known.set(validation.errorMessage, validation);
  }

  get all(): readonly SecretValidation[] {
    return [...this.known.values()];
  }
}
