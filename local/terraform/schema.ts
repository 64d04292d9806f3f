import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CtyObject, CtyType, CtyValue } from './cty';

export type NestingMode = 'single' | 'list' | 'set' | 'map' | 'group';

export interface AttributeSchema {
  readonly type?: CtyType;
  readonly nested_type?: {
    readonly attributes: Readonly<Record<string, AttributeSchema>>;
    readonly nesting_mode: NestingMode;
  };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly write_only?: boolean;
  readonly deprecated?: boolean;
}

export interface NestedBlockSchema {
  readonly block: BlockSchema;
  readonly nesting_mode: NestingMode;
  readonly min_items?: number;
  readonly max_items?: number;
}

export interface BlockSchema {
  readonly attributes?: Readonly<Record<string, AttributeSchema>>;
  readonly block_types?: Readonly<Record<string, NestedBlockSchema>>;
}

export interface ResourceSchema {
  readonly version: number;
  readonly block: BlockSchema;
}

/** What a provider announces, as `terraform providers schema -json` writes it, without prose. */
export interface ProviderSchema {
  readonly version: string;
  readonly provider: ResourceSchema;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  readonly data_sources: Readonly<Record<string, ResourceSchema>>;
  readonly ephemeral_resources: Readonly<Record<string, ResourceSchema>>;
}

/** Whose schemas are kept, from the oldest on. */
export const AZURERM_SCHEMAS = ['4.55.0', '4.79.0', '5.2.0'] as const;

export type SchemaName = `azurerm-${(typeof AZURERM_SCHEMAS)[number]}` | 'azapi-2.12.0';

/** A schema as its file has it: whole, or what is another than in the schema of an older version. */
interface StoredSchema extends ProviderSchema {
  readonly base?: string;
}

const KINDS = ['resources', 'data_sources', 'ephemeral_resources'] as const;

export function loadSchema(name: SchemaName): ProviderSchema {
  const read = (file: string) =>
    JSON.parse(readFileSync(join(__dirname, 'schemas', `${file}.json`), 'utf8')) as StoredSchema;
  const { base, ...own } = read(name);
  if (base === undefined) return own;
  const older = read(`azurerm-${base}`);
  return { ...own, ...Object.fromEntries(KINDS.map((kind) => [kind, { ...older[kind], ...own[kind] }])) };
}

export function attributeType(attribute: AttributeSchema): CtyType {
  if (attribute.type !== undefined) return attribute.type;
  const nested = attribute.nested_type;
  if (!nested) throw new Error('schema attribute has neither type nor nested_type');
  return nest(
    [
      'object',
      Object.fromEntries(
        Object.entries(nested.attributes).map(([name, inner]) => [name, attributeType(inner)]),
      ),
    ],
    nested.nesting_mode,
  );
}

/** A value of a block without what the block does not have: the same code serves several versions of a schema. */
export function withinSchema(block: BlockSchema, value: CtyObject): CtyObject {
  const { attributes = {}, block_types: blocks = {} } = block;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (name in attributes) return [[name, inner]];
      const nested = blocks[name];
      if (!nested) return [];
      const within = (each: CtyValue) => (isBlock(each) ? withinSchema(nested.block, each) : each);
      return [[name, Array.isArray(inner) ? inner.map(within) : within(inner)]];
    }),
  );
}

function isBlock(value: CtyValue): value is CtyObject {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
}

/** The object type that a block of configuration or state has. */
export function blockType(block: BlockSchema): CtyType {
  const attributes: Record<string, CtyType> = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {}))
    attributes[name] = attributeType(attribute);
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    attributes[name] = nest(blockType(nested.block), nested.nesting_mode);
  }
  return ['object', attributes];
}

function nest(type: CtyType, mode: NestingMode): CtyType {
  return mode === 'single' || mode === 'group' ? type : [mode, type];
}

const NESTING: Record<NestingMode, string> = {
  single: 'SINGLE',
  list: 'LIST',
  set: 'SET',
  map: 'MAP',
  group: 'GROUP',
};

/** The schema as the plugin protocol carries it. */
export function schemaMessage(schema: ResourceSchema): object {
  return { version: schema.version, block: blockMessage(schema.block) };
}

function blockMessage(block: BlockSchema): object {
  return {
    attributes: attributeMessages(block.attributes ?? {}),
    blockTypes: Object.entries(block.block_types ?? {}).map(([name, nested]) => ({
      typeName: name,
      block: blockMessage(nested.block),
      nesting: NESTING[nested.nesting_mode],
      minItems: nested.min_items ?? 0,
      maxItems: nested.max_items ?? 0,
    })),
  };
}

function attributeMessages(attributes: Readonly<Record<string, AttributeSchema>>): object[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    ...(attribute.type !== undefined && { type: Buffer.from(JSON.stringify(attribute.type)) }),
    ...(attribute.nested_type && {
      nestedType: {
        attributes: attributeMessages(attribute.nested_type.attributes),
        nesting: NESTING[attribute.nested_type.nesting_mode],
      },
    }),
    required: attribute.required ?? false,
    optional: attribute.optional ?? false,
    computed: attribute.computed ?? false,
    sensitive: attribute.sensitive ?? false,
    deprecated: attribute.deprecated ?? false,
    writeOnly: attribute.write_only ?? false,
  }));
}
