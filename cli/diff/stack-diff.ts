import { at, compareTexts, isObject, type Block, type Config, type StackJson } from '../topology/blocks';
import { isSecretSetting } from '../topology/secret-settings';
import { hiding, type Hide } from './hiding';
import { OwnNames, withoutName } from './own-names';
import { settingsOf, type Setting } from './settings';

/** One setting that is another in the other stack; undefined where it is not set. */
export interface Difference {
  readonly setting: string;
  readonly a?: string;
  readonly b?: string;
}

export interface Part {
  readonly type: string;
  /** Path of its construct, or its name. */
  readonly path: string;
}

interface Differing extends Part {
  readonly differences: readonly Difference[];
}

export interface StackDiff {
  readonly a: string;
  readonly b: string;
  readonly onlyA: readonly Part[];
  readonly onlyB: readonly Part[];
  readonly differing: readonly Differing[];
  /** How many are the same in both. */
  readonly alike: number;
}

const HIDDEN = '(hidden)';

/** What one stack makes and the other does not, or otherwise; what only says which stack it is, is no difference. */
export function diffOf(a: StackJson, b: StackJson): StackDiff {
  const sides = [a, b].map((stack) => new Map(partsOf(stack).map((part) => [keyOf(part, stack.name), part])));
  const [ofA, ofB] = sides as [Map<string, Block>, Map<string, Block>];
  const pairs = [...ofA].flatMap(([key, one]) => (ofB.has(key) ? [[one, ofB.get(key)!] as const] : []));
  const names = new OwnNames([a, b], pairs);
  const settings = new Map([...ofA.values(), ...ofB.values()].map((part) => [part, settingsOfPart(part)]));
  const hide = hiding([...settings.values()].flat());
  const compared = pairs.map(([one, other]) => ({
    ...partOf(one),
    differences: differencesOf(settings.get(one)!, settings.get(other)!, names, hide),
  }));
  const differing = compared.filter(({ differences }) => differences.length > 0);
  return {
    a: a.name,
    b: b.name,
    onlyA: [...ofA]
      .filter(([key]) => !ofB.has(key))
      .map(([, part]) => partOf(part))
      .sort(byPath),
    onlyB: [...ofB]
      .filter(([key]) => !ofA.has(key))
      .map(([, part]) => partOf(part))
      .sort(byPath),
    differing: differing.sort(byPath),
    alike: compared.length - differing.length,
  };
}

export function isSame({ onlyA, onlyB, differing }: StackDiff): boolean {
  return onlyA.length + onlyB.length + differing.length === 0;
}

function differencesOf(
  a: readonly Setting[],
  b: readonly Setting[],
  names: OwnNames,
  hide: Hide,
): Difference[] {
  const key = (side: 0 | 1) => (setting: Setting) => names.path(setting.path, side);
  const ofA = new Map(a.map((setting) => [key(0)(setting), setting]));
  const ofB = new Map(b.map((setting) => [key(1)(setting), setting]));
  return [...new Set([...ofA.keys(), ...ofB.keys()])].sort(compareTexts).flatMap((at) => {
    const [one, other] = [ofA.get(at), ofB.get(at)];
    if (one && other && names.same(one.path, one.value, other.value)) return [];
    // What is in it is said by itself.
    if (isEmptyBeside(at, one, ofB) || isEmptyBeside(at, other, ofA)) return [];
    const setting = hide((one ?? other)!.path.join('.').replaceAll('.[', '['));
    // What is a secret in one stack is none to be read in the other.
    const shown = ({ value }: Setting) => (one?.secret || other?.secret ? HIDDEN : hide(value));
    return [{ setting, ...(one && { a: shown(one) }), ...(other && { b: shown(other) }) }];
  });
}

/** Whether a setting is an empty list or object of one stack, where the other stack has something in it. */
function isEmptyBeside(
  at: string,
  setting: Setting | undefined,
  others: ReadonlyMap<string, Setting>,
): boolean {
  const empty = setting?.value === '[]' || setting?.value === '{}';
  return empty && [...others.keys()].some((other) => other.startsWith(`${at}.`));
}

function settingsOfPart({ kind, type, name, config }: Block): Setting[] {
  const isValue = kind === 'variable' || type === 'output' || type === 'locals';
  if (!isValue || !isSecretSetting(name)) return settingsOf(config, type);
  return Object.entries(config).flatMap(([part, value]) =>
    settingsOf(value, part, part === 'value' || part === 'default' || type === 'locals', [part]),
  );
}

/** Blocks, and what a stack says about itself: providers, the backend, outputs. */
function partsOf({ json, blocks }: StackJson): Block[] {
  const said = ['provider', 'output', 'locals', 'terraform'].flatMap((kind) =>
    Object.entries(isObject(json[kind]) ? json[kind] : {}).flatMap(([name, value]) => {
      const bodies = kind === 'provider' && Array.isArray(value) ? (value as unknown[]) : [value];
      return bodies.map((body) => {
        const alias = kind === 'provider' ? at(body, 'alias') : undefined;
        return saidPart(kind, typeof alias === 'string' ? `${name}.${alias}` : name, body);
      });
    }),
  );
  return [...blocks.map(withoutAssertions), ...said];
}

function saidPart(kind: string, name: string, body: unknown): Block {
  const config: Config = isObject(body) ? body : { value: body };
  return {
    address: `${kind}.${name}`,
    kind: 'module',
    type: kind,
    terraformType: kind,
    name,
    path: name,
    config,
  };
}

/** What is checked while planning is not what is made; a variable's checks are not either. */
function withoutAssertions(block: Block): Block {
  const { validation: _, lifecycle, ...config } = block.config;
  const { precondition: __, postcondition: ___, ...kept } = isObject(lifecycle) ? lifecycle : {};
  return { ...block, config: Object.keys(kept).length > 0 ? { ...config, lifecycle: kept } : config };
}

function keyOf({ kind, type, terraformType, path }: Block, stack: string): string {
  return JSON.stringify([kind, terraformType, type, withoutName(path, stack)]);
}

function partOf({ kind, type, path }: Block): Part {
  const noun = kind === 'data' || kind === 'ephemeral' ? `${kind} ${type}` : type || kind;
  return { type: noun, path: path.replace(/(.)\/Resource$/, '$1') };
}

function byPath(a: Part, b: Part): number {
  return compareTexts(a.path, b.path) || compareTexts(a.type, b.type);
}
