import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { packed } from './packed';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
}

/** What npm or a reader finds by itself. */
const KNOWN = ['package.json', 'README.md', 'LICENSE', 'dist/THIRD-PARTY-NOTICES.txt'];
const CODE = /\.(c?js|d\.ts)$/;
/** What a map names is for editors; what it imports need not be there. */
const SOURCES = 'dist/sources/';
/** The page of local Azure, as a browser gets it. */
const PAGE = 'dist/local/page/';

let folder: string;
let manifest: Manifest;
const files = new Set<string>();
const reached = new Set<string>();
/** Packages that are imported, with the files that do. */
const packages = new Map<string, string[]>();
/** Links and imports that lead to what is not in the package. */
const broken: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  execFileSync('tar', ['-xzf', packed().tarball, '-C', folder]);
  for (const path of packed().files) files.add(path);
  manifest = JSON.parse(read('package.json')) as Manifest;
  const entries = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? entry : Object.values(entry),
  );
  for (const path of [...KNOWN, ...entries, ...Object.values(manifest.bin)]) visit(posix.normalize(path));
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(path: string): string {
  return readFileSync(join(folder, 'package', path), 'utf8');
}

/** Follows imports of code, maps to sources, links of documents, and files that code names. */
function visit(path: string): void {
  if (reached.has(path)) return;
  if (!files.has(path)) return void broken.push(path);
  reached.add(path);
  if (CODE.test(path)) visitCode(path, read(path));
  else if (path.endsWith('.map')) {
    const { sources } = JSON.parse(read(path)) as { sources: string[] };
    for (const source of sources) follow(path, source);
  } else if (path.endsWith('.md')) visitDocument(path, read(path));
}

function visitCode(path: string, text: string): void {
  const map = /^\/\/# sourceMappingURL=(\S+)$/m.exec(text)?.[1];
  if (map !== undefined) follow(path, map);
  for (const name of text.matchAll(/['"]((?:relay|publishing|cli)\/[\w-]+\.(?:zip|cjs))['"]/g)) {
    visit(`dist/${name[1]}`);
  }
  if (/join\(folder, 'dist', 'cli', 'acs-push\.cjs'\)/.test(text)) visit('dist/cli/acs-push.cjs');
  if (/'dist', 'local', 'kit\.cjs'/.test(text)) visitKit();
  // A bundle has nothing of its own to import.
  if (path.endsWith('.cjs') || path.startsWith(PAGE)) return;
  for (const [, specifier] of text.matchAll(/(?:from|require\(|import\(|import)\s*['"]([^'"\n]+)['"]/g)) {
    // In a text that says what to import.
    if (specifier!.includes('${')) continue;
    if (!specifier!.startsWith('.')) noteImport(specifier!, path);
    else if (path.endsWith('.d.ts')) follow(path, specifier!, ['.d.ts', '/index.d.ts']);
    else follow(path, specifier!, ['', '.js', '/index.js']);
  }
}

/** Local Azure: the program that it runs Function Apps in, what Terraform speaks, schemas by their versions, storage. */
function visitKit(): void {
  const kit = 'dist/local/kit.cjs';
  if (reached.has(kit)) return;
  visit(kit);
  const text = read(kit);
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  for (const name of named(/["'`](host\.cjs)["'`]/g)) visit(`dist/local/functions/${name}`);
  for (const name of named(/["'`](index\.html|page\.(?:js|css))["'`]/g)) visit(`${PAGE}${name}`);
  for (const name of named(/["'`]((?:go-plugin|health|tfplugin\d)\.proto)["'`]/g)) {
    visit(`dist/local/terraform/protocol/${name}`);
  }
  const [versions = ''] = named(/=\[((?:"\d+\.\d+\.\d+",?)+)\]/g);
  for (const [, version] of versions.matchAll(/"([^"]+)"/g))
    visit(`dist/local/terraform/schemas/azurerm-${version}.json`);
  for (const name of named(/["'`](azapi-\d+\.\d+\.\d+)["'`]/g))
    visit(`dist/local/terraform/schemas/${name}.json`);
  for (const name of named(/["'`](azurite)\//g)) noteImport(name, kit);
}

function noteImport(specifier: string, path: string): void {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (!name.startsWith('node:')) packages.set(name, [...(packages.get(name) ?? []), path]);
}

function visitDocument(path: string, text: string): void {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const links = [/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g, /\bsrc(?:set)?="([^"\s]+)"/g];
  for (const [, target] of links.flatMap((link) => [...prose.matchAll(link)])) {
    if (!/^[a-z]+:/.test(target!)) follow(path, target!);
  }
}

function follow(from: string, target: string, endings: readonly string[] = ['']): void {
  const wanted = posix.join(posix.dirname(from), target).replace(/\/$/, '');
  const found = endings.map((ending) => wanted + ending).find((path) => files.has(path));
  if (found !== undefined) return visit(found);
  const local = join(folder, 'package', wanted);
  if (existsSync(local) && statSync(local).isDirectory()) {
    // A link to a folder shows all that is in it.
    for (const path of files) if (path.startsWith(`${wanted}/`)) visit(path);
  } else broken.push(`${from} → ${target}`);
}

it('nothing is named that is not in the package', () => {
  expect(broken).toEqual([]);
});

it('every file is reached from exports, the command or the README', () => {
  expect([...files].filter((path) => !reached.has(path))).toEqual([]);
});

it('what is imported is declared, and what is declared is imported', () => {
  // A peer of one flavour alone is named as optional, so that npm brings it to nobody.
  const { dependencies = {}, peerDependenciesMeta } = manifest;
  const declared = [...Object.keys(dependencies), ...Object.keys(peerDependenciesMeta)];
  expect([...packages.keys()].sort()).toEqual(declared.sort());
});

it('every program and declaration of its own leads to its TypeScript', () => {
  const own = [...reached].filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path) && !path.startsWith(PAGE));
  const withoutMap = own.filter((path) => !reached.has(`${path}.map`));
  expect(own.length).toBeGreaterThan(300);
  expect(withoutMap).toEqual([]);
  expect([...reached].filter((path) => path.startsWith(SOURCES)).length).toBeGreaterThan(150);
});

it('docs/dependencies.md says how much it is', () => {
  const bytes = [...files].reduce((sum, path) => sum + statSync(join(folder, 'package', path)).size, 0);
  const [, told] = /(\d+(?:\.\d+)?) MB of files/.exec(read('docs/dependencies.md'))!;
  expect(Math.abs(bytes / 1e6 - Number(told))).toBeLessThan(1);
});
