import type { AzureClient } from '../azure-client';
import { isWhollyKnown, UNKNOWN, type CtyObject, type CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { namedRetries, type RetryRules } from '../retries';

/** One configured instance of the azapi provider. */
export interface AzapiSession {
  readonly client: AzureClient;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly defaultLocation: string | undefined;
  readonly ignoresNoOpChanges: boolean;
  readonly locks: Locks;
}

/** One holder at a time for each name of `locks`. */
export class Locks {
  private readonly tails = new Map<string, Promise<unknown>>();

  hold<T>(names: CtyValue | undefined, work: () => Promise<T>): Promise<T> {
    // In one order everywhere, so that two holders never wait for each other.
    const sorted = [...new Set((names as string[] | null | undefined) ?? [])].sort();
    return sorted.reduceRight<() => Promise<T>>((inner, name) => () => this.holdOne(name, inner), work)();
  }

  private holdOne<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.tails.get(name) ?? Promise.resolve()).then(work);
    this.tails.set(
      name,
      done.catch(() => {}),
    );
    return done;
  }
}

/** `Microsoft.Web/sites@2023-12-01`, taken apart. */
export interface ResourceTypeName {
  readonly type: string;
  readonly apiVersion: string;
}

export function parseType(text: CtyValue | undefined): ResourceTypeName {
  const [type, apiVersion, rest] = String(text).split('@');
  if (!type?.includes('/') || !apiVersion || rest !== undefined) {
    throw new ProviderError(
      'Invalid configuration',
      `the argument "type" is ${JSON.stringify(text)}, expected <resource-type>@<api-version>, ` +
        `for example Microsoft.Communication/communicationServices@2025-05-01`,
    );
  }
  return { type, apiVersion };
}

/** The id of a resource from its parent's id, type and name. */
export function resourceId(parentId: string, type: string, name: string): string {
  if (type.toLowerCase() === 'microsoft.resources/resourcegroups')
    return `${parentId}/resourceGroups/${name}`;
  const parent = parentId.replace(/\/$/, '');
  const segments = type.split('/');
  const leaf = segments[segments.length - 1]!;
  const isChild =
    segments.length > 2 && idType(parent).toLowerCase() === segments.slice(0, -1).join('/').toLowerCase();
  return isChild ? `${parent}/${leaf}/${name}` : `${parent}/providers/${segments[0]}/${leaf}/${name}`;
}

/** The resource type that an id names: its last `providers` segment and the types after it. */
export function idType(id: string): string {
  const segments = id.split('/').filter((segment) => segment !== '');
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
  if (at === -1)
    return segments.length > 2 ? 'Microsoft.Resources/resourceGroups' : 'Microsoft.Resources/subscriptions';
  const [namespace, ...rest] = segments.slice(at + 1);
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}

/** Parent id and name of a resource id. */
export function splitId(id: string): { parentId: string; name: string } {
  const segments = id.split('/');
  const name = segments.pop() ?? '';
  segments.pop();
  // A top-level resource hangs below `…/providers/{namespace}`.
  if (segments.at(-2)?.toLowerCase() === 'providers') segments.splice(-2);
  return { parentId: segments.join('/') || '/', name };
}

/** Values of `retry` that the provider fills in when they are left out. */
const RETRY_DEFAULTS = {
  interval_seconds: 10,
  max_interval_seconds: 180,
  multiplier: 1.5,
  randomization_factor: 0.5,
};

export function withRetryDefaults(retry: CtyValue | undefined): CtyValue {
  if (retry === null || retry === undefined || retry === UNKNOWN) return retry ?? null;
  const given = Object.entries(retry as CtyObject).filter(([, value]) => value !== null);
  return { ...RETRY_DEFAULTS, ...Object.fromEntries(given) };
}

// The real provider waits `interval_seconds` and more between two tries; a local answer is there sooner.
const LONGEST_PAUSE_MS = 1000;

/**
 * The rules of a resource that has `retry`, undefined for one that has none.
 *
 * @param timeout of the operation, as `timeouts` has it
 */
export function retryRules(
  retry: CtyValue | undefined,
  timeout: { readonly text: CtyValue | undefined; readonly fallbackMs: number },
): RetryRules | undefined {
  const options = withRetryDefaults(retry) as (CtyObject & { error_message_regex: string[] }) | null;
  if (options === null) return undefined;
  return namedRetries(
    options.error_message_regex.map((pattern) => new RegExp(pattern)),
    Math.min(Number(options['interval_seconds']) * 1000, LONGEST_PAUSE_MS),
    Date.now() + (durationMs(timeout.text) ?? timeout.fallbackMs),
  );
}

/** `1h30m`, `90s` in milliseconds. */
export function durationMs(text: CtyValue | undefined): number | undefined {
  if (typeof text !== 'string') return undefined;
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g))
    total += Number(amount) * units[unit!]!;
  return total > 0 ? total : undefined;
}

export function timeoutOf(state: CtyObject, operation: string): CtyValue | undefined {
  return (state['timeouts'] as CtyObject | null | undefined)?.[operation];
}

export function headersOf(value: CtyValue | undefined): Record<string, string> | undefined {
  return value && isWhollyKnown(value) ? (value as Record<string, string>) : undefined;
}

export function queryOf(value: CtyValue | undefined): Record<string, string[]> | undefined {
  return value && isWhollyKnown(value) ? (value as Record<string, string[]>) : undefined;
}
