/**
 * Version constraints of Terraform, read in one place. No imports: constructs read them at synth time.
 * https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 */

/** Major, minor and patch. */
export type Version = readonly [number, number, number];

/** Versions that a constraint allows; what `!=` leaves out is not left out here. */
export interface VersionRange {
  readonly from: Bound;
  readonly to: Bound;
}

interface Bound {
  readonly version: Version;
  readonly included: boolean;
}

const PART = /^\s*(>=|<=|>|<|=|!=|~>)?\s*v?(\d+(?:\.\d+){0,2})(?:[-+][\w.+-]*)?\s*$/;

/** Every version there is. */
const ANY: VersionRange = {
  from: { version: [0, 0, 0], included: true },
  to: { version: [Infinity, Infinity, Infinity], included: false },
};

/** `4.55.0`, `~> 4.55`, `>= 4.55, < 5.0`. What it cannot read in a constraint is taken for no limit. */
export function readConstraint(constraint: string): VersionRange {
  let { from, to } = ANY;
  for (const part of constraint.split(',')) {
    const [, operator = '=', text] = PART.exec(part) ?? [];
    if (text === undefined || operator === '!=') continue;
    const numbers = text.split('.').map(Number);
    const version = padded(numbers);
    if (['>=', '>', '=', '~>'].includes(operator)) {
      from = higher(from, { version, included: operator !== '>' });
    }
    if (['<=', '<', '='].includes(operator)) to = lower(to, { version, included: operator !== '<' });
    if (operator === '~>') to = lower(to, { version: nextOf(numbers), included: false });
  }
  return { from, to };
}

/** Whether one version at least is from the first on and before the second. */
export function overlaps(range: VersionRange, from: Version, before: Version): boolean {
  const start = higher(range.from, { version: from, included: true });
  const end = lower(range.to, { version: before, included: false });
  const order = compareVersions(start.version, end.version);
  return order < 0 || (order === 0 && start.included && end.included);
}

/** Whether a constraint allows a version. */
export function allows({ from, to }: VersionRange, version: Version): boolean {
  const low = compareVersions(version, from.version);
  const high = compareVersions(version, to.version);
  return (low > 0 || (low === 0 && from.included)) && (high < 0 || (high === 0 && to.included));
}

/** Below 0 when the first is the older one, 0 when both are the same. */
export function compareVersions(one: Version, other: Version): number {
  const at = one.findIndex((number, i) => number !== other[i]);
  return at === -1 ? 0 : one[at]! - other[at]!;
}

/** `4.55.0` */
export function versionText(version: Version): string {
  return version.join('.');
}

/** Of `~> 4.55` the version before which it ends, `5.0.0`; of `~> 4.55.1`, `4.56.0`. */
function nextOf(numbers: readonly number[]): Version {
  const kept = numbers.slice(0, Math.max(1, numbers.length - 1));
  return padded([...kept.slice(0, -1), kept.at(-1)! + 1]);
}

function padded([major = 0, minor = 0, patch = 0]: readonly number[]): Version {
  return [major, minor, patch];
}

function higher(one: Bound, other: Bound): Bound {
  const order = compareVersions(one.version, other.version);
  return order > 0 || (order === 0 && !one.included) ? one : other;
}

function lower(one: Bound, other: Bound): Bound {
  const order = compareVersions(one.version, other.version);
  return order < 0 || (order === 0 && !one.included) ? one : other;
}
