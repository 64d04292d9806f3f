import { ctyEquals, UNKNOWN, type CtyObject, type CtyValue } from './cty';
import type { Path } from './provider';
import type { AttributeSchema, BlockSchema } from './schema';

/** What a schema does not say about planning. Names are paths of attributes joined by dots, without indices. */
export interface PlanningRules {
  /** Values planned where the configuration has none. */
  readonly defaults?: Readonly<Record<string, CtyValue>>;
  /** Blocks that Azure fills in where none is configured: what it filled in stays. */
  readonly computedBlocks?: readonly string[];
  /** Attributes whose change replaces the resource; below a block, those of its first element. */
  readonly forceNew?: readonly string[];
}

/**
 * The planned state of a resource: what is configured, else its default, else for computed attributes what was
 * known before or will be known after apply, else null. Write-only attributes are always null.
 */
export function planState(
  schema: BlockSchema,
  rules: PlanningRules,
  config: CtyObject,
  prior: CtyObject | null,
): CtyObject {
  return planBlock(schema, rules, config, prior, '');
}

function planBlock(
  schema: BlockSchema,
  rules: PlanningRules,
  config: CtyObject,
  prior: CtyObject | null,
  prefix: string,
): CtyObject {
  const planned: CtyObject = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    planned[name] = planAttribute(
      attribute,
      rules.defaults?.[prefix + name],
      config[name],
      prior?.[name],
      prior !== null,
    );
  }
  for (const [name, nested] of Object.entries(schema.block_types ?? {})) {
    const configured = config[name];
    const before = prior?.[name];
    if (!Array.isArray(configured)) {
      planned[name] = configured ?? null;
      continue;
    }
    if (configured.length === 0 && Array.isArray(before) && rules.computedBlocks?.includes(prefix + name)) {
      planned[name] = before;
      continue;
    }
    planned[name] = configured.map((element, index) => {
      if (element === UNKNOWN) return element;
      // Elements of a set have no identity, so nothing computed in them can be carried over.
      const last = nested.nesting_mode === 'list' && Array.isArray(before) ? before[index] : undefined;
      return planBlock(
        nested.block,
        rules,
        element as CtyObject,
        (last as CtyObject | undefined) ?? null,
        `${prefix}${name}.`,
      );
    });
  }
  return planned;
}

function planAttribute(
  attribute: AttributeSchema,
  fallback: CtyValue | undefined,
  configured: CtyValue | undefined,
  prior: CtyValue | undefined,
  exists: boolean,
): CtyValue {
  if (attribute.write_only) return null;
  if (configured !== null && configured !== undefined) return configured;
  if (fallback !== undefined) return fallback;
  if (!attribute.computed) return null;
  return exists ? (prior ?? null) : UNKNOWN;
}

/** The attributes of `forceNew` that the plan changes. */
export function replacements(rules: PlanningRules, prior: CtyObject | null, planned: CtyObject): Path[] {
  if (!prior) return [];
  return (rules.forceNew ?? [])
    .map((name) =>
      name.split('.').flatMap((step, index, all) => (index < all.length - 1 ? [step, 0] : [step])),
    )
    .filter((path) => !ctyEquals(at(prior, path), at(planned, path)));
}

function at(value: CtyValue | undefined, path: Path): CtyValue | undefined {
  return path.reduce<CtyValue | undefined>(
    (inner, step) =>
      inner !== null && typeof inner === 'object'
        ? (inner as Record<string | number, CtyValue>)[step]
        : undefined,
    value,
  );
}

/** The state with nothing left to be known: what the read did not fill in is null. */
export function settle<T extends CtyValue>(value: T): T {
  if (value === UNKNOWN) return null as T;
  if (Array.isArray(value)) return value.map(settle) as T;
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, settle(item)])) as T;
  }
  return value;
}
