import { Op, TerraformProvider, TerraformResource, type TerraformStack, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { overlaps, versionText, type Version, type VersionRange } from '../../link/version-constraint';
import { AZURERM_DIFFERENCES, type AzurermDifference } from './azurerm-differences';
import { ASK_BY, askedAzurerm, azurermFor, ONE_SIDE } from './azurerm-version';
import type { Finding } from './warnings';

type Attributes = Record<string, unknown>;

const NEVER: Version = [Infinity, Infinity, Infinity];
const BEGINNING: Version = [0, 0, 0];

/**
 * Has a resource of this library written as the stack's azurerm takes it, whatever the bindings call its arguments: under
 * the older names, unless a version is allowed that refuses them. What the caller overrides is written as it was given.
 */
export function asAzurermTakesIt(resource: TerraformResource): void {
  const attributesOf = (
    resource as unknown as { synthesizeAttributes(): Attributes }
  ).synthesizeAttributes.bind(resource);
  Object.defineProperty(resource, 'synthesizeAttributes', {
    value: () => spelled(resource.terraformResourceType, attributesOf(), azurermFor(resource)?.range),
    configurable: true,
    writable: true,
  });
}

/** What stands in a stack that the azurerm which it asks for does not take, whoever wrote it. */
export function refusedArguments(stack: TerraformStack): Finding[] {
  const azurerm = askedAzurerm(stack);
  if (!azurerm) return [];
  return elementsOf(stack).flatMap((construct) =>
    differencesOf(construct.terraformResourceType)
      .filter(
        (difference) =>
          overlaps(azurerm.range, difference.refusedFrom, NEVER) && writes(construct, difference),
      )
      .map((difference) => ({
        construct,
        message:
          `azurerm takes no ${difference.argument} of ${difference.type}${valuesOf(difference)} from ` +
          `${versionText(difference.refusedFrom)} on, and '${azurerm.constraint}' allows that: ${remedyOf(difference)}, ` +
          `or hold azurerm to a version before`,
      })),
  );
}

/** What stands in a stack under a name that some of the versions which it allows do not know yet. */
export function unclearArguments(stack: TerraformStack): string | undefined {
  const azurerm = askedAzurerm(stack);
  if (!azurerm) return undefined;
  const unclear = elementsOf(stack).flatMap((construct) =>
    differencesOf(construct.terraformResourceType).flatMap(({ successor, refusedFrom }) =>
      successor &&
      overlaps(azurerm.range, BEGINNING, successor.from) &&
      overlaps(azurerm.range, refusedFrom, NEVER) &&
      isWritten(attributesOf(construct), successor.argument.split('.'))
        ? [{ place: `${successor.argument} of ${construct.node.path}`, from: successor.from }]
        : [],
    ),
  );
  if (unclear.length === 0) return undefined;
  return (
    `azurerm takes a constraint on one side of 5.0, got '${azurerm.constraint}', which allows versions that know ` +
    `different names for the same: written for the newest, so that ` +
    `${unclear.map(({ place, from }) => `${place} is refused before ${versionText(from)}`).join(', ')}; give ` +
    `${ASK_BY}${ONE_SIDE.newer}), or ${ONE_SIDE.older}`
  );
}

function spelled(type: string, attributes: Attributes, range: VersionRange | undefined): Attributes {
  if (!range) return attributes;
  const renamed = { ...attributes };
  for (const { argument, refusedFrom, successor } of differencesOf(type)) {
    if (!successor || renamed[argument] === undefined || !overlaps(range, refusedFrom, NEVER)) continue;
    renamed[successor.argument] ??= successor.opposite ? opposite(renamed[argument]) : renamed[argument];
    delete renamed[argument];
  }
  return renamed;
}

function opposite(value: unknown): unknown {
  return typeof value === 'boolean' ? !value : Token.asAny(Op.not(value));
}

function differencesOf(type: string): AzurermDifference[] {
  return AZURERM_DIFFERENCES.filter((difference) => difference.type === type);
}

type AzurermElement = TerraformProvider | TerraformResource;

function elementsOf(stack: IConstruct): AzurermElement[] {
  return stack.node
    .findAll()
    .filter(
      (node): node is AzurermElement =>
        TerraformProvider.isTerraformProvider(node) || TerraformResource.isTerraformResource(node),
    );
}

function writes(element: AzurermElement, { argument, values }: AzurermDifference): boolean {
  const found = valuesAt(attributesOf(element), argument.split('.'));
  return found.some((value) => !values || values.includes(value as string));
}

function isWritten(attributes: unknown, path: readonly string[]): boolean {
  return valuesAt(attributes, path).length > 0;
}

/** As they are written into the JSON, overrides included. */
function attributesOf(element: AzurermElement): unknown {
  const { resource, provider } = element.toTerraform() as {
    readonly resource?: Record<string, Record<string, unknown>>;
    readonly provider?: Record<string, readonly unknown[]>;
  };
  return resource
    ? Object.values(resource[element.terraformResourceType]!)[0]
    : provider?.[element.terraformResourceType]?.[0];
}

/** What is written at a path, in each block of that name. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  if (value === undefined || value === null) return [];
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  return typeof value === 'object' ? valuesAt((value as Attributes)[name], rest) : [];
}

function valuesOf({ values }: AzurermDifference): string {
  return values ? ` with ${values.map((value) => `'${value}'`).join(' or ')}` : '';
}

function remedyOf({ successor, remedy }: AzurermDifference): string {
  if (!successor) return remedy!;
  return `use ${successor.argument}${successor.opposite ? ', which says the opposite' : ''}`;
}
