import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, packed } from './packed';

const PROJECT = join(__dirname, '..', '..');
const PACKAGE = 'cdktf-acs-push';
/** What a stack in TypeScript is written with; its copies in this checkout stand for the registry's. */
const COMPANIONS = ['constructs', 'typescript', '@types/node'];
const { exports, peerDependenciesMeta } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
  peerDependenciesMeta: Record<string, unknown>;
};
const ENTRY_POINTS = Object.keys(exports).filter((name) => !name.endsWith('.json'));
/** By entry point, who synthesizes: the packages of each flavour. */
const FLAVOURS: Readonly<Record<string, string>> = { '.': 'cdktf', './cdktn': 'cdktn' };
/** What Node adds to the names of a CommonJS module. */
const NOT_NAMES = /^(default|module\.exports|__esModule)$/;
const MODULES = ['commonjs', 'module'] as const;
const TIMEOUT_MS = 900_000;

/** All checks that TypeScript has for whoever uses a library. */
const STRICT = {
  target: 'es2022',
  module: 'node16',
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  types: ['node'],
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strict-'));
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function companions(): string[] {
  return [...new Set([...COMPANIONS, ...Object.keys(peerDependenciesMeta)])];
}

function inCheckout(name: string): string {
  return join(PROJECT, 'node_modules', name);
}

const INSTALLS = {
  npm(consumer: string): void {
    writeManifest(consumer, 'file:');
    // npm would build what is linked anew, as one does with a checkout.
    npm(consumer, 'install', '--offline', '--no-package-lock', '--ignore-scripts', packed().tarball);
  },
  /** Whose packages see what they declare and nothing else. */
  pnpm(consumer: string): void {
    writeManifest(consumer, 'link:', { [PACKAGE]: `file:${packed().tarball}` });
    execFileSync(
      process.execPath,
      [
        join(inCheckout('pnpm'), 'bin/pnpm.cjs'),
        'install',
        '--offline',
        '--no-lockfile',
        '--store-dir',
        join(folder, 'store'),
      ],
      { cwd: consumer, encoding: 'utf8', env: { ...process.env, CI: 'true' } },
    );
  },
};

function writeManifest(
  consumer: string,
  protocol: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const linked = companions().map((name) => [name, `${protocol}${inCheckout(name)}`]);
  writeFileSync(
    join(consumer, 'package.json'),
    JSON.stringify({
      name: 'strict',
      private: true,
      dependencies: { ...Object.fromEntries(linked), ...more },
    }),
  );
}

/** One folder of programs for each kind of modules, in which Node takes the same sources for the one or the other. */
function writePrograms(consumer: string): void {
  for (const type of MODULES) {
    mkdirSync(join(consumer, type));
    const write = (file: string, text: string) => writeFileSync(join(consumer, type, file), text);
    write('package.json', JSON.stringify({ type }));
    ENTRY_POINTS.forEach((name, at) => {
      write(
        `entry-${at}.ts`,
        `import * as all from '${specifierOf(name)}';\n` +
          `process.stdout.write(JSON.stringify(Object.keys(all).filter((key) => !${NOT_NAMES}.test(key))));\n`,
      );
      const flavour = FLAVOURS[name];
      if (flavour !== undefined) write(`stack-${at}.ts`, stackOf(flavour, name));
    });
    write('link.ts', readFileSync(join(__dirname, 'strict', 'link.ts'), 'utf8'));
  }
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: STRICT, include: MODULES.map((type) => `${type}/*.ts`) }),
  );
}

function stackOf(flavour: string, entryPoint: string): string {
  return readFileSync(join(__dirname, 'strict', 'stack.ts'), 'utf8')
    .replaceAll(`'${PACKAGE}'`, `'${specifierOf(entryPoint)}'`)
    .replaceAll("'cdktf'", `'${flavour}'`)
    .replaceAll("'@cdktf/", `'@${flavour}/`);
}

function specifierOf(entryPoint: string): string {
  return PACKAGE + entryPoint.slice(1);
}

function run(program: string, ...words: string[]): string {
  return execFileSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe.each(Object.keys(INSTALLS) as (keyof typeof INSTALLS)[])('installed with %s', (manager) => {
  let consumer: string;

  beforeAll(() => {
    consumer = join(folder, manager);
    mkdirSync(consumer);
    INSTALLS[manager](consumer);
    writePrograms(consumer);
  }, TIMEOUT_MS);

  it(
    'it is accepted by the strictest TypeScript, declarations of the package included',
    () => {
      let told = '';
      try {
        execFileSync(process.execPath, [join(inCheckout('typescript'), 'bin/tsc'), '-p', consumer], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
      } catch (error) {
        told = String((error as { stdout?: string }).stdout);
      }
      expect(told).toBe('');
    },
    TIMEOUT_MS,
  );

  it.each(ENTRY_POINTS.map((name, at) => [name, at] as const))(
    '%s gives the same names to import and to require',
    (_, at) => {
      const [required, imported] = MODULES.map(
        (type) => JSON.parse(run(join(consumer, type, `entry-${at}.js`))) as string[],
      );
      expect(required!.length).toBeGreaterThan(2);
      expect(imported!.sort()).toEqual(required!.sort());
    },
    TIMEOUT_MS,
  );

  const stacks = ENTRY_POINTS.flatMap((name, at) =>
    FLAVOURS[name] === undefined ? [] : MODULES.map((type) => [name, type, at] as const),
  );
  it.each(stacks)(
    'a stack of %s is synthesized by a %s',
    (_, type, at) => {
      const outdir = join(consumer, `out-${type}-${at}`);
      run(join(consumer, type, `stack-${at}.js`), outdir);
      const { resource } = JSON.parse(readFileSync(join(outdir, 'stacks/strict/cdk.tf.json'), 'utf8')) as {
        resource: Record<string, unknown>;
      };
      expect(Object.keys(resource)).toEqual(
        expect.arrayContaining(['azapi_resource', 'azurerm_resource_group', 'terraform_data']),
      );
    },
    TIMEOUT_MS,
  );

  it.each(MODULES)(
    './link reads Azure for a %s, with nothing else installed',
    (type) => {
      expect(JSON.parse(run(join(consumer, type, 'link.js')))).toEqual([true, [0, 0]]);
    },
    TIMEOUT_MS,
  );
});
