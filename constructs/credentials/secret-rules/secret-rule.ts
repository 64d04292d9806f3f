import type { SecretValidation, SecretValue } from '../secret-value';
import { allOf, not } from './expressions';

/** One thing that can be wrong with a secret. */
export interface Finding {
  /** For tests and for tools: `bom`, `cut short`. */
  readonly name: string;
  /** Terraform condition that holds when it is so, given the expression of the secret's text. */
  readonly found: (text: string) => string;
  /** Full sentences: what was found, and what to do. Never the text: Terraform could not show it, nor should it. */
  readonly message: string;
}

/**
 * What a kind of secret has to be, whichever way it comes in. The app that is synthesized never sees the secret, so
 * the rule is written in Terraform's language and held against it while Terraform plans.
 */
export interface SecretRule {
  /** The last of them holds when the secret is not right and none of the others does. */
  readonly findings: readonly Finding[];
  /** Terraform condition: the secret is what it has to be, in a form that `canonical` can restore. */
  readonly accepted: (text: string) => string;
  /** Terraform expression of the one form in which the secret goes to a hub. */
  readonly canonical: (text: string) => string;
}

export interface SecretRuleOptions {
  /** What begins each sentence: 'The APNs token'. */
  readonly subject: string;
  /** What to do, where a finding does not say. */
  readonly remedy: string;
  /** What is said when the secret is not accepted and nobody can tell why. */
  readonly otherwise: string;
  readonly findings: readonly NamedFinding[];
  readonly accepted: (text: string) => string;
  readonly canonical: (text: string) => string;
}

/** A {@link Finding} without its subject: `says` is the rest of the sentence. */
export interface NamedFinding {
  readonly name: string;
  readonly found: (text: string) => string;
  readonly says: string;
  readonly remedy?: string;
}

export function secretRule(options: SecretRuleOptions): SecretRule {
  const { subject, remedy, otherwise, accepted, canonical } = options;
  const holds = (condition: string) => `try(${condition}, false)`;
  const findings = options.findings.map((finding) => ({
    name: finding.name,
    found: (text: string) => holds(finding.found(text)),
    message: `${subject} ${finding.says}. ${finding.remedy ?? remedy}`,
  }));
  const unreadable = {
    name: 'unreadable',
    found: (text: string) =>
      allOf(not(holds(accepted(text))), ...findings.map(({ found }) => not(found(text)))),
    message: `${subject} ${otherwise}. ${remedy}`,
  };
  return {
    findings: [...findings, unreadable],
    accepted: (text) => holds(accepted(text)),
    canonical,
  };
}

/** Has Terraform hold the secret against the rule before anything is changed. */
export function checkSecret(secret: SecretValue, rule: SecretRule): void {
  for (const { found, message } of rule.findings) {
    const validation: SecretValidation = { condition: (value) => not(found(value)), errorMessage: message };
    secret.addValidation(validation);
  }
}
