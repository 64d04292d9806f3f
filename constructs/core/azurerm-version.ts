import { TerraformProvider, Token, type TerraformStack } from 'cdktf';

/** From the version that this library is written for to before the one that refuses a line of it. */
const WORKING = { from: [4, 55, 0], before: [5, 0, 0] } as const;

/**
 * What is to be said of the azurerm that a stack asks for, or undefined. The version is written by the package that has
 * `AzurermProvider`, or by `stack.addOverride('terraform.required_providers.azurerm.version', …)`.
 */
export function azurermProblem(stack: TerraformStack): string | undefined {
  const provider = stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .find(({ terraformResourceType }) => terraformResourceType === 'azurerm');
  const made = provider?.terraformGeneratorMetadata;
  const version = overriddenVersion(stack) ?? made?.providerVersion ?? made?.providerVersionConstraint;
  if (typeof version !== 'string' || Token.isUnresolved(version) || allowsWorking(version)) return undefined;
  return (
    `azurerm takes a version from 4.55 to before 5.0, got '${version}': earlier ones were never tried with these ` +
    `constructs, and 5.0 refuses local_authentication_disabled of the relay's Application Insights; give ` +
    `stack.addOverride('terraform.required_providers.azurerm.version', '>= 4.55.0, < 5.0.0')`
  );
}

/** Cdktf keeps what was overridden to itself. */
function overriddenVersion(stack: TerraformStack): unknown {
  const { rawOverrides } = stack as unknown as { readonly rawOverrides: Overrides };
  return rawOverrides.terraform?.required_providers?.azurerm?.version;
}

interface Overrides {
  readonly terraform?: {
    readonly required_providers?: { readonly azurerm?: { readonly version?: unknown } };
  };
}

/**
 * Whether one version at least is among those that work.
 * https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 */
function allowsWorking(constraint: string): boolean {
  let from: Bound = { version: WORKING.from, included: true };
  let to: Bound = { version: WORKING.before, included: false };
  for (const part of constraint.split(',')) {
    const [, operator = '=', text] = /^\s*(>=|<=|>|<|=|!=|~>)?\s*v?(\d+(?:\.\d+){0,2})/.exec(part) ?? [];
    if (text === undefined || operator === '!=') continue;
    const numbers = text.split('.').map(Number);
    const version = [...numbers, 0, 0].slice(0, 3);
    if (['>=', '>', '=', '~>'].includes(operator)) {
      from = higher(from, { version, included: operator !== '>' });
    }
    if (['<=', '<', '='].includes(operator)) to = lower(to, { version, included: operator !== '<' });
    if (operator === '~>') to = lower(to, { version: nextOf(numbers), included: false });
  }
  const order = compare(from.version, to.version);
  return order < 0 || (order === 0 && from.included && to.included);
}

interface Bound {
  readonly version: readonly number[];
  readonly included: boolean;
}

/** Of `~> 4.55` the version before which it ends, `5.0.0`; of `~> 4.55.1`, `4.56.0`. */
function nextOf(numbers: readonly number[]): number[] {
  const kept = numbers.slice(0, Math.max(1, numbers.length - 1));
  return [...kept.slice(0, -1), kept.at(-1)! + 1, 0, 0].slice(0, 3);
}

function higher(one: Bound, other: Bound): Bound {
  const order = compare(one.version, other.version);
  return order > 0 || (order === 0 && !one.included) ? one : other;
}

function lower(one: Bound, other: Bound): Bound {
  const order = compare(one.version, other.version);
  return order < 0 || (order === 0 && !one.included) ? one : other;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, i) => number !== other[i]);
  return at === -1 ? 0 : one[at]! - other[at]!;
}
