import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Synthesized } from './synth';

type CtyType = string | [string, CtyType | Record<string, CtyType>];

interface AttributeSchema {
  readonly type?: CtyType;
  readonly nested_type?: {
    readonly attributes: Record<string, AttributeSchema>;
    readonly nesting_mode: string;
  };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
}

interface BlockSchema {
  readonly attributes?: Record<string, AttributeSchema>;
  readonly block_types?: Record<
    string,
    {
      readonly block: BlockSchema;
      readonly nesting_mode: string;
      readonly min_items?: number;
      readonly max_items?: number;
    }
  >;
}

interface ProviderSchema {
  readonly provider: { readonly block: BlockSchema };
  readonly resources: Record<string, { readonly block: BlockSchema }>;
  readonly data_sources: Record<string, { readonly block: BlockSchema }>;
  readonly ephemeral_resources: Record<string, { readonly block: BlockSchema }>;
}

function load(name: string): ProviderSchema {
  return JSON.parse(
    readFileSync(join(__dirname, '../../local/schemas', `${name}.json`), 'utf8'),
  ) as ProviderSchema;
}

const PROVIDERS: Record<string, ProviderSchema> = {
  azapi: load('azapi-2.12.0'),
  azurerm: load('azurerm-4.55.0'),
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
 * required ones, ones that only the provider may set, and values of another kind.
 */
export function schemaProblems({ json }: Synthesized): string[] {
  const problems: string[] = [];
  const kinds = [
    ['resource', 'resources'],
    ['data', 'data_sources'],
    ['ephemeral', 'ephemeral_resources'],
  ] as const;
  for (const [kind, section] of kinds) {
    for (const [type, blocks] of Object.entries(
      (json[kind] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const provider = PROVIDERS[type.split('_')[0]!];
      if (!provider) continue;
      for (const [name, block] of Object.entries(blocks)) {
        const where = `${kind} ${type}.${name}`;
        const schema = provider[section][type];
        if (!schema) problems.push(`${where}: the provider has no ${kind} ${type}`);
        else checkBlock(where, withoutMetaArguments(block), schema.block, problems);
      }
    }
  }
  for (const [name, blocks] of Object.entries((json.provider ?? {}) as Record<string, unknown[]>)) {
    const { alias: _, ...config } = blocks[0] as Record<string, unknown>;
    checkBlock(`provider ${name}`, config, PROVIDERS[name]!.provider.block, problems);
  }
  return problems;
}

/** What a resource's schema marks sensitive, as paths: `delivery_property.value`. */
export function sensitiveAttributes(type: string): string[] {
  const below = ({ attributes = {}, block_types: blocks = {} }: BlockSchema): string[] => [
    ...Object.entries(attributes).flatMap(([name, { sensitive }]) => (sensitive ? [name] : [])),
    ...Object.entries(blocks).flatMap(([name, { block }]) => below(block).map((path) => `${name}.${path}`)),
  ];
  return below(PROVIDERS[type.split('_')[0]!]!.resources[type]!.block);
}

function withoutMetaArguments(block: unknown): unknown {
  return Object.fromEntries(
    Object.entries(block as Record<string, unknown>).filter(([name]) => !META_ARGUMENTS.has(name)),
  );
}

function checkBlock(where: string, value: unknown, schema: BlockSchema, problems: string[]): void {
  if (!isObject(value)) {
    problems.push(`${where}: takes a block, got ${kindOf(value)}`);
    return;
  }
  const { attributes = {}, block_types: blocks = {} } = schema;
  checkAttributes(where, value, attributes, Object.keys(blocks), problems);
  for (const [name, nested] of Object.entries(blocks)) {
    const inner = value[name];
    const items = inner === undefined ? [] : Array.isArray(inner) ? inner : [inner];
    if (items.length < (nested.min_items ?? 0)) problems.push(`${where}.${name}: is required`);
    if (nested.max_items !== undefined && items.length > nested.max_items) {
      problems.push(`${where}.${name}: takes ${nested.max_items} blocks at most, got ${items.length}`);
    }
    for (const item of items) checkBlock(`${where}.${name}`, item, nested.block, problems);
  }
}

function checkAttributes(
  where: string,
  value: Record<string, unknown>,
  attributes: Record<string, AttributeSchema>,
  others: string[],
  problems: string[],
): void {
  for (const [name, given] of Object.entries(value)) {
    const attribute = attributes[name];
    if (attribute) checkAttribute(`${where}.${name}`, given, attribute, problems);
    else if (!others.includes(name)) problems.push(`${where}.${name}: is no attribute`);
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.required && value[name] === undefined) problems.push(`${where}.${name}: is required`);
  }
}

function checkAttribute(where: string, value: unknown, attribute: AttributeSchema, problems: string[]): void {
  if (!attribute.required && !attribute.optional) problems.push(`${where}: only the provider sets it`);
  const nested = attribute.nested_type;
  if (!nested) {
    checkType(where, value, attribute.type!, problems);
    return;
  }
  const single = nested.nesting_mode === 'single';
  if (single ? !isObject(value) : !Array.isArray(value)) {
    problems.push(`${where}: takes ${single ? 'an object' : 'a list'}, got ${kindOf(value)}`);
    return;
  }
  for (const item of single ? [value] : (value as unknown[])) {
    checkAttributes(where, item as Record<string, unknown>, nested.attributes, [], problems);
  }
}

function checkType(where: string, value: unknown, type: CtyType, problems: string[]): void {
  if (isExpression(value)) return;
  const wrong = (wanted: string) => problems.push(`${where}: takes ${wanted}, got ${kindOf(value)}`);
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
      else value.forEach((item, i) => checkType(`${where}[${i}]`, item, inner as CtyType, problems));
    } else if (!isObject(value)) {
      wrong(`a ${collection}`);
    } else {
      for (const [key, item] of Object.entries(value)) {
        const itemType = collection === 'map' ? (inner as CtyType) : (inner as Record<string, CtyType>)[key];
        if (!itemType) problems.push(`${where}.${key}: is no attribute`);
        else checkType(`${where}.${key}`, item, itemType, problems);
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
