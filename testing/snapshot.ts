import { homedir, tmpdir } from 'node:os';
import type { Attributes } from './attributes';

/**
 * A synthesized stack as it is compared over time: the same on every machine, and changed by another version of this
 * library only where what is deployed changes. Against the JSON itself:
 *
 * - keys are in the order of the alphabet, line ends are `\n`;
 * - folders of the machine are `{cwd}`, `{home}` and `{tmp}`;
 * - hashes of assets and of the relay's package are `{hash}` and `{sha256}`;
 * - a secret is `{var.apns_token}`: where it comes from, without the expression that puts it into Azure's form;
 * - conditions on values (`validation`, `precondition`, `postcondition`) and cdktf's own metadata (`//`) are left out.
 *
 * What stays are versions of providers: another one may make something else of the same words.
 */
export function snapshotOf(json: Attributes): Attributes {
  return stable(json, []) as Attributes;
}

/** Blocks that say nothing of Azure. */
const LEFT_OUT = new Set(['//', 'validation', 'precondition', 'postcondition']);

function stable(value: unknown, path: readonly string[]): unknown {
  if (typeof value === 'string') return path.includes('sensitive_body') ? source(value) : text(value, path);
  if (Array.isArray(value)) return value.map((each) => stable(each, path));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((name) => !(LEFT_OUT.has(name) && isBlock(name, path)))
      .sort()
      .map((name) => [name, stable((value as Attributes)[name], [...path, name])] as const)
      // Of a lifecycle that has conditions alone, nothing is left.
      .filter(([name, left]) => name !== 'lifecycle' || Object.keys(left as object).length > 0),
  );
}

/** Whether Terraform reads it so there; bodies and tags may have members of the same name. */
function isBlock(name: string, path: readonly string[]): boolean {
  if (name === 'validation') return path.length === 2 && path[0] === 'variable';
  return name === '//' ? true : path.at(-1) === 'lifecycle';
}

/** Names by which Terraform refers to a value: `var.apns_token`, `ephemeral.azapi_resource_action.Keys.output`. */
const REFERENCE = /\b(?:var|local|ephemeral\.\w+|data\.\w+|azurerm_\w+|azapi_\w+)\.[\w-]+/g;

function source(value: string): string {
  const references = [...new Set(value.match(REFERENCE) ?? [])].sort();
  return references.length > 0 ? `{${references.join(', ')}}` : '{literal}';
}

function text(value: string, path: readonly string[]): string {
  const name = path.at(-1);
  if (name === 'package' && path.includes('triggers_replace')) {
    return value.replace(/^[0-9a-f]{64}$/, '{sha256}');
  }
  return withoutFolders(value.replaceAll('\r\n', '\n')).replace(
    /(assets\/[\w-]+)\/[0-9A-F]{32}(?=\/|$)/g,
    '$1/{hash}',
  );
}

/** The longest first: the working folder is often below the home folder. */
function withoutFolders(value: string): string {
  const folders: [string, string][] = [
    [process.cwd(), '{cwd}'],
    [tmpdir(), '{tmp}'],
    [homedir(), '{home}'],
  ];
  return folders
    .filter(([folder]) => folder.length > 1 && value.includes(folder))
    .sort(([a], [b]) => b.length - a.length)
    .reduce((rest, [folder, name]) => replaceFolder(rest, folder, name), value);
}

/** `/home/me` is a folder, and no part of `/home/mean`; `/app` is none in `https://contoso.example/app` or `${…}/app`. */
function replaceFolder(value: string, folder: string, name: string): string {
  const escaped = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return value.replace(
    new RegExp(`(?<![\\w.}\\])/-])${escaped}(?![\\w.-])([\\w./\\\\-]*)`, 'g'),
    (_, below: string) => {
      return name + below.replaceAll('\\', '/');
    },
  );
}
