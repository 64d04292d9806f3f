import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadInput } from '../bad-input';
import { readJsonObject } from '../read-file';
import { STACK_FILE } from '../stack-folder';
import type { InitializedStack } from '../stacks';
import { terraformProblem, type Terraform } from '../terraform';

const LOCK_FILE = '.terraform.lock.hcl';

type Blocks = Readonly<Record<string, unknown>>;

/** A stack's configuration, as far as an import needs it. */
interface StackJson {
  readonly terraform?: { readonly required_providers?: unknown; readonly required_version?: unknown };
  readonly provider?: unknown;
  readonly variable?: Blocks;
  readonly locals?: Blocks;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Blocks>>>>;
}

/** The outputs in a state, as `terraform output -json` has them. */
type StateOutputs = Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;

/** Meta-arguments that an import needs of a resource: where it is, and whose it is. */
const KEPT = ['count', 'for_each', 'provider'];

/**
 * Prepares a folder in which resources are imported into the state of a stack. An import reads every data source of the
 * configuration that it runs in, also one that waits for what the next deploy makes; so this has the providers and the
 * addresses alone, and the outputs as they are, which would otherwise leave the state.
 * @throws BadInput when Terraform cannot be initialized there
 */
export async function prepareImports({
  terraform: stack,
  imports,
  backend,
}: InitializedStack): Promise<void> {
  const { folder } = imports;
  const written = (readJsonObject(join(stack.folder, STACK_FILE)) ?? {}) as StackJson;
  write(folder, 'backend.tf.json', backend);
  write(folder, 'outputs.tf.json', outputBlocks(await outputsOf(stack)));
  write(folder, 'imports.tf.json', importBlocks(written));
  const lock = join(stack.folder, LOCK_FILE);
  if (existsSync(lock)) copyFileSync(lock, join(folder, LOCK_FILE));
  const plugins = resolve(stack.folder, stack.environment.TF_DATA_DIR || '.terraform', 'providers');
  const options = existsSync(plugins) ? [`-plugin-dir=${plugins}`] : [];
  const result = await imports.run('init', '-input=false', '-no-color', ...options);
  if (result.code === 0) return;
  throw new BadInput(`Terraform cannot be initialized to import resources: ${terraformProblem(result)}`);
}

/** The providers of a stack, what they refer to, and its resources without their arguments. */
export function importBlocks({
  terraform,
  provider,
  variable = {},
  locals = {},
  resource = {},
}: StackJson): object {
  const resources = mapped(resource, (named) =>
    mapped(named, (block) =>
      Object.fromEntries(Object.entries(block).filter(([name]) => KEPT.includes(name))),
    ),
  );
  const own = JSON.stringify([provider, resources]);
  const usedLocals = referred(own, 'local', locals);
  const used = JSON.stringify([own, usedLocals]);
  return {
    terraform: {
      required_version: terraform?.required_version,
      required_providers: terraform?.required_providers,
    },
    provider,
    variable: some(
      mapped(referred(used, 'var', variable), (block) => ({ ...(block as Blocks), validation: undefined })),
    ),
    locals: some(usedLocals),
    resource: resources,
  };
}

function outputBlocks(outputs: StateOutputs): object {
  return {
    output: some(
      mapped(outputs, ({ value, sensitive }) => ({ value: literal(value), sensitive: sensitive === true })),
    ),
  };
}

/** A value that Terraform takes as it is. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/([$%])\{/g, '$1$1{');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return mapped(value as Blocks, literal);
}

async function outputsOf(terraform: Terraform): Promise<StateOutputs> {
  const result = await terraform.run('output', '-json', '-no-color');
  if (result.code !== 0) throw new BadInput(`the state cannot be read: ${terraformProblem(result)}`);
  return JSON.parse(result.out || '{}') as StateOutputs;
}

function referred(text: string, kind: 'var' | 'local', blocks: Blocks): Blocks {
  const isUsed = (name: string) => new RegExp(`\\b${kind}\\.${name}\\b`).test(text);
  return Object.fromEntries(Object.entries(blocks).filter(([name]) => isUsed(name)));
}

function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Terraform refuses a kind of block that has none. */
function some(blocks: Blocks): Blocks | undefined {
  return Object.keys(blocks).length > 0 ? blocks : undefined;
}

function write(folder: string, name: string, blocks: object): void {
  writeFileSync(join(folder, name), JSON.stringify(blocks, undefined, 2));
}
