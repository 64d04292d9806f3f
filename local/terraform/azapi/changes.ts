import { ctyEquals, Dynamic, isWhollyKnown, UNKNOWN, type CtyObject, type CtyValue } from '../cty';
import { jsonOf, merge, observed, search, type Json } from './body';
import { parseType, type AzapiSession } from './session';

/**
 * True when a body or an api-version is another one, and Azure has all of it as it is: azapi plans no change then, after an
 * import for instance. It is told not to look by `ignore_no_op_changes = false` in the provider block.
 */
export async function isNoOp(prior: CtyObject, planned: CtyObject, session: AzapiSession): Promise<boolean> {
  const body = planned['body']!;
  const isSame = ctyEquals(prior['body'], body) && ctyEquals(prior['type'], planned['type']);
  if (isSame || !session.ignoresNoOpChanges || !isWhollyKnown(body) || planned['type'] === UNKNOWN)
    return false;
  const { apiVersion } = parseType(planned['type']);
  const resource = await session.client.get<Json>(prior['id'] as string, apiVersion);
  if (resource === undefined) return false;
  const configured = jsonOf(body)!;
  const seen = observed(configured, merge(resource, jsonOf(prior['body'])), {
    ignoreCasing: planned['ignore_casing'] === true,
    ignoreMissingProperty: false,
  });
  return ctyEquals(Dynamic.fromJson(seen), Dynamic.fromJson(configured));
}

/** A value that comes or goes is no change: after an import there is none in state. */
export function replacedByValues(prior: CtyObject, planned: CtyObject): boolean {
  const [before, after] = [prior, planned].map((state) => state['replace_triggers_external_values'] ?? null);
  return before !== null && after !== null && !ctyEquals(before, after);
}

/** Paths into the body whose values replace the resource; azapi looks at them once the whole body is known. */
export function replacedByRefs(prior: CtyObject, planned: CtyObject): boolean {
  const paths = planned['replace_triggers_refs'];
  if (!Array.isArray(paths) || !isWhollyKnown(paths) || !isWhollyKnown(planned['body'] ?? null)) return false;
  const [before, after] = [prior, planned].map((state) => jsonOf(state['body']) ?? null);
  return paths.some(
    (path) => JSON.stringify(search(before!, String(path))) !== JSON.stringify(search(after!, String(path))),
  );
}

export function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function sameLocation(a: CtyValue | undefined, b: CtyValue | undefined): boolean {
  const normal = (value: unknown) =>
    typeof value === 'string' ? value.toLowerCase().replaceAll(' ', '') : (value ?? null);
  return normal(a) === normal(b);
}
