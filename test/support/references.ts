import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { synth, type Synthesized } from './synth';

/** Every stack of an app as `cdktf synth` writes it, by id: what one reads of another is in both. */
export function synthAll(scope: IConstruct): Record<string, Synthesized> {
  const stacks = scope.node.root.node.findAll().filter(TerraformStack.isStack);
  for (const stack of stacks) stack.prepareStack();
  return Object.fromEntries(stacks.map((stack) => [stack.node.id, synth(stack)]));
}

/** Arguments whose strings are references as they stand, to whole objects. */
const BARE = ['depends_on', 'replace_triggered_by', 'provider'];

const REFERENCE = /(?<![\w.$-])(?:(data|ephemeral)\.)?((?:azurerm|azapi|terraform)_\w+)\.([A-Za-z_][\w-]*)/g;
const VARIABLE = /(?<![\w.$-])var\.([A-Za-z_][\w-]*)/g;

/** What is wrong with the references of a stack, with where each stands; Terraform would refuse them all. */
export function referenceProblems({ json }: Synthesized): string[] {
  const declared = addressesOf(json);
  const problems: string[] = [];
  walk(json, [], (text, path) => {
    const bare = path.find((key) => BARE.includes(key));
    if (bare === 'provider' && path[0] !== 'provider') {
      if (!declared.has(`provider ${text}`)) problems.push(`${path.join('.')}: no provider ${text}`);
      return;
    }
    for (const expression of bare === undefined ? expressionsOf(text) : [text]) {
      for (const address of referencesIn(expression)) {
        if (!declared.has(address)) problems.push(`${path.join('.')}: ${address} is not declared`);
      }
    }
    if (bare === 'depends_on' && !declared.has(text)) {
      problems.push(`${path.join('.')}: ${text} is no whole object of this stack`);
    }
    if (bare === 'replace_triggered_by' && !/^[a-z]+_\w+\.[\w-]+(\.id)?$/.test(text)) {
      problems.push(`${path.join('.')}: ${text} is no resource of this stack`);
    }
  });
  return problems;
}

/** Blocks that Terraform makes by a provider without alias, which the stack does not have. */
export function withoutProvider({ json }: Synthesized): string[] {
  const declared = addressesOf(json);
  return ['resource', 'data', 'ephemeral'].flatMap((kind) =>
    Object.entries((json[kind] ?? {}) as Blocks).flatMap(([type, byName]) =>
      Object.entries(byName)
        .filter(([, block]) => block.provider === undefined)
        .filter(() => !type.startsWith('terraform_') && !declared.has(`provider ${type.split('_')[0]}`))
        .map(([name]) => `${kind} ${type}.${name}`),
    ),
  );
}

type Blocks = Record<string, Record<string, { readonly provider?: string }>>;

function addressesOf(json: Record<string, any>): Set<string> {
  const prefixes: Record<string, string> = { resource: '', data: 'data.', ephemeral: 'ephemeral.' };
  const blocks = Object.entries(prefixes).flatMap(([kind, prefix]) =>
    Object.entries((json[kind] ?? {}) as Blocks).flatMap(([type, byName]) =>
      Object.keys(byName).map((name) => `${prefix}${type}.${name}`),
    ),
  );
  const variables = Object.keys(json.variable ?? {}).map((name) => `var.${name}`);
  const providers = Object.entries((json.provider ?? {}) as Record<string, { alias?: string }[]>).flatMap(
    ([type, each]) => each.map(({ alias }) => `provider ${alias === undefined ? type : `${type}.${alias}`}`),
  );
  return new Set([...blocks, ...variables, ...providers]);
}

function referencesIn(expression: string): string[] {
  const blocks = [...expression.matchAll(REFERENCE)].map(
    ([, kind, type, name]) => `${kind ? `${kind}.` : ''}${type}.${name}`,
  );
  return [...blocks, ...[...expression.matchAll(VARIABLE)].map(([, name]) => `var.${name}`)];
}

/** What stands in `${…}`, with what stands in `${…}` therein. */
function expressionsOf(text: string): string[] {
  const found: string[] = [];
  for (let i = text.indexOf('${'); i !== -1; i = text.indexOf('${', i)) {
    if (text[i - 1] === '$') {
      i += 2;
      continue;
    }
    let depth = 1;
    let end = i + 2;
    for (; end < text.length && depth > 0; end++) {
      if (text[end] === '{') depth++;
      if (text[end] === '}') depth--;
    }
    found.push(text.slice(i + 2, end - 1));
    i = end;
  }
  return found;
}

function walk(value: unknown, path: string[], visit: (text: string, path: string[]) => void): void {
  if (typeof value === 'string') visit(value, path);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) walk(each, [...path, key], visit);
  }
}
