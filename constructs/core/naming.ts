import { createHash } from 'node:crypto';
import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { mistake } from './mistakes';
import { asArgument } from './reference';
import { nameInTerraform, storageNameInTerraform } from './naming-in-terraform';
import { shown } from './checks';

interface NameRule {
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp;
  /** What the pattern means, for the error. */
  readonly characters: string;
  /** Where the name has to be unique. */
  readonly scope: 'global' | 'resource group' | 'subscription' | 'parent';
  /** The usual abbreviation that names start with. */
  readonly prefix: string;
}

const ALPHANUMERIC_HYPHEN = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/**
 * Azure's rules for names, of the resources this library makes.
 * Source: "Naming rules and restrictions for Azure resources" (Azure Resource Manager documentation); the
 * abbreviations are those of the Cloud Adoption Framework.
 */
export const NAME_RULES = {
  resourceGroup: rule(
    'rg',
    1,
    90,
    /^[-\w.()]*[-\w()]$/,
    'letters, digits, - _ . ( ), not ending in .',
    'subscription',
  ),
  communicationService: rule('acs', 1, 63, /^[-\w]+$/, 'letters, digits, - and _', 'global'),
  notificationHubNamespace: rule(
    'ntfns',
    6,
    50,
    /^[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
    'letters, digits and -, starting with a letter, ending with a letter or digit',
    'global',
  ),
  notificationHub: rule(
    'ntf',
    1,
    260,
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'letters, digits, . - _, starting with a letter or digit',
    'parent',
  ),
  authorizationRule: rule(
    '',
    1,
    256,
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    'letters, digits, . - _',
    'parent',
  ),
  systemTopic: rule('evgst', 3, 50, /^[A-Za-z0-9-]+$/, 'letters, digits and -', 'resource group'),
  eventSubscription: rule('evgs', 3, 64, /^[A-Za-z0-9-]+$/, 'letters, digits and -', 'parent'),
  storageAccount: rule('st', 3, 24, /^[a-z0-9]+$/, 'lower-case letters and digits', 'global'),
  storageContainer: rule(
    '',
    3,
    63,
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'lower-case letters, digits and single hyphens',
    'parent',
  ),
  storageQueue: rule(
    '',
    3,
    63,
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'lower-case letters, digits and single hyphens',
    'parent',
  ),
  functionApp: rule('func', 2, 60, ALPHANUMERIC_HYPHEN, 'letters, digits and -, not at the ends', 'global'),
  servicePlan: rule('asp', 1, 60, /^[A-Za-z0-9-]+$/, 'letters, digits and -', 'resource group'),
  userAssignedIdentity: rule(
    'id',
    3,
    128,
    /^[A-Za-z0-9][\w-]*$/,
    'letters, digits, - and _, starting with a letter or digit',
    'resource group',
  ),
  privateEndpoint: rule(
    'pep',
    2,
    64,
    /^[A-Za-z0-9][\w.-]*\w$/,
    'letters, digits, . _ -, starting with a letter or digit, not ending in . or -',
    'resource group',
  ),
  logAnalyticsWorkspace: rule(
    'log',
    4,
    63,
    ALPHANUMERIC_HYPHEN,
    'letters, digits and -, not at the ends',
    'resource group',
  ),
  applicationInsights: rule(
    'appi',
    1,
    255,
    /^[^%&\\?/]*[^%&\\?/. ]$/,
    'anything but % & \\ ? /, not ending in a space or .',
    'resource group',
  ),
  metricAlert: rule(
    'alert',
    1,
    260,
    /^[^*#&+:<>?@%{}\\/]*[^*#&+:<>?@%{}\\/. ]$/,
    'anything but * # & + : < > ? @ % { } \\ /, not ending in a space or .',
    'resource group',
  ),
  scheduledQueryRule: rule(
    'alert',
    1,
    260,
    /^[^*#&+:<>?@%{}\\/|]*[^*#&+:<>?@%{}\\/|. ]$/,
    'anything but * # & + : < > ? @ % { } \\ / |, not ending in a space or .',
    'resource group',
  ),
  actionGroup: rule(
    'ag',
    1,
    260,
    /^[^:<>+/&%\\?|]*[^:<>+/&%\\?|. ]$/,
    'anything but : < > + / & % \\ ? |, not ending in a space or .',
    'resource group',
  ),
  diagnosticSetting: rule(
    'diag',
    1,
    260,
    /^[^*#&+:<>?@%{}\\/]*[^*#&+:<>?@%{}\\/. ]$/,
    'anything but * # & + : < > ? @ % { } \\ /, not ending in a space or .',
    'parent',
  ),
  /** What it shows: a workbook's own name is a GUID. */
  workbook: rule('wb', 1, 255, /^[^<>%&\\?/]+$/, 'anything but < > % & \\ ? /', 'global'),
} as const;

/** A kind of resource that `NAME_RULES` has a rule for. */
export type NamedResource = keyof typeof NAME_RULES;

function rule(
  prefix: string,
  min: number,
  max: number,
  pattern: RegExp,
  characters: string,
  scope: NameRule['scope'],
): NameRule {
  return { prefix, min, max, pattern, characters, scope };
}

/** What is wrong with a name, or undefined when Azure takes it. */
export function nameProblem(resource: NamedResource, name: string): string | undefined {
  const r: NameRule = NAME_RULES[resource];
  const what = `name of ${/^[aeio]/.test(resource) ? 'an' : 'a'} ${resource}`;
  if (typeof name !== 'string') return `${what} takes ${r.characters}, got ${shown(name)}`;
  if (name.length < r.min || name.length > r.max) {
    return `${what} takes ${r.min} to ${r.max} characters, got ${name.length} in '${name}'`;
  }
  if (!r.pattern.test(name)) return `${what} takes ${r.characters}, got '${name}'`;
  return undefined;
}

/** Notes a name that Azure would refuse. Names not known before the deploy (tokens) pass. */
export function checkName(scope: IConstruct, resource: NamedResource, name: string): string {
  if (Token.isUnresolved(name)) return name;
  const problem = nameProblem(resource, name);
  if (problem) mistake(scope, problem);
  return typeof name === 'string' ? name : 'none';
}

/** Letters and digits that tell this deployment's names from everybody else's; the same for the same input. */
export function uniqueSuffixOf(...parts: string[]): string {
  const digest = createHash('sha256').update(parts.join('\n')).digest();
  return BigInt(`0x${digest.toString('hex')}`)
    .toString(36)
    .slice(0, 6);
}

/**
 * Makes names from one base, as `{abbreviation}-{base}-{purpose}`, and adds the suffix where Azure wants the name
 * unique worldwide. A storage account's name loses its hyphens and is cut to fit, purpose and suffix kept whole; with a
 * purpose there is so little room that a hash of the base stands for what is cut off. Base and suffix may be tokens:
 * Terraform then puts the names together, which are the same but for that hash.
 */
export class Naming {
  constructor(
    private readonly base: string,
    private readonly suffix: string,
  ) {}

  /**
   * The name of a resource by Azure's rule for its kind, cut where it would be too long. Two of one kind get a
   * `purpose` each.
   */
  name(resource: NamedResource, purpose = ''): string {
    const r: NameRule = NAME_RULES[resource];
    const unique = r.scope === 'global' ? this.suffix : '';
    if (Token.isUnresolved(this.base) || Token.isUnresolved(unique)) {
      const [base, suffix] = [asArgument(this.base), asArgument(unique)];
      const named = { prefix: r.prefix, base, purpose, unique: suffix, max: r.max };
      return resource === 'storageAccount' ? storageNameInTerraform(named) : nameInTerraform(named);
    }
    const parts = [r.prefix, this.base, purpose].filter((part) => part !== '');
    if (resource === 'storageAccount') {
      const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
      const tail = bare(purpose) + unique;
      const whole = bare(r.prefix + this.base);
      const room = r.max - tail.length;
      const hash = purpose !== '' && whole.length > room ? uniqueSuffixOf(this.base).slice(0, 4) : '';
      return whole.slice(0, room - hash.length) + hash + tail;
    }
    const head = parts.join('-');
    const tail = unique ? `-${unique}` : '';
    return head.slice(0, r.max - tail.length).replace(/-+$/, '') + tail;
  }
}
