import { Testing, type TerraformStack } from 'cdktf';
import {
  AZURERM_SCHEMAS,
  loadSchema,
  type AttributeSchema,
  type BlockSchema,
  type ProviderSchema,
} from '../../local/terraform/schema';
import type { CtyType } from '../../local/terraform/cty';
import { Synthesized } from './synth';

type AzurermVersion = (typeof AZURERM_SCHEMAS)[number];
type Schemas = Readonly<Record<string, ProviderSchema>>;

const AZAPI = loadSchema('azapi-2.12.0');

const schemasOf = (version: AzurermVersion): Schemas => ({
  azapi: AZAPI,
  azurerm: loadSchema(`azurerm-${version}`),
});

/** Azurerm's of each version whose schema is kept, with azapi's. */
const SCHEMAS: Readonly<Record<AzurermVersion, Schemas>> = {
  '4.55.0': schemasOf('4.55.0'),
  '4.79.0': schemasOf('4.79.0'),
  '5.2.0': schemasOf('5.2.0'),
};

/** Of Terraform itself, so in no provider's schema. */
const META_ARGUMENTS = new Set([
  'connection',
  'count',
  'depends_on',
  'for_each',
  'lifecycle',
  'provider',
  'provisioner',
]);

/**
 * Where a synthesized stack departs from the real providers' schemas: unknown blocks and attributes, missing
 * required ones, ones that only the provider may set, and values of another kind. A stack is held against each of
 * azurerm's schemas as it is written for that version, JSON alone against the oldest.
 */
export function schemaProblems({ json, stack }: Synthesized): string[] {
  if (!stack) return problemsOf(json, SCHEMAS['4.55.0']).problems;
  return AZURERM_SCHEMAS.flatMap((version) => {
    const { problems } = problemsOf(json, SCHEMAS[version]);
    // What is right for every version needs not be written again for each.
    const real = problems.length > 0 ? problemsOf(writtenFor(stack, version), SCHEMAS[version]).problems : [];
    return real.map((problem) => `azurerm ${version}: ${problem}`);
  });
}

/** What a stack writes for a version that the version calls deprecated: `azurerm_storage_account.queue_properties`. */
export function deprecatedArguments(stack: TerraformStack, version: AzurermVersion): string[] {
  return problemsOf(writtenFor(stack, version), SCHEMAS[version]).deprecated;
}

/** The stack's JSON when it asks for that azurerm; the stack is as before afterwards. */
export function writtenFor(stack: TerraformStack, azurerm: string): Synthesized['json'] {
  const overridden = stack as unknown as { rawOverrides: object };
  const before = structuredClone(overridden.rawOverrides);
  stack.addOverride('terraform.required_providers.azurerm.version', azurerm);
  try {
    return new Synthesized(Testing.synth(stack)).json;
  } finally {
    overridden.rawOverrides = before;
  }
}

interface Found {
  readonly problems: string[];
  readonly deprecated: string[];
}

function problemsOf(json: Synthesized['json'], schemas: Schemas): Found {
  const found: Found = { problems: [], deprecated: [] };
  const kinds = [
    ['resource', 'resources'],
    ['data', 'data_sources'],
    ['ephemeral', 'ephemeral_resources'],
  ] as const;
  for (const [kind, section] of kinds) {
    for (const [type, blocks] of Object.entries(
      (json[kind] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const provider = schemas[type.split('_')[0]!];
      if (!provider) continue;
      for (const [name, block] of Object.entries(blocks)) {
        const where = `${kind} ${type}.${name}`;
        const schema = provider[section][type];
        if (!schema) found.problems.push(`${where}: the provider has no ${kind} ${type}`);
        else checkBlock(where, withoutMetaArguments(block), schema.block, found);
      }
    }
  }
  for (const [name, blocks] of Object.entries((json.provider ?? {}) as Record<string, unknown[]>)) {
    const { alias: _, ...config } = blocks[0] as Record<string, unknown>;
    checkBlock(`provider ${name}`, config, schemas[name]!.provider.block, found);
  }
  return found;
}

/** What a resource's schema marks sensitive, as paths: `delivery_property.value`. */
export function sensitiveAttributes(type: string): string[] {
  const below = ({ attributes = {}, block_types: blocks = {} }: BlockSchema): string[] => [
    ...Object.entries(attributes).flatMap(([name, { sensitive }]) => (sensitive ? [name] : [])),
    ...Object.entries(blocks).flatMap(([name, { block }]) => below(block).map((path) => `${name}.${path}`)),
  ];
  return below(SCHEMAS['4.55.0'][type.split('_')[0]!]!.resources[type]!.block);
}

function withoutMetaArguments(block: unknown): unknown {
  return Object.fromEntries(
    Object.entries(block as Record<string, unknown>).filter(([name]) => !META_ARGUMENTS.has(name)),
  );
}

function checkBlock(where: string, value: unknown, schema: BlockSchema, found: Found): void {
  if (!isObject(value)) {
    found.problems.push(`${where}: takes a block, got ${kindOf(value)}`);
    return;
  }
  const { attributes = {}, block_types: blocks = {} } = schema;
  checkAttributes(where, value, attributes, Object.keys(blocks), found);
  for (const [name, nested] of Object.entries(blocks)) {
    const inner = value[name];
    const items = inner === undefined ? [] : Array.isArray(inner) ? inner : [inner];
    if (items.length < (nested.min_items ?? 0)) found.problems.push(`${where}.${name}: is required`);
    if (nested.max_items !== undefined && items.length > nested.max_items) {
      found.problems.push(`${where}.${name}: takes ${nested.max_items} blocks at most, got ${items.length}`);
    }
    for (const item of items) checkBlock(`${where}.${name}`, item, nested.block, found);
  }
}

function checkAttributes(
  where: string,
  value: Record<string, unknown>,
  attributes: Record<string, AttributeSchema>,
  others: string[],
  found: Found,
): void {
  for (const [name, given] of Object.entries(value)) {
    const attribute = attributes[name];
    if (attribute) checkAttribute(`${where}.${name}`, given, attribute, found);
    else if (!others.includes(name)) found.problems.push(`${where}.${name}: is no attribute`);
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.required && value[name] === undefined) found.problems.push(`${where}.${name}: is required`);
  }
}

function checkAttribute(where: string, value: unknown, attribute: AttributeSchema, found: Found): void {
  if (!attribute.required && !attribute.optional) found.problems.push(`${where}: only the provider sets it`);
  if (attribute.deprecated) found.deprecated.push(where);
  const nested = attribute.nested_type;
  if (!nested) {
    checkType(where, value, attribute.type!, found);
    return;
  }
  const single = nested.nesting_mode === 'single';
  if (single ? !isObject(value) : !Array.isArray(value)) {
    found.problems.push(`${where}: takes ${single ? 'an object' : 'a list'}, got ${kindOf(value)}`);
    return;
  }
  for (const item of single ? [value] : (value as unknown[])) {
    checkAttributes(where, item as Record<string, unknown>, nested.attributes, [], found);
  }
}

function checkType(where: string, value: unknown, type: CtyType, found: Found): void {
  if (isExpression(value)) return;
  const wrong = (wanted: string) => found.problems.push(`${where}: takes ${wanted}, got ${kindOf(value)}`);
  if (type === 'dynamic') {
    // What generated bindings make of a list: an object with the indices as keys.
    if (isObject(value) && Object.keys(value).some((key) => /^\d+$/.test(key))) wrong('a list');
  } else if (typeof type === 'string') {
    const wanted = { string: 'string', number: 'number', bool: 'boolean' }[type];
    if (typeof value !== wanted) wrong(`a ${type}`);
  } else {
    const [collection, inner] = type;
    if (collection === 'list' || collection === 'set') {
      if (!Array.isArray(value)) wrong(`a ${collection}`);
      else value.forEach((item, i) => checkType(`${where}[${i}]`, item, inner as CtyType, found));
    } else if (!isObject(value)) {
      wrong(`a ${collection}`);
    } else {
      for (const [key, item] of Object.entries(value)) {
        const itemType = collection === 'map' ? (inner as CtyType) : (inner as Record<string, CtyType>)[key];
        if (!itemType) found.problems.push(`${where}.${key}: is no attribute`);
        else checkType(`${where}.${key}`, item, itemType, found);
      }
    }
  }
}

/** `${…}` and nothing around it: its kind is known when Terraform runs. */
function isExpression(value: unknown): boolean {
  return typeof value === 'string' && /^\$\{.*\}$/s.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? `an object with ${Object.keys(value).join(', ')}`
    : `${typeof value} '${String(value)}'`;
}
