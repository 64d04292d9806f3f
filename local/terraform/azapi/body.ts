import { createHash } from 'node:crypto';
import { Dynamic, isWhollyKnown, toJson, type CtyValue } from '../cty';
import { ProviderError } from '../provider';

export type Json = null | string | number | boolean | Json[] | { [name: string]: Json };

/** The JSON in a dynamic attribute; undefined where it is null. */
export function jsonOf(value: CtyValue | undefined): Json | undefined {
  return value === null || value === undefined ? undefined : (toJson(value) as Json);
}

/** `over` laid on `base`: objects are merged, everything else of `over` wins. */
export function merge(base: Json | undefined, over: Json | undefined): Json | undefined {
  if (over === undefined) return base;
  if (!isObject(base) || !isObject(over)) return over;
  const result: { [name: string]: Json } = { ...base };
  for (const [name, value] of Object.entries(over)) result[name] = merge(base[name], value)!;
  return result;
}

export interface DriftOptions {
  readonly ignoreCasing: boolean;
  /** A property that Azure does not show (a credential, say) counts as unchanged. */
  readonly ignoreMissingProperty: boolean;
}

/** The configured body with the values that Azure has now; what was not configured is left out. */
export function observed(configured: Json, actual: Json | undefined, options: DriftOptions): Json {
  if (actual === undefined || (actual === null && configured !== null)) {
    return options.ignoreMissingProperty ? configured : null;
  }
  if (isObject(configured)) {
    if (!isObject(actual)) return actual;
    return Object.fromEntries(
      Object.entries(configured).map(([name, value]) => [name, observed(value, actual[name], options)]),
    );
  }
  if (Array.isArray(configured)) {
    if (!Array.isArray(actual) || actual.length !== configured.length) return actual;
    return configured.map((value, index) => observed(value, actual[index], options));
  }
  if (typeof configured === 'string' && typeof actual === 'string' && options.ignoreCasing) {
    return configured.toLowerCase() === actual.toLowerCase() ? configured : actual;
  }
  return actual;
}

/** What an answer says beyond the body that was sent: the default output of `azapi_resource`. */
export function beyond(answer: Json, sent: Json | undefined): Json | undefined {
  if (!isObject(answer)) return sent === undefined ? answer : undefined;
  const rest = Object.entries(answer).flatMap(([name, value]) => {
    const inner = beyond(value, isObject(sent) ? sent[name] : undefined);
    return inner === undefined ? [] : [[name, inner] as const];
  });
  return rest.length > 0 || sent === undefined ? Object.fromEntries(rest) : undefined;
}

/**
 * The `output` of a resource, action or data source. `exports` is `response_export_values`: a list of paths gives
 * an object shaped like the answer, a map gives one value for each of its keys, none gives the fallback.
 */
export function output(
  answer: Json | undefined,
  exports: CtyValue | undefined,
  fallback: () => Json | undefined,
): Dynamic | null {
  const paths = jsonOf(exports);
  const source = answer ?? null;
  if (paths === undefined) {
    const value = fallback();
    return value === undefined ? null : Dynamic.fromJson(value);
  }
  if (Array.isArray(paths)) {
    if (paths.includes('*')) return Dynamic.fromJson(source);
    let result: Json = {};
    for (const path of paths) {
      const steps = String(path).split('.');
      const value = walk(source, steps);
      if (value === null) continue;
      result = merge(
        result,
        steps.reduceRight<Json>((inner, step) => ({ [step]: inner }), value),
      )!;
    }
    return Dynamic.fromJson(result);
  }
  if (!isObject(paths)) {
    throw new ProviderError(
      'Invalid response_export_values',
      `response_export_values must be a list or a map, got ${JSON.stringify(paths)}`,
    );
  }
  return Dynamic.fromJson(
    Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, search(source, String(path))])),
  );
}

/**
 * The value at a JMESPath expression, null where there is none. Understood are `@`, identifiers (quoted ones too),
 * dots, indices and `[*]`; anything else is refused by name.
 */
export function search(source: Json, expression: string): Json {
  if (expression === '@' || expression === '*') return source;
  const steps: (string | number)[] = [];
  const pattern = /\.?([A-Za-z_][A-Za-z0-9_]*|"(?:[^"\\]|\\.)*")|\[(-?\d+|\*)?\]/gy;
  while (pattern.lastIndex < expression.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (!match) {
      throw new ProviderError(
        'Unsupported JMESPath expression',
        `response_export_values: "${expression}" cannot be evaluated from "${expression.slice(at)}" on; ` +
          `the stand-in azapi provider understands names, dots, indices and [*]`,
      );
    }
    const [, name, index] = match;
    if (name !== undefined) steps.push(name.startsWith('"') ? (JSON.parse(name) as string) : name);
    else steps.push(index === undefined || index === '*' ? Infinity : Number(index));
  }
  return walk(source, steps);
}

function walk(value: Json, steps: readonly (string | number)[]): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step === Infinity) {
    return Array.isArray(value)
      ? value.map((item) => walk(item, rest)).filter((item) => item !== null)
      : null;
  }
  if (typeof step === 'number') return Array.isArray(value) ? walk(value.at(step) ?? null, rest) : null;
  return isObject(value) ? walk(value[step] ?? null, rest) : null;
}

export function isObject(value: unknown): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What private state keeps of a `sensitive_body`: enough to see that it changed, nothing to read it from. */
export function fingerprint(sensitive: CtyValue | undefined): string | undefined {
  if (sensitive === null || sensitive === undefined) return undefined;
  return createHash('sha256')
    .update(canonical(jsonOf(sensitive)!))
    .digest('hex');
}

/** True when the sensitive body may differ from the one sent last; one not known yet may. */
export function fingerprintChanged(sensitive: CtyValue | undefined, last: unknown): boolean {
  if (sensitive === null || sensitive === undefined) return last !== undefined;
  return !isWhollyKnown(sensitive) || fingerprint(sensitive) !== last;
}

function canonical(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(canonical).join(',')}]`;
  if (isObject(json)) {
    const names = Object.keys(json).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(json[name]!)}`).join(',')}}`;
  }
  return JSON.stringify(json);
}
