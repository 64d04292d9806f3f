import { join } from 'node:path';
import { BadInput } from '../bad-input';
import { readJsonObject } from '../read-file';
import { STACK_FILE } from '../stack-folder';

/** Kinds of blocks that stand for something: what they are called in references. */
const PREFIXES = { resource: '', data: 'data.', ephemeral: 'ephemeral.' } as const;

type BlockKind = keyof typeof PREFIXES | 'module' | 'variable';

export type Config = Readonly<Record<string, unknown>>;

/** One block of a synthesized stack. */
export interface Block {
  /** As references have it: `azurerm_resource_group.Group`, `data.…`, `ephemeral.…`, `module.…`, `var.…`. */
  readonly address: string;
  readonly kind: BlockKind;
  /** `azurerm_resource_group`, or the ARM type of what azapi makes, without api-version; empty for modules and variables. */
  readonly type: string;
  /** The type as Terraform has it. */
  readonly terraformType: string;
  readonly name: string;
  /** Path of its construct below the stack; the name where no construct made it. */
  readonly path: string;
  /** What it is set to, without what cdktf notes down. */
  readonly config: Config;
}

/** A stack as cdktf wrote it. */
export interface StackJson {
  readonly name: string;
  readonly json: Config;
  readonly blocks: readonly Block[];
}

/**
 * @param folder of the synthesized stack
 * @throws BadInput when there is none, or it is no JSON
 */
export function readStack(name: string, folder: string): StackJson {
  const path = join(folder, STACK_FILE);
  const json = readJsonObject(path);
  if (!json) {
    throw new BadInput(
      `stack '${name}' has no ${path}: it was written as HCL or not at all; synthesize it anew`,
    );
  }
  return stackOf(name, json);
}

export function stackOf(name: string, json: Config): StackJson {
  const blocks = [
    ...Object.entries(PREFIXES).flatMap(([kind, prefix]) =>
      entriesOf(json[kind]).flatMap(([type, named]) =>
        entriesOf(named).flatMap(([id, config]) =>
          bodiesOf(config).map((body) => block(kind as BlockKind, `${prefix}${type}.${id}`, type, id, body)),
        ),
      ),
    ),
    ...(['module', 'variable'] as const).flatMap((kind) =>
      entriesOf(json[kind]).flatMap(([id, config]) =>
        bodiesOf(config).map((body) =>
          block(kind, `${kind === 'module' ? 'module' : 'var'}.${id}`, '', id, body),
        ),
      ),
    ),
  ];
  return { name, json, blocks: blocks.sort((a, b) => compareTexts(a.address, b.address)) };
}

/** The same on every machine, whatever its language. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isObject(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path of names; of lists, which Terraform JSON writes for single blocks too, the first. */
export function at(value: unknown, ...names: readonly string[]): unknown {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  const [name, ...rest] = names;
  if (name === undefined) return value;
  return isObject(one) ? at(one[name], ...rest) : undefined;
}

/** A text that stands there as it is, without anything for Terraform to work out. */
export function literal(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !/[$%]\{/.test(value) ? value : undefined;
}

function block(kind: BlockKind, address: string, terraformType: string, name: string, body: Config): Block {
  const { '//': notes, ...config } = body;
  const path = at(notes, 'metadata', 'path');
  const arm = terraformType.startsWith('azapi_') ? literal(config['type']) : undefined;
  return {
    address,
    kind,
    type: arm?.split('@')[0] ?? terraformType,
    terraformType,
    name,
    // The first word is the stack.
    path: typeof path === 'string' && path.includes('/') ? path.slice(path.indexOf('/') + 1) : name,
    config,
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value).filter(([name]) => name !== '//') : [];
}

/** Terraform JSON takes a list of one in place of a block. */
function bodiesOf(config: unknown): Config[] {
  return (Array.isArray(config) ? config : [config]).filter(isObject);
}
