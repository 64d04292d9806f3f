import { TerraformProvider, TerraformStack, Token, type TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import {
  overlaps,
  readConstraint,
  versionText,
  type Version,
  type VersionRange,
} from '../../link/version-constraint';

/** From the version that this library is written for to before the first that nobody tried it with. */
const SUPPORTED = { from: [4, 55, 0], before: [6, 0, 0] } as const satisfies Record<string, Version>;

/** From this version on, some arguments have other names. */
const RENAMED_FROM: Version = [5, 0, 0];

/** What to ask for: versions on one side of the renaming, as they stand in a remedy. */
export const ONE_SIDE = {
  older: `'>= ${versionText(SUPPORTED.from)}, < ${versionText(RENAMED_FROM)}'`,
  newer: `'>= ${versionText(RENAMED_FROM)}, < ${versionText(SUPPORTED.before)}'`,
} as const;

/** How a stack asks for one, up to the version. */
export const ASK_BY = "stack.addOverride('terraform.required_providers.azurerm.version', ";

/** The azurerm that a stack asks for. */
export interface AskedAzurerm {
  /** As it stands in the stack's JSON. */
  readonly constraint: string;
  readonly range: VersionRange;
}

/**
 * Which azurerm a stack asks for: what `stack.addOverride('terraform.required_providers.azurerm.version', …)` says, else
 * the version of the package that has `AzurermProvider`. Asked for when the stack is written, since an override may come
 * late; undefined when there is neither, or a token.
 */
export function askedAzurerm(stack: TerraformStack): AskedAzurerm | undefined {
  return asked(overriddenVersion(stack) ?? bindingsVersion(azurermProvider(stack)));
}

/** The same for a resource of azurerm, whose own package answers where the stack has no provider. */
export function azurermFor(resource: TerraformResource): AskedAzurerm | undefined {
  return askedAzurerm(TerraformStack.of(resource)) ?? asked(bindingsVersion(resource));
}

/** What is to be said of the azurerm that a stack asks for, or undefined. */
export function azurermProblem(stack: TerraformStack): string | undefined {
  const azurerm = askedAzurerm(stack);
  if (!azurerm || overlaps(azurerm.range, SUPPORTED.from, SUPPORTED.before)) return undefined;
  return (
    `azurerm takes a version from ${majorMinor(SUPPORTED.from)} to before ${majorMinor(SUPPORTED.before)}, got ` +
    `'${azurerm.constraint}', which was never tried with these constructs; give ` +
    `${ASK_BY}${ONE_SIDE.older}), or ${ONE_SIDE.newer}`
  );
}

function asked(version: unknown): AskedAzurerm | undefined {
  if (typeof version !== 'string' || Token.isUnresolved(version)) return undefined;
  return { constraint: version, range: readConstraint(version) };
}

function azurermProvider(stack: IConstruct): TerraformProvider | undefined {
  return stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .find(({ terraformResourceType }) => terraformResourceType === 'azurerm');
}

function bindingsVersion(element: TerraformProvider | TerraformResource | undefined): unknown {
  const made = element?.terraformGeneratorMetadata;
  return made?.providerVersion ?? made?.providerVersionConstraint;
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

/** `4.55` */
function majorMinor([major, minor]: Version): string {
  return `${major}.${minor}`;
}
